import type { CataloguePicture } from '../shape.ts';
import { lowTide, moonlitRoofs, umbrellaShop } from './covers.ts';
import { cat, conductorsCap, hatchling, robot } from './creatures.ts';
import { bathhouse, bookshop, gardenWindow, lostThings, marsDome, nightTrain, stage } from './indoors.ts';
import { bambooNight, highlands, lighthouse, schoolyard, snowyInn } from './outdoors.ts';
import { picture, type Random, randomOf } from './paper.ts';
import { type Looks, person } from './person.ts';

const scenes: Record<CataloguePicture['scene'], (random: Random) => string> = {
  ...{ lighthouse, schoolyard, bambooNight, highlands, snowyInn },
  ...{ bathhouse, bookshop, gardenWindow, lostThings, marsDome, nightTrain, stage },
  ...{ lowTide, moonlitRoofs, umbrellaShop },
};
const companions = { cat, robot, hatchling, conductorsCap };

/**
 * A picture of a character or story as SVG text. Pure: the same key and description give the same bytes. `key` decides
 * where stars, petals and the like fall.
 */
export function drawPicture(key: string, { scene, people = [], with: also = [] }: CataloguePicture): string {
  return picture(scenes[scene](randomOf(key)), group(people), ...also.map((name) => companions[name]()));
}

/** One person fills the picture; two more stand behind, to the left and right. */
function group([first, ...others]: Looks[]): string {
  if (!first) return '';
  const behind = others.map((looks, index) => {
    const x = index === 0 ? -86 : 272;
    return `<g transform="translate(${x} 150) scale(0.7)">${person(looks)}</g>`;
  });
  const front =
    others.length === 0 ? person(first) : `<g transform="translate(38 130) scale(0.88)">${person(first)}</g>`;
  return behind.join('') + front;
}
