import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';
import { stories } from './stories.ts';
import { tags } from './tags.ts';
import { users } from './users.ts';

export type StoredScene = { title: string; content: string; secret: string | null };
export type StoredImage = { description: string; url: string | null; keywords: string[]; is_public?: boolean };
export type StoredVoice = { voice_id: string | null; voice_style: string | null; enabled: boolean };
export type StoredAffinityStage = { min_value: number; max_value: number | null; description: string };

/** Characters. Whatever refers to one by a foreign key goes with it (cascade): deleting a row leaves no orphan. */
export const characters = pgTable(
  'characters',
  {
    id: id(),
    creatorId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: varchar({ length: 100 }).notNull(),
    description: text(),
    personality: text(),
    speechStyle: text(),
    greeting: text(),
    backgroundStory: text(),
    worldSetting: text(),
    userDisplayDescription: text(),
    useCustomDescription: boolean().notNull().default(false),
    introductionScenes: jsonb().$type<StoredScene[]>().notNull().default([]),
    /** Normalised by modules/characters/start-sets, which every reader and writer uses. */
    startSets: jsonb().$type<Record<string, unknown>>(),
    /** Derived from `start_sets` at each write, so that lists need not read the document. */
    maxTurns: integer(),
    characterType: varchar({ length: 50, enum: ['roleplay', 'simulator', 'custom'] })
      .notNull()
      .default('roleplay'),
    baseLanguage: varchar({ length: 10 }).notNull().default('ko'),
    avatarUrl: varchar({ length: 500 }),
    imageDescriptions: jsonb().$type<StoredImage[]>().notNull().default([]),
    voiceSettings: jsonb().$type<StoredVoice>(),
    hasAffinitySystem: boolean().notNull().default(false),
    affinityRules: text(),
    affinityStages: jsonb().$type<StoredAffinityStage[]>().notNull().default([]),
    isPublic: boolean().notNull().default(true),
    isActive: boolean().notNull().default(true),
    sourceType: varchar({ length: 20, enum: ['ORIGINAL', 'IMPORTED'] })
      .notNull()
      .default('ORIGINAL'),
    /** A deleted story stays as a tombstone, so this always refers to a row. */
    originStoryId: uuid().references(() => stories.id),
    customModuleId: uuid(),
    useTranslation: boolean().notNull().default(true),
    chatCount: integer().notNull().default(0),
    likeCount: integer().notNull().default(0),
    commentCount: integer().notNull().default(0),
    ...times(),
  },
  (table) => {
    // Read backwards. With the story's id at its end a list skips what it does not show without reading its rows.
    // (Drizzle's `desc()` adds `nulls last`, which no `order by … desc` can use.)
    const listed = sql`is_public and is_active`;
    return [
      index('characters_by_likes').on(table.likeCount, table.createdAt, table.id, table.originStoryId).where(listed),
      index('characters_by_chats')
        .on(table.chatCount, table.likeCount, table.createdAt, table.id, table.originStoryId)
        .where(listed),
      index('characters_by_age').on(table.createdAt, table.id, table.originStoryId).where(listed),
      index('characters_of_creator').on(table.creatorId, table.createdAt, table.id),
      index('characters_of_story')
        .on(table.originStoryId, table.createdAt, table.id)
        .where(sql`origin_story_id is not null`),
      check('characters_counts', sql`like_count >= 0 and comment_count >= 0 and chat_count >= 0`),
    ];
  },
);

const characterId = () =>
  uuid()
    .notNull()
    .references(() => characters.id, { onDelete: 'cascade' });
const userId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/**
 * What a search looks through: name, creator, tags and description in one folded text. Triggers keep it. A table of its
 * own, since counters change often and each change of a row writes all of its index entries again.
 */
export const characterSearches = pgTable('character_searches', {
  characterId: characterId().primaryKey(),
  name: text().notNull(),
  document: text().notNull(),
});

/** How the model is called for a character. A null `system_prompt` means: the one made from the character. */
export const characterSettings = pgTable('character_settings', {
  id: id(),
  characterId: characterId().unique('character_settings_character_unique'),
  aiModel: varchar({ length: 100 }).notNull().default('standard'),
  temperature: numeric({ precision: 3, scale: 2, mode: 'number' }).notNull().default(0.7),
  maxTokens: integer().notNull().default(1_024),
  systemPrompt: text(),
  customPromptTemplate: text(),
  useMemory: boolean().notNull().default(true),
  memoryLength: integer().notNull().default(10),
  responseStyle: varchar({ length: 50 }),
  ...times(),
});

export const characterExampleDialogues = pgTable(
  'character_example_dialogues',
  {
    id: id(),
    characterId: characterId(),
    userMessage: text().notNull(),
    characterResponse: text().notNull(),
    orderIndex: integer().notNull().default(0),
    createdAt: instant().notNull(),
  },
  (table) => [index('character_example_dialogues_character').on(table.characterId, table.orderIndex, table.id)],
);

export const characterLikes = pgTable(
  'character_likes',
  { id: id(), userId: userId(), characterId: characterId(), createdAt: instant().notNull() },
  (table) => [
    unique('character_likes_once').on(table.characterId, table.userId),
    index('character_likes_user').on(table.userId, table.createdAt, table.id),
  ],
);

export const characterComments = pgTable(
  'character_comments',
  { id: id(), characterId: characterId(), userId: userId(), content: text().notNull(), ...times() },
  (table) => [
    index('character_comments_character').on(table.characterId, table.createdAt, table.id),
    index('character_comments_user').on(table.userId, table.createdAt, table.id),
  ],
);

export const characterTags = pgTable(
  'character_tags',
  {
    characterId: characterId(),
    // A tag in use cannot be deleted: no cascade.
    tagId: uuid()
      .notNull()
      .references(() => tags.id),
  },
  (table) => [
    primaryKey({ columns: [table.characterId, table.tagId] }),
    index('character_tags_tag').on(table.tagId, table.characterId),
  ],
);
