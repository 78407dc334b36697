import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { isUuid } from '../../lib/ids.ts';
import { storableText } from '../../lib/storable.ts';
import { togglePublic } from '../characters/change.ts';
import { setStoryVisibility } from '../stories/visibility.ts';
import { type ContentFilter, countContents, findContents } from './content-queries.ts';
import { flagOf } from './fields.ts';

const types = ['all', 'character', 'webnovel', 'origchat'] as const;
const kinds = ['character', 'story'] as const;
const MAX_PAGE_SIZE = 100;
/** Deeper in, a search finds more than leafing. */
const MAX_SKIP = 10_000;

type ListInput = {
  type: string;
  search?: string;
  page: number;
  page_size: number;
  is_public: 'all' | 'true' | 'false';
};

/**
 * Works of people for moderation, newest first: characters but for those out of stories, and stories. Throws
 * `cms.bad_type` (400), `http.invalid` (422) for a page that is too far.
 */
export async function listContents(ctx: Ctx, input: ListInput) {
  const type = types.find((each) => each === input.type);
  if (!type) throw fail('cms.bad_type', { params: { choices: types.join(', ') } });
  const limit = Math.min(Math.max(input.page_size, 1), MAX_PAGE_SIZE);
  const skip = (input.page - 1) * limit;
  if (skip > MAX_SKIP)
    throw fail('http.invalid', {
      params: { problem: 'page' },
      fields: [{ pointer: '/query/page', detail: 'is too far' }],
    });
  const filter: ContentFilter = {
    type,
    search: storableText(input.search ?? '')
      .normalize('NFC')
      .trim(),
    isPublic: input.is_public === 'all' ? undefined : input.is_public === 'true',
  };
  const [items, total] = await Promise.all([
    findContents(ctx.db.pool, filter, { skip, limit }),
    countContents(ctx.db.pool, filter),
  ]);
  return { items, total, page: input.page, page_size: limit };
}

/**
 * Makes somebody's work public or private, as `isPublic` says. Throws `cms.bad_type`, `cms.bad_id` and
 * `cms.bad_visibility` (400), `character.not_found` and `story.not_found` (404).
 */
export async function moderate(ctx: Ctx, actor: Member, work: { type: string; id: string }, isPublic: unknown) {
  const target = targetOf(work);
  const wanted = flagOf(isPublic);
  if (wanted === undefined) throw fail('cms.bad_visibility');
  return setVisibility(ctx, actor, target, wanted);
}

/** Turns the visibility of somebody's work over. Throws as `moderate`. */
export async function toggleVisibility(ctx: Ctx, actor: Member, work: { type: string; id: string }) {
  return setVisibility(ctx, actor, targetOf(work), undefined);
}

type Target = { type: (typeof kinds)[number]; id: string };

function targetOf(work: { type: string; id: string }): Target {
  const type = kinds.find((kind) => kind === work.type);
  if (!type) throw fail('cms.bad_type', { params: { choices: kinds.join(', ') } });
  if (!isUuid(work.id)) throw fail('cms.bad_id');
  return { type, id: work.id };
}

async function setVisibility(ctx: Ctx, actor: Member, { type, id }: Target, isPublic: boolean | undefined) {
  if (type === 'story') {
    const story = await setStoryVisibility(ctx, actor, id, isPublic);
    return { id: story.id, type, name: story.title, is_public: story.isPublic };
  }
  const character = await togglePublic(ctx, actor, id, isPublic);
  return { id: character.id, type, name: character.name, is_public: character.is_public };
}
