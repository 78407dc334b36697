import { type Static, t } from 'elysia';
import { pageQuery } from '../../http/schema.ts';
import { Tag } from '../tags/schema.ts';

const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const nullable = t.Nullable(t.String());
const nullableCount = t.Nullable(t.Integer());
const CharacterType = t.Union([t.Literal('roleplay'), t.Literal('simulator'), t.Literal('custom')]);

const Image = t.Object({
  description: t.String(),
  url: nullable,
  keywords: t.Array(t.String()),
  is_public: t.Optional(t.Boolean()),
});

/** What the front end calls CharacterDetail. */
export const CharacterDetail = t.Object({
  id: Uuid,
  creator_id: Uuid,
  name: t.String(),
  description: nullable,
  personality: nullable,
  speech_style: nullable,
  greeting: nullable,
  world_setting: nullable,
  user_display_description: nullable,
  use_custom_description: t.Boolean(),
  introduction_scenes: t.Array(t.Object({ title: t.String(), content: t.String(), secret: nullable })),
  start_sets: t.Nullable(t.Record(t.String(), t.Any())),
  max_turns: nullableCount,
  character_type: CharacterType,
  source_type: t.String(),
  base_language: t.String(),
  tags: t.Array(t.String()),
  avatar_url: nullable,
  thumbnail_url: nullable,
  image_descriptions: t.Array(Image),
  voice_settings: t.Nullable(t.Object({ voice_id: nullable, voice_style: nullable, enabled: t.Boolean() })),
  has_affinity_system: t.Boolean(),
  affinity_rules: nullable,
  affinity_stages: t.Array(t.Object({ min_value: t.Integer(), max_value: nullableCount, description: t.String() })),
  is_public: t.Boolean(),
  is_active: t.Boolean(),
  custom_module_id: nullable,
  use_translation: t.Boolean(),
  chat_count: t.Integer(),
  like_count: t.Integer(),
  comment_count: t.Integer(),
  origin_story_id: nullable,
  origin_story_title: nullable,
  origin_story_cover: nullable,
  origin_story_creator: nullable,
  origin_story_views: nullableCount,
  origin_story_likes: nullableCount,
  origin_story_excerpt: nullable,
  created_at: Instant,
  updated_at: Instant,
  example_dialogues: t.Array(
    t.Object({
      id: Uuid,
      user_message: t.String(),
      character_response: t.String(),
      order_index: t.Integer(),
      created_at: Instant,
    }),
  ),
  settings: t.Null(),
  creator_username: nullable,
  creator_avatar_url: nullable,
  is_liked: t.Boolean(),
});

export const CharacterListItem = t.Object({
  id: Uuid,
  creator_id: Uuid,
  name: t.String(),
  description: nullable,
  greeting: nullable,
  avatar_url: nullable,
  source_type: t.String(),
  character_type: CharacterType,
  max_turns: nullableCount,
  thumbnail_url: nullable,
  image_descriptions: t.Nullable(t.Array(Image)),
  tags: t.Array(t.String()),
  chat_count: t.Integer(),
  like_count: t.Integer(),
  origin_story_id: nullable,
  origin_story_title: nullable,
  is_origchat: t.Boolean(),
  is_public: t.Boolean(),
  created_at: Instant,
  updated_at: Instant,
  creator_username: nullable,
  creator_avatar_url: nullable,
});
export const CharacterList = t.Array(CharacterListItem);

export const CharacterLegacy = t.Object({
  id: Uuid,
  creator_id: Uuid,
  name: t.String(),
  description: nullable,
  personality: nullable,
  speech_style: nullable,
  greeting: nullable,
  background_story: nullable,
  avatar_url: nullable,
  is_public: t.Boolean(),
  is_active: t.Boolean(),
  chat_count: t.Integer(),
  like_count: t.Integer(),
  created_at: Instant,
  updated_at: Instant,
});

const comment = {
  id: Uuid,
  character_id: Uuid,
  user_id: Uuid,
  content: t.String(),
  created_at: Instant,
  updated_at: Instant,
};
export const Comment = t.Object(comment);
export const Comments = t.Array(t.Object({ ...comment, username: t.String(), user_avatar_url: nullable }));

export const CommentWithCharacter = t.Object({ ...comment, character_name: t.String() });
export const Tags = t.Array(Tag);

export const LikeStatus = t.Object({ character_id: Uuid, is_liked: t.Boolean(), like_count: t.Integer() });

export const Settings = t.Object({
  id: Uuid,
  character_id: Uuid,
  ai_model: t.String(),
  temperature: t.Number(),
  max_tokens: t.Integer(),
  system_prompt: nullable,
  custom_prompt_template: nullable,
  use_memory: t.Boolean(),
  memory_length: t.Integer(),
  response_style: nullable,
  created_at: Instant,
  updated_at: Instant,
});

export const Stats = t.Object({
  character_id: Uuid,
  total_chats: t.Integer(),
  total_likes: t.Integer(),
  created_at: Instant,
  last_chat_at: nullable,
  daily_stats: t.Array(t.Any()),
  popular_phrases: t.Array(t.Any()),
});

const word = t.Optional(t.String({ maxLength: 30 }));
/** An unknown word of `sort`, `only` or `gender` is as none; what is out of range is a 422. */
export const ListQuery = t.Composite([
  pageQuery(20, 100),
  t.Object({
    search: t.Optional(t.String({ maxLength: 100 })),
    creator_id: t.Optional(Uuid),
    source_type: t.Optional(t.Union([t.Literal('ORIGINAL'), t.Literal('IMPORTED')])),
    tags: t.Optional(t.String({ maxLength: 500 })),
    sort: word,
    gender: word,
    only: word,
  }),
]);
export const MyQuery = t.Composite([pageQuery(20, 100), t.Object({ only: word })]);
export const CommentsQuery = pageQuery(20, 100);
export const TopQuery = t.Object({ limit: t.Integer({ minimum: 1, maximum: 50, default: 5 }) });
/** Lists of one's own are leafed through by number; together no further than any other list. */
export const NumberedPageQuery = t.Object({
  limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
  page: t.Integer({ minimum: 1, maximum: 100, default: 1 }),
});
export const CommentParams = t.Object({ commentId: Uuid });

export type CharacterDetailView = Static<typeof CharacterDetail>;
export type CharacterItemView = Static<typeof CharacterListItem>;
export type CharacterLegacyView = Static<typeof CharacterLegacy>;
export type CommentView = Static<typeof Comment>;
export type CommentWithUserView = Static<typeof Comments>[number];
export type SettingsView = Static<typeof Settings>;
export type StatsView = Static<typeof Stats>;
export type ListInput = Static<typeof ListQuery>;
