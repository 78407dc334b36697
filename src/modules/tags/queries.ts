import { and, asc, count, desc, eq, exists, inArray, notLike, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characters, characterTags } from '../../db/tables/characters.ts';
import { stories, storyTags } from '../../db/tables/stories.ts';
import { tags } from '../../db/tables/tags.ts';
import type { Tx } from '../../db/tx.ts';

export type TagRow = typeof tags.$inferSelect;

const visible = notLike(tags.slug, 'cover:%');
const byName = [asc(tags.name), asc(tags.id)];

/** A keyword of a private work is as private as the work. */
const toldOf = sql`(${tags.isCurated}
  or exists(select 1 from story_tags st join stories s on s.id = st.story_id
    where st.tag_id = ${tags.id} and s.is_public and s.deleted_at is null)
  or exists(select 1 from character_tags ct join characters c on c.id = ct.character_id
    left join stories o on o.id = c.origin_story_id
    where ct.tag_id = ${tags.id} and c.is_public and c.is_active and (c.origin_story_id is null or o.is_public)))`;

/** Tags by name that everybody may know of: these, and of the others the `max` oldest. */
export async function findTags(db: Db, slugs: string[], max: number): Promise<TagRow[]> {
  const oldest = db.select({ id: tags.id }).from(tags).where(and(visible, toldOf)).orderBy(asc(tags.id)).limit(max);
  return db
    .select()
    .from(tags)
    .where(or(inArray(tags.slug, slugs), inArray(tags.id, oldest)))
    .orderBy(...byName);
}

/** Tags of characters that lists show, the most used first. */
export async function findUsedTags(db: Db, limit: number): Promise<TagRow[]> {
  const uses = db
    .select({ tagId: characterTags.tagId, uses: count().as('uses') })
    .from(characterTags)
    .innerJoin(characters, eq(characters.id, characterTags.characterId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(
      sql`${characters.isPublic} and ${characters.isActive} and (${characters.originStoryId} is null or ${stories.isPublic})`,
    )
    .groupBy(characterTags.tagId)
    .as('uses');
  const rows = await db
    .select({ tag: tags })
    .from(uses)
    .innerJoin(tags, eq(tags.id, uses.tagId))
    .where(visible)
    .orderBy(desc(uses.uses), ...byName)
    .limit(limit);
  return rows.map((row) => row.tag);
}

export async function findTag(db: Db, id: string): Promise<TagRow | undefined> {
  return (await db.select().from(tags).where(eq(tags.id, id)))[0];
}

export async function findTagsBySlugs(db: Db, slugs: string[]): Promise<TagRow[]> {
  return slugs.length === 0 ? [] : db.select().from(tags).where(inArray(tags.slug, slugs));
}

/** Ids of tags by their slugs, whatever the case of the letters. */
export async function findTagIdsFolded(db: Db, slugs: string[]): Promise<string[]> {
  if (slugs.length === 0) return [];
  const folded = slugs.map((slug) => slug.toLowerCase());
  const rows = await db
    .select({ id: tags.id })
    .from(tags)
    .where(inArray(sql`lower(${tags.slug})`, folded));
  return rows.map(({ id }) => id);
}

export async function findTagsOfCharacter(db: Db, characterId: string): Promise<TagRow[]> {
  const rows = await db
    .select({ tag: tags })
    .from(characterTags)
    .innerJoin(tags, eq(tags.id, characterTags.tagId))
    .where(and(eq(characterTags.characterId, characterId), visible))
    .orderBy(...byName);
  return rows.map((row) => row.tag);
}

/** Inserts those that are not there. In the order of their slugs, so that two of these cannot wait for each other. */
export async function insertMissingTags(db: Db, rows: (typeof tags.$inferInsert)[]): Promise<number> {
  if (rows.length === 0) return 0;
  const sorted = [...rows].sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const inserted = await db
    .insert(tags)
    .values(sorted)
    .onConflictDoNothing({ target: tags.slug })
    .returning({ id: tags.id });
  return inserted.length;
}

/** Takes a tag that a writer's keyword made among the curated ones; undefined when there is none of that slug to take. */
export async function curateTag(
  db: Db,
  slug: string,
  { name, emoji }: Pick<TagRow, 'name' | 'emoji'>,
): Promise<TagRow | undefined> {
  const writers = and(eq(tags.slug, slug), eq(tags.isCurated, false));
  return (await db.update(tags).set({ name, emoji, isCurated: true }).where(writers).returning())[0];
}

/** Lets changes of one character's tags come one after the other. */
export async function lockCharacterOfTags(tx: Tx, characterId: string): Promise<void> {
  await tx.select({ id: characters.id }).from(characters).where(eq(characters.id, characterId)).for('no key update');
}

/** Links a character with these tags and no others; layout marks stay. Changes only what differs. */
export async function replaceLinks(tx: Tx, characterId: string, tagIds: string[]): Promise<void> {
  const unwanted = tx
    .select({ one: sql`1` })
    .from(tags)
    .where(and(eq(tags.id, characterTags.tagId), visible));
  await tx
    .delete(characterTags)
    .where(
      and(
        eq(characterTags.characterId, characterId),
        tagIds.length > 0 ? sql`${characterTags.tagId} <> all (${sql.param(tagIds)}::uuid[])` : undefined,
        exists(unwanted),
      ),
    );
  if (tagIds.length === 0) return;
  await tx
    .insert(characterTags)
    .values(tagIds.map((tagId) => ({ characterId, tagId })))
    .onConflictDoNothing();
}

export async function countUses(db: Db, tagId: string): Promise<{ characters: number; stories: number }> {
  const [row] = await db
    .select({
      characters: db.$count(characterTags, eq(characterTags.tagId, tagId)),
      stories: db.$count(storyTags, eq(storyTags.tagId, tagId)),
    })
    .from(sql`(values (1)) as one`);
  return row ?? { characters: 0, stories: 0 };
}

export async function deleteTagRow(tx: Tx, id: string): Promise<boolean> {
  return (await tx.delete(tags).where(eq(tags.id, id)).returning({ id: tags.id })).length === 1;
}
