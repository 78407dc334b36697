import { join } from 'node:path';
import type { Language } from '../../../src/lib/language.ts';

const fixture = (name: string) => Bun.file(join(import.meta.dir, '../../fixtures', name)).text();

/** A work, who its main persons are (each by the forms that count), as any reader would say. */
export type Work = { file: string; title: string; language: Language; main: RegExp[]; read(): Promise<string> };

const work = (file: string, title: string, language: Language, main: RegExp[]): Work => ({
  file,
  title,
  language,
  main,
  read: () => fixture(file),
});

export const works: Work[] = [
  work('alice-in-wonderland.en.txt', 'Alice in Wonderland', 'en', [
    /^Alice$/,
    /\bRabbit$/,
    /^Queen\b/,
    /^King\b/,
    /\b(?:Hatter|Cat)$/,
  ]),
  work('lucky-day.ko.txt', '운수 좋은 날', 'ko', [
    /^김 ?첨지$/,
    /^(?:아내|마누라)$/,
    /^치삼이?$/,
    /^개똥이?$/,
    /^학생$/,
  ]),
  work('ready-made-life.ko.txt', '레디메이드 인생', 'ko', [/^P군?$/, /^K사장$/, /^M$/, /^H$/, /^창선이?$/]),
];

/** Whoever else of the works is a person, too. */
export const persons =
  /Alice|Rabbit|Queen|King|Hatter|Hare|Cat|Duchess|Dormouse|Gryphon|Turtle|Mouse|Caterpillar|Dodo|Dinah|Knave|Bill|Cook|김 ?첨지|아내|마누라|치삼|개똥|학생|중대가리|마마님|^[PMHCSA]군?$|K사장|창선|대원군|문선과장|노파/;
