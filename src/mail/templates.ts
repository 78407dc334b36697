import type { Language } from '../lib/language.ts';
import { type MailContent, type MailParts, renderMail } from './layout.ts';

/** Only a plain name is shown: whoever typed an address at sign-up also chose the name that its owner would read here. */
const PLAIN_NAME = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N} _'-]{0,38}[\p{L}\p{M}\p{N}])?$/u;

/** The first line of a mail: with the name, when it is a plain one. */
export function greeting(name: string, language: Language): string {
  const plain = PLAIN_NAME.test(name);
  if (language === 'ko') return plain ? `${name} 님, 안녕하세요.` : '안녕하세요.';
  return plain ? `Hello ${name},` : 'Hello,';
}

/** "This address is mine": to a person who may have no account yet, so it names nobody. */
export function verificationMail({ link, language }: { link: string; language: Language }): MailContent {
  const parts: Record<Language, MailParts> = {
    en: {
      subject: 'Confirm your e-mail address for Fabula',
      preview: 'One click, and your stories can begin.',
      title: 'Is this your address?',
      paragraphs: [
        'Welcome to Fabula! One click confirms that this e-mail address is yours, and your stories can begin.',
      ],
      button: 'Confirm my address',
      link,
      notes: [
        'The link works for 24 hours.',
        'You did not ask for this? Then please ignore this mail. Without the click nothing happens.',
      ],
    },
    ko: {
      subject: 'Fabula 이메일 주소를 인증해 주세요',
      preview: '한 번만 누르면 이야기를 시작할 수 있어요.',
      title: '이 주소가 맞으신가요?',
      paragraphs: [
        'Fabula에 오신 것을 환영합니다! 아래 버튼을 한 번만 누르면 이메일 인증이 끝나고, 바로 이야기를 시작할 수 있어요.',
      ],
      button: '이메일 인증하기',
      link,
      notes: [
        '링크는 24시간 동안 사용할 수 있습니다.',
        '직접 요청하지 않으셨다면 이 메일은 무시하셔도 됩니다. 누르지 않으면 아무 일도 일어나지 않아요.',
      ],
    },
  };
  return renderMail(parts[language], language);
}

/** The way back into an account whose password is forgotten. */
export function passwordResetMail(input: { link: string; name: string; language: Language }): MailContent {
  const { link, name, language } = input;
  const parts: Record<Language, MailParts> = {
    en: {
      subject: 'Choose a new Fabula password',
      preview: 'Your link is good for one hour.',
      title: 'A new password',
      paragraphs: [
        greeting(name, 'en'),
        'Forgotten passwords happen to everyone. Here is the link to choose a new one for your Fabula account.',
      ],
      button: 'Choose a new password',
      link,
      notes: [
        'The link works once, within one hour. Only the newest link counts.',
        'It was not you? Then please ignore this mail. Your password stays as it is.',
      ],
    },
    ko: {
      subject: 'Fabula 비밀번호를 새로 정해 주세요',
      preview: '링크는 한 시간 동안 사용할 수 있어요.',
      title: '비밀번호 재설정',
      paragraphs: [
        greeting(name, 'ko'),
        '비밀번호는 누구나 잊어버릴 수 있죠. 아래 링크에서 Fabula 계정의 새 비밀번호를 정해 주세요.',
      ],
      button: '새 비밀번호 정하기',
      link,
      notes: [
        '링크는 한 시간 안에 한 번만 사용할 수 있고, 가장 최근에 받은 링크만 유효합니다.',
        '직접 요청하지 않으셨다면 이 메일은 무시해 주세요. 비밀번호는 그대로 유지됩니다.',
      ],
    },
  };
  return renderMail(parts[language], language);
}

/** Tells the owner of an account that its password was changed; `link` leads to the forgot-password page. */
export function passwordChangedMail(input: { link: string; name: string; language: Language }): MailContent {
  const { link, name, language } = input;
  const parts: Record<Language, MailParts> = {
    en: {
      subject: 'Your Fabula password was changed',
      preview: 'If it was you, there is nothing to do.',
      title: 'Your password was changed',
      paragraphs: [
        greeting(name, 'en'),
        'The password of your Fabula account has just been changed, and every device was signed out. If it was you, all is well and there is nothing to do.',
        'If it was not you, please take your account back right away:',
      ],
      button: 'Set another password',
      link,
      notes: ['We never ask for your password in a mail.'],
    },
    ko: {
      subject: 'Fabula 비밀번호가 변경되었습니다',
      preview: '직접 변경하셨다면 따로 하실 일은 없어요.',
      title: '비밀번호가 변경되었습니다',
      paragraphs: [
        greeting(name, 'ko'),
        'Fabula 계정의 비밀번호가 방금 변경되어 모든 기기에서 로그아웃되었습니다. 직접 변경하셨다면 따로 하실 일은 없어요.',
        '직접 변경하신 것이 아니라면 바로 비밀번호를 다시 설정해 주세요.',
      ],
      button: '비밀번호 다시 설정하기',
      link,
      notes: ['Fabula는 메일로 비밀번호를 묻지 않습니다.'],
    },
  };
  return renderMail(parts[language], language);
}
