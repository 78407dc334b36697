import { type Clothes, dress } from './clothes.ts';
import { type Hair, hairBehind, hairInFront } from './hair.ts';
import { circle, ellipse, line, shape, tint } from './paper.ts';

type Extra = 'glasses' | 'beard' | 'freckles' | 'earrings' | 'wrinkles' | 'scar';

/** How somebody looks. Colours are `#rrggbb`. */
export type Looks = {
  skin: string;
  hair: Hair;
  hairColour: string;
  eyes: 'open' | 'smiling' | 'calm' | 'keen';
  eyeColour: string;
  mouth: 'smile' | 'grin' | 'still' | 'smirk';
  clothes: Clothes;
  cloth: string;
  trim: string;
  extras?: Extra[];
};

const FACE =
  'M222 372C220 300 258 254 320 254C382 254 420 300 418 372C416 440 366 506 320 506C274 506 224 440 222 372z';
const INK = '#2a2130';

/** Head and shoulders of a person, in the middle of the paper. */
export function person(looks: Looks): string {
  const { skin, hair, hairColour, clothes, cloth, trim, extras = [] } = looks;
  const shadow = tint(skin, -0.2);
  return [
    '<g>',
    hairBehind(hair, hairColour),
    dress(clothes, cloth, trim, skin),
    ellipse(222, 400, 17, 27, tint(skin, -0.06)),
    ellipse(418, 400, 17, 27, tint(skin, -0.06)),
    extras.includes('earrings') ? circle(219, 436, 8, trim) + circle(421, 436, 8, trim) : '',
    shape(FACE, skin),
    `<clipPath id="face"><path d="${FACE}"/></clipPath>`,
    // The light comes from the left; the fringe throws a shadow on the brow.
    `<g clip-path="url(#face)">${shape('M440 240V520H330C402 480 398 330 352 250z', shadow, 'opacity="0.28"')}${ellipse(320, 268, 120, 62, shadow, 'opacity="0.45"')}</g>`,
    ellipse(262, 436, 25, 14, '#e8615a', 'opacity="0.24"'),
    ellipse(378, 436, 25, 14, '#e8615a', 'opacity="0.24"'),
    extras.includes('freckles') ? freckles(shadow) : '',
    extras.includes('wrinkles') ? wrinkles(shadow) : '',
    extras.includes('scar') ? line('M392 352L372 414', tint(skin, -0.32), 5, 'opacity="0.8"') : '',
    eyes(looks),
    line('M320 404q-9 22 2 27', tint(skin, -0.34), 4, 'opacity="0.75"'),
    extras.includes('beard') ? beard(hairColour) : '',
    mouths[looks.mouth],
    hairInFront(hair, hairColour),
    extras.includes('glasses') ? glasses(trim) : '',
    '</g>',
  ].join('');
}

function eyes({ eyes: kind, eyeColour, hairColour }: Looks): string {
  const brow = tint(hairColour, -0.25);
  const brows = {
    open: 'M252 354q26 -16 52 -5M336 349q26 -11 52 5',
    smiling: 'M252 352q26 -20 52 -8M336 344q26 -12 52 8',
    calm: 'M252 356q28 -10 52 -2M336 354q24 -8 52 2',
    keen: 'M252 346q28 -6 52 10M336 356q24 -16 52 -10',
  }[kind];
  const drawn =
    kind === 'smiling'
      ? line('M256 396q24 -28 48 0M336 396q24 -28 48 0', INK, 7)
      : [280, 360].map((x) => eye(x, kind, eyeColour)).join('');
  return line(brows, brow, 8) + drawn;
}

function eye(x: number, kind: 'open' | 'calm' | 'keen', colour: string): string {
  const height = kind === 'open' ? 19 : 15;
  const outward = x < 320 ? -1 : 1;
  const lid = kind === 'open' ? 21 : 15;
  const corner = kind === 'keen' ? -6 : 2;
  return [
    ellipse(x, 394, 22, height - 1, '#fffaf4'),
    ellipse(x, 394, 14, height, colour),
    ellipse(x, 396, 8, height - 8, INK),
    circle(x - 5, 386, 5, '#ffffff'),
    circle(x + 5, 402, 2.5, '#ffffff', 'opacity="0.8"'),
    line(
      `M${x - outward * 24} ${394 + 4}Q${x - outward * 4} ${394 - lid - 8} ${x + outward * 27} ${392 + corner}`,
      INK,
      7,
    ),
  ].join('');
}

const mouths = {
  smile: line('M298 458q22 20 44 0', '#9c3b40', 6),
  grin:
    shape('M290 452Q320 460 350 452Q344 486 320 486Q296 486 290 452z', '#8c2f38') +
    shape('M297 455Q320 462 343 455L341 464Q320 470 299 464z', '#fffaf4'),
  still: line('M302 463q18 5 36 0', '#9c3b40', 6),
  smirk: line('M300 464q26 6 44 -10', '#9c3b40', 6),
};

function glasses(colour: string): string {
  return (
    [280, 360]
      .map((x) => circle(x, 396, 35, '#ffffff', `fill-opacity="0.14" stroke="${colour}" stroke-width="6"`))
      .join('') + line('M315 390q5 -6 10 0M245 390L222 382M395 390L418 382', colour, 6)
  );
}

function beard(colour: string): string {
  return shape(
    'M228 424C234 500 276 540 320 540C364 540 406 500 412 424C398 452 376 446 352 444Q320 430 288 444C264 446 242 452 228 424z',
    colour,
  );
}

function freckles(colour: string): string {
  const spots = [-14, 0, 14, -7, 8].flatMap((dx, index) =>
    [262 + dx, 378 + dx].map((x) => circle(x, 426 + (index > 2 ? 11 : 0), 3, colour)),
  );
  return spots.join('');
}

function wrinkles(colour: string): string {
  return line(
    'M236 404q-4 12 2 22M404 404q4 12 -2 22M284 446q-12 12 -10 26M356 446q12 12 10 26M290 308q30 -7 60 0',
    colour,
    4,
    'opacity="0.7"',
  );
}
