import type { Ctx } from '../../../context.ts';
import { type Tx, violatedUnique, withTx } from '../../../db/tx.ts';
import type { Member } from '../../../lib/actor.ts';
import { AppError, fail } from '../../../lib/errors.ts';
import { setTagsOfCharacter } from '../../tags/links.ts';
import { insertCharacter } from '../create.ts';
import type { CharacterDraft } from '../draft.ts';
import { personalityText } from '../drafting/details.ts';
import { randomHex } from '../drafting/random-hex.ts';
import { LEAST_ENDING_TURNS, type QuickParts } from './generate.ts';
import type { QuickPlan } from './plan.ts';
import { insertQuickCreation } from './queries.ts';

export type QuickRequest = { id: string; hash: string };

/**
 * Stores a written character with its tags and the request that made it: all of it or nothing. Undefined when the request
 * has made one meanwhile. Throws `quick_create.failed` (503).
 */
export async function storeQuickCharacter(
  ctx: Ctx,
  actor: Member,
  plan: QuickPlan,
  parts: QuickParts,
  request: QuickRequest | undefined,
): Promise<string | undefined> {
  const now = ctx.clock.now();
  try {
    return await withTx(ctx.db, async (tx) => {
      const draft = draftOf(plan, parts);
      const id = await insertCharacter(tx, { creatorId: actor.userId, now, draft });
      await attachTags(tx, id, plan.tags, now);
      if (request)
        await insertQuickCreation(tx, {
          characterId: id,
          creatorId: actor.userId,
          requestId: request.id,
          requestHash: request.hash,
          createdAt: now,
        });
      return id;
    });
  } catch (error) {
    if (violatedUnique(error) === 'quick_creations_once') return undefined;
    if (error instanceof AppError) throw error;
    throw failed('character_create_failed', error);
  }
}

async function attachTags(tx: Tx, id: string, tags: string[], now: Date): Promise<void> {
  try {
    await setTagsOfCharacter(tx, id, tags, now);
  } catch (error) {
    throw failed('tag_attach_failed', error);
  }
}

function failed(stage: string, cause: unknown): AppError {
  return fail('quick_create.failed', { params: { stage }, cause });
}

function draftOf(plan: QuickPlan, parts: QuickParts): CharacterDraft {
  return {
    name: plan.name,
    description: plan.intro,
    personality: personalityText(parts.details),
    speechStyle: parts.details.speechStyle,
    worldSetting: parts.world,
    startSets: startSetsOf(plan, parts),
    characterType: plan.type,
    baseLanguage: plan.language,
    avatarUrl: plan.imageUrl,
    imageDescriptions: [{ description: '', url: plan.imageUrl, keywords: [] }],
    isPublic: true,
    useTranslation: true,
  };
}

function startSetsOf(plan: QuickPlan, { opening, stats, endings, events }: QuickParts) {
  const memos = plan.memos.map((detail) => ({ id: `memo_qc_${randomHex()}`, detail, triggers: [], targets: ['all'] }));
  return {
    selectedId: 'set_1',
    items: [
      {
        id: 'set_1',
        title: plan.language === 'ko' ? '오프닝 1' : 'Opening 1',
        intro: opening.intro,
        firstLine: opening.firstLine,
        turn_events: events,
        ending_settings: {
          min_turns: LEAST_ENDING_TURNS,
          endings: endings.map((ending) => ({
            id: `ending_${randomHex()}`,
            turn: ending.turn,
            title: ending.title,
            base_condition: ending.baseCondition,
            epilogue: ending.epilogue,
            hint: ending.hint,
            extra_conditions: [],
          })),
        },
        stat_settings: { stats },
      },
    ],
    sim_options: { max_turns: plan.maxTurns, allow_infinite_mode: false, sim_dating_elements: plan.dating },
    setting_book: { selectedId: memos[0]?.id ?? '', items: memos },
    profile_concept: { enabled: plan.concept !== '', text: plan.concept },
  };
}
