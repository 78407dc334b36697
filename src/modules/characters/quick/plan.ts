import type { Ctx } from '../../../context.ts';
import { sha256 } from '../../../lib/crypto.ts';
import { fail } from '../../../lib/errors.ts';
import { isOwnOrSecureImage } from '../../../lib/image-url.ts';
import { type Language, languageOf } from '../../../lib/language.ts';
import type { CharacterFacts } from '../../../llm/character-tasks.ts';
import { requestedSlugs } from '../../tags/slug.ts';
import { cut } from '../start-sets/values.ts';
import type { QuickCreateInput } from './schema.ts';

/** What is to be made, with every default filled in. */
export type QuickPlan = {
  imageUrl: string;
  audience: string;
  style: string;
  type: 'roleplay' | 'simulator';
  dating: boolean;
  maxTurns: number;
  name: string;
  intro: string;
  /** Slugs, the audience and the style first. */
  tags: string[];
  memos: string[];
  concept: string;
  language: Language;
};

/** The words by which the page marks for whom a character is and how it is drawn; they are tags, too. */
const AUDIENCES = ['남성향', '여성향', '전체'];
const STYLES = ['애니풍', '실사풍', '반실사', '아트웤'];

const MAX_TAGS = 20;
const MAX_MEMOS = 3;
const MEMO_CHARS = 200;
const DEFAULT_TURNS = 200;

/**
 * Reads a request. Throws `quick_create.*_required` (400) for a required field that is missing or blank,
 * `quick_create.unknown_audience`, `.unknown_style` and `.bad_image_url` (422), and `tag.reserved` (400).
 */
export function planQuickCreate(ctx: Pick<Ctx, 'config'>, input: QuickCreateInput, askedIn: Language): QuickPlan {
  const imageUrl = required(input.image_url, 'image_url');
  const audience = required(input.audience_slug, 'audience_slug').normalize('NFC');
  const style = required(input.style_slug, 'style_slug').normalize('NFC');
  const name = required(input.name, 'name');
  const intro = required(input.one_line_intro, 'one_line_intro');
  if (!AUDIENCES.includes(audience)) throw fail('quick_create.unknown_audience');
  if (!STYLES.includes(style)) throw fail('quick_create.unknown_style');
  if (!isOwnOrSecureImage(imageUrl, ctx.config.publicBaseUrl)) throw fail('quick_create.bad_image_url');
  const type = input.character_type ?? 'roleplay';
  const concept = input.profile_concept?.trim() ?? '';
  return {
    imageUrl,
    audience,
    style,
    type,
    dating: type === 'simulator' && (input.sim_dating_elements ?? false),
    maxTurns: input.max_turns ?? DEFAULT_TURNS,
    name,
    intro,
    tags: requestedSlugs([audience, style, ...(input.tags ?? [])]).slice(0, MAX_TAGS),
    memos: (input.setting_memos ?? [])
      .map((memo) => memo.trim())
      .filter((memo) => memo !== '')
      .slice(0, MAX_MEMOS)
      .map((memo) => cut(memo, MEMO_CHARS).trimEnd()),
    concept,
    language: languageOf(`${name} ${intro} ${concept}`, askedIn),
  };
}

type Required = 'image_url' | 'audience_slug' | 'style_slug' | 'name' | 'one_line_intro';

function required(value: string | null | undefined, field: Required): string {
  const text = value?.trim() ?? '';
  if (text === '') throw fail(`quick_create.${field}_required`);
  return text;
}

/** What a request asked for, in a few characters; the language follows from it and does not count. */
export function hashOfPlan({ language: _follows, ...asked }: QuickPlan): string {
  return sha256(JSON.stringify(asked));
}

/** What the steps of writing know. Audience and style are no themes of the story. */
export function factsOf(plan: QuickPlan): CharacterFacts {
  return {
    name: plan.name,
    intro: plan.intro,
    concept: plan.concept,
    world: '',
    tags: plan.tags.filter((tag) => tag !== plan.audience && tag !== plan.style),
    audience: plan.audience,
    mode: plan.type,
    dating: plan.dating,
    maxTurns: plan.maxTurns,
  };
}
