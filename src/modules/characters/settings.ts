import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { requireOwner } from './access.ts';
import { type CharacterRow, lockCharacter } from './queries.ts';
import type { SettingsView, StatsView } from './schema.ts';
import { findSettings, type SettingsRow, upsertSettings } from './settings-queries.ts';
import { systemPromptOf } from './system-prompt.ts';
import type { SettingsInput } from './write-schema.ts';

function viewSettings(row: SettingsRow, character: CharacterRow): SettingsView {
  return {
    id: row.id,
    character_id: row.characterId,
    ai_model: row.aiModel,
    temperature: row.temperature,
    max_tokens: row.maxTokens,
    system_prompt: row.systemPrompt ?? systemPromptOf(character),
    custom_prompt_template: row.customPromptTemplate,
    use_memory: row.useMemory,
    memory_length: row.memoryLength,
    response_style: row.responseStyle,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The owner's settings of a character. Throws 404 and `character.not_yours` (403). */
export async function getSettings(ctx: Ctx, actor: Member, characterId: string): Promise<SettingsView> {
  const found = await findSettings(ctx.db.pool, characterId);
  requireOwner(actor, found?.character);
  if (!found?.settings) throw fail('character.settings_not_found');
  return viewSettings(found.settings, found.character);
}

const defaults = {
  aiModel: 'standard',
  temperature: 0.7,
  maxTokens: 1_024,
  systemPrompt: null,
  customPromptTemplate: null,
  useMemory: true,
  memoryLength: 10,
  responseStyle: null,
};

/** Writes settings: `replace` sets what was not sent to its default, otherwise it stays. Throws 404 and 403. */
export async function writeSettings(
  ctx: Ctx,
  actor: Member,
  characterId: string,
  input: SettingsInput,
  { replace }: { replace: boolean },
): Promise<SettingsView> {
  const now = ctx.clock.now();
  const sent = columnsOf(input);
  await withTx(ctx.db, async (tx) => {
    requireOwner(actor, await lockCharacter(tx, characterId));
    const row = { id: newId(), characterId, ...defaults, ...sent, createdAt: now, updatedAt: now };
    await upsertSettings(tx, row, replace ? { ...defaults, ...sent } : sent);
  });
  return getSettings(ctx, actor, characterId);
}

/** The sent columns; a null where a column cannot be null is as not sent. */
function columnsOf(input: SettingsInput) {
  const columns = {
    aiModel: input.ai_model ?? undefined,
    temperature: input.temperature ?? undefined,
    maxTokens: input.max_tokens ?? undefined,
    systemPrompt: input.system_prompt,
    customPromptTemplate: input.custom_prompt_template,
    useMemory: input.use_memory ?? undefined,
    memoryLength: input.memory_length ?? undefined,
    responseStyle: input.response_style,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<
    typeof columns
  >;
}

/** The owner's numbers of a character. Throws 404 and 403. */
export async function getStats(ctx: Ctx, actor: Member, characterId: string): Promise<StatsView> {
  const found = await findSettings(ctx.db.pool, characterId);
  const character = requireOwner(actor, found?.character);
  return {
    character_id: character.id,
    total_chats: character.chatCount,
    total_likes: character.likeCount,
    created_at: character.createdAt.toISOString(),
    last_chat_at: null,
    daily_stats: [],
    popular_phrases: [],
  };
}
