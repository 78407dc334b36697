import type { Ctx } from '../../src/context.ts';
import { renderDrawing } from '../../src/files/images.ts';
import { enteredKeys, enterOnce } from '../../src/modules/catalogue/entries.ts';
import { insertCharacter } from '../../src/modules/characters/create.ts';
import { saveImage } from '../../src/modules/files/upload.ts';
import { insertFirstPicture } from '../../src/modules/media/first-picture.ts';
import { draftOf } from './character-draft.ts';
import { drawPicture } from './drawing/draw.ts';
import { type Keyed, readCharacters } from './read.ts';
import type { CatalogueCharacter, CataloguePicture } from './shape.ts';

const PROVIDER = 'drawing';

/**
 * Puts the catalogue into the database, as works of `authorId`: what was never there before, and nothing else, so that
 * what somebody changed or deleted stays so. Says each thing that was made, and how many there were already.
 */
export async function fillCatalogue(ctx: Ctx, authorId: string, say: (what: string) => void): Promise<void> {
  const entered = await enteredKeys(ctx);
  const characters = await readCharacters();
  const fresh = characters.filter(({ key }) => !entered.has(characterKey(key)));
  for (const character of fresh)
    if (await enterCharacter(ctx, authorId, character)) say(`created  ${character.value.name}`);
  say(`kept     ${characters.length - fresh.length} characters`);
}

const characterKey = (key: string) => `character/${key}`;

async function enterCharacter(ctx: Ctx, authorId: string, { key, value }: Keyed<CatalogueCharacter>): Promise<boolean> {
  const image = await storePicture(ctx, key, value.picture);
  return enterOnce(ctx, characterKey(key), async (tx, id, now) => {
    await insertCharacter(tx, { id, creatorId: authorId, now, draft: draftOf(value, image.url) });
    const entity = { type: 'character' as const, id };
    await insertFirstPicture(tx, { ownerId: authorId, entity, image, provider: PROVIDER, now });
  });
}

/** The same drawing is the same file, so one that is there already is not written again. */
async function storePicture(ctx: Ctx, key: string, picture: CataloguePicture) {
  return saveImage(ctx, await renderDrawing(drawPicture(key, picture)));
}
