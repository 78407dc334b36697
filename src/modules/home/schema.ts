import { t } from 'elysia';
import { CharacterListItem } from '../characters/schema.ts';
import { StoryListItem } from '../stories/schema.ts';

export const RankingQuery = t.Object({
  kind: t.Union([t.Literal('character'), t.Literal('origchat'), t.Literal('story')], { default: 'character' }),
  limit: t.Integer({ minimum: 1, maximum: 50, default: 20 }),
});
export const Ranking = t.Object({ items: t.Array(t.Union([CharacterListItem, StoryListItem])) });
export const LatestNotice = t.Object({ latest_at: t.Nullable(t.String({ format: 'date-time' })) });
