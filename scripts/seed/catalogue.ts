import type { Ctx } from '../../src/context.ts';
import { renderDrawing } from '../../src/files/images.ts';
import type { Member } from '../../src/lib/actor.ts';
import { AppError } from '../../src/lib/errors.ts';
import { enteredKeys, enterOnce, noteDone } from '../../src/modules/catalogue/entries.ts';
import { createChapter } from '../../src/modules/chapters/write.ts';
import { insertCharacter } from '../../src/modules/characters/create.ts';
import { startExtraction } from '../../src/modules/extraction/start.ts';
import { saveImage } from '../../src/modules/files/upload.ts';
import { insertFirstPicture } from '../../src/modules/media/first-picture.ts';
import { insertStory } from '../../src/modules/stories/create.ts';
import { draftOf } from './character-draft.ts';
import { drawPicture } from './drawing/draw.ts';
import { type Keyed, readCharacters, readStories } from './read.ts';
import type { CatalogueCharacter, CataloguePicture, CatalogueStory } from './shape.ts';

const PROVIDER = 'drawing';

/**
 * Puts the catalogue into the database, as works of `author`: what was never there before, and nothing else, so that what
 * somebody changed or deleted stays so. Says each thing that was made, and how many there were already. A run that was
 * cut off is taken up by the next one.
 */
export async function fillCatalogue(ctx: Ctx, author: Member, say: (what: string) => void): Promise<void> {
  const entered = await enteredKeys(ctx);
  const [characters, stories] = await Promise.all([readCharacters(), readStories()]);
  const newCharacters = characters.filter(({ key }) => !entered.has(characterKey(key)));
  const newStories = stories.filter(({ key }) => !entered.has(chaptersKey(key)));
  for (const character of newCharacters)
    if (await enterCharacter(ctx, author, character)) say(`created  ${character.value.name}`);
  for (const story of newStories) {
    await enterStory(ctx, author, story);
    say(`created  ${story.value.title}, ${story.value.chapters.length} chapters`);
  }
  const kept = [characters.length - newCharacters.length, stories.length - newStories.length];
  say(`kept     ${kept[0]} characters, ${kept[1]} stories`);
}

const characterKey = (key: string) => `character/${key}`;
const storyKey = (key: string) => `story/${key}`;
const chaptersKey = (key: string) => `story/${key}/chapters`;

async function enterCharacter(ctx: Ctx, author: Member, { key, value }: Keyed<CatalogueCharacter>): Promise<boolean> {
  const image = await storePicture(ctx, key, value.picture);
  return enterOnce(ctx, characterKey(key), async (tx, id, now) => {
    await insertCharacter(tx, { id, creatorId: author.userId, now, draft: draftOf(value, image.url) });
    const entity = { type: 'character' as const, id };
    await insertFirstPicture(tx, { ownerId: author.userId, entity, image, provider: PROVIDER, now });
  });
}

/** The story, then its chapters one by one, then the search for its persons, which makes it playable. */
async function enterStory(ctx: Ctx, author: Member, { key, value }: Keyed<CatalogueStory>): Promise<void> {
  const { title, summary, genre, keywords, chapters, picture } = value;
  const image = await storePicture(ctx, key, picture);
  await enterOnce(ctx, storyKey(key), async (tx, id, now) => {
    const draft = { title, content: summary, genre, keywords, coverUrl: image.url, isPublic: true };
    await insertStory(tx, { id, creatorId: author.userId, now, draft });
    const entity = { type: 'story' as const, id };
    await insertFirstPicture(tx, { ownerId: author.userId, entity, image, provider: PROVIDER, now });
  });
  const id = (await enteredKeys(ctx)).get(storyKey(key)) ?? '';
  // One that was deleted before its chapters were all there needs none.
  await unless('story.not_found', async () => {
    for (const { no, ...chapter } of chapters)
      await unless('chapter.number_taken', () => createChapter(ctx, author, { story_id: id, no, ...chapter }));
    await startExtraction(ctx, author, id);
  });
  await noteDone(ctx, chaptersKey(key), id);
}

async function unless(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError && error.code === code)) throw error;
  }
}

/** The same drawing is the same file, so one that is there already is not written again. */
async function storePicture(ctx: Ctx, key: string, picture: CataloguePicture) {
  return saveImage(ctx, await renderDrawing(drawPicture(key, picture)));
}
