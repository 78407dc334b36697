import type { Ctx } from '../../../context.ts';
import { languageOf } from '../../../lib/language.ts';
import { ProfileAnswer } from '../../../llm/character-tasks.ts';
import { objectWithoutModel } from '../../../llm/fallback.ts';
import { cleanText, cleanTitle, cleanWords, isMeta } from '../drafting/clean.ts';
import { draftObject } from '../drafting/desk.ts';
import { buildMessages, kindWord } from '../drafting/prompt/build.ts';
import type { Draft } from './drafts.ts';
import type { ProfileInput } from './schema.ts';

const LIMIT_MS = 45_000;
const NAME_MAX_CHARS = 35;
const LEAST_DESCRIPTION_CHARS = 20;
const DESCRIPTION_MAX_CHARS = { roleplay: 300, custom: 300, simulator: 400 } as const;
const KEYWORDS = 5;
const KEYWORD_MAX_CHARS = 50;
const MAX_TOKENS = 1_000;

type Answered = { name: string; description: string; keywords: string[] };

/**
 * A name, an introduction and keywords out of an idea, in the form that the wizard sends. Never empty: without an answer
 * of a model the offline storyteller has one. Throws only the signal's reason.
 */
export async function draftProfile(ctx: Ctx, input: ProfileInput, { language: asked, signal, limitMs }: Draft) {
  const language = languageOf(`${input.seed_text} ${input.description ?? ''}`, asked);
  const type = input.character_type ?? 'roleplay';
  const maxChars = DESCRIPTION_MAX_CHARS[type];
  const facts = {
    seed: input.seed_text.trim(),
    type,
    tags: input.tags ?? [],
    name: input.name?.trim() ?? '',
    description: input.description?.trim() ?? '',
  };
  const none = { ko: '없음', en: 'none' }[language];
  const values = {
    seed: facts.seed,
    kind: kindWord(type, language),
    name: facts.name || none,
    intro: facts.description || none,
    tags: facts.tags.join(', ').slice(0, 400) || none,
    min: LEAST_DESCRIPTION_CHARS,
    max: maxChars,
  };
  const messages = buildMessages('profile', language, undefined, values);
  const call = { task: 'wizard.profile', language, facts, messages, maxTokens: MAX_TOKENS } as const;
  const judge = (answer: Answered) => {
    const found = clean(answer, maxChars);
    const good = found.name !== '' && found.description.length >= LEAST_DESCRIPTION_CHARS && !isMeta(found.description);
    return good ? found : undefined;
  };
  const desk = { ctx, language, signal };
  const profile = await draftObject(desk, limitMs ?? LIMIT_MS, call, ProfileAnswer, judge).catch((error: unknown) => {
    signal.throwIfAborted();
    ctx.log.warn('wizard.profile_filled', { error });
    return clean(objectWithoutModel(call, ProfileAnswer), maxChars);
  });
  return viewOf(profile, type, language, input.image_url?.trim() || null);
}

function clean(answer: Answered, maxChars: number): Answered {
  return {
    name: cleanTitle(answer.name, NAME_MAX_CHARS),
    description: cleanText(answer.description, maxChars),
    keywords: cleanWords(answer.keywords, KEYWORDS, KEYWORD_MAX_CHARS),
  };
}

function viewOf({ name, description, keywords }: Answered, type: string, language: string, imageUrl: string | null) {
  return {
    basic_info: {
      name,
      description,
      personality: null,
      speech_style: null,
      greeting: null,
      world_setting: null,
      user_display_description: null,
      use_custom_description: false,
      introduction_scenes: [],
      character_type: type,
      base_language: language,
    },
    media_settings: { avatar_url: imageUrl, image_descriptions: [{ description: '', url: imageUrl, keywords }] },
    example_dialogues: { dialogues: [] },
    affinity_system: { has_affinity_system: false, affinity_rules: null, affinity_stages: [] },
    publish_settings: { is_public: true, custom_module_id: null, use_translation: true },
  };
}
