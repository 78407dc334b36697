import { circle, ellipse, line, shape, tint } from './paper.ts';

export type Hair = 'long' | 'bob' | 'short' | 'swept' | 'bun' | 'braid' | 'curly' | 'topknot';

const CAP = 'M204 404C188 270 244 212 324 214C406 216 452 276 436 404';
const FRINGE = 'C424 352 408 330 388 316C330 330 266 330 244 318C226 340 214 362 204 404z';
const PARTED = 'C430 346 400 318 352 292C330 316 262 330 236 346C222 364 212 384 204 404z';
const SWEPT = 'C432 350 418 326 396 312C360 338 276 350 232 330C220 352 210 376 204 404z';

/** What of the hair lies behind head and shoulders. */
export function hairBehind(hair: Hair, colour: string): string {
  const dark = tint(colour, -0.22);
  switch (hair) {
    case 'long':
      return shape(
        'M202 380C170 500 190 610 142 716C230 742 400 742 498 716C450 610 470 500 438 380C420 250 220 250 202 380z',
        dark,
      );
    case 'bob':
      return shape(
        'M202 370C176 450 176 520 206 560C260 580 380 580 434 560C464 520 464 450 438 370C420 250 220 250 202 370z',
        dark,
      );
    case 'bun':
      return circle(320, 214, 62, dark) + line('M276 206q40 -34 88 -6', tint(colour, 0.16), 5, 'opacity="0.6"');
    case 'topknot':
      return ellipse(320, 196, 34, 46, dark) + shape('M284 226H356V240H284z', tint(colour, 0.5));
    case 'curly':
      return [
        [214, 330, 62],
        [426, 330, 62],
        [198, 410, 54],
        [442, 410, 54],
        [212, 484, 48],
        [428, 484, 48],
        [240, 258, 62],
        [400, 258, 62],
        [320, 232, 70],
      ]
        .map(([x = 0, y = 0, radius = 0]) => circle(x, y, radius, dark))
        .join('');
    default:
      return '';
  }
}

/** What of it lies over the face, with a gleam. */
export function hairInFront(hair: Hair, colour: string): string {
  const gleam = line('M246 292C266 254 300 240 340 240', tint(colour, 0.28), 9, 'opacity="0.55"');
  switch (hair) {
    case 'long':
      return (
        shape(CAP + PARTED, colour) +
        shape('M206 390C186 470 204 560 176 640C222 610 236 500 232 350z', colour) +
        shape('M434 390C454 470 436 560 464 640C418 610 404 500 410 350z', colour) +
        gleam
      );
    case 'bob':
      return (
        shape(CAP + FRINGE, colour) +
        shape('M206 390C190 450 192 510 214 552C240 520 238 420 238 336z', colour) +
        shape('M434 390C450 450 448 510 426 552C400 520 402 420 402 330z', colour) +
        gleam
      );
    case 'braid':
      return (
        shape(CAP + PARTED, colour) +
        [0, 1, 2, 3, 4]
          .map((step) =>
            ellipse(438 - step * 4, 452 + step * 52, 33 - step * 3, 36, tint(colour, step % 2 === 0 ? -0.06 : 0.07)),
          )
          .join('') +
        shape('M402 700L440 700L430 742L412 742z', '#c8434a') +
        gleam
      );
    case 'curly':
      return (
        [
          [250, 290, 44],
          [300, 268, 48],
          [356, 270, 48],
          [400, 300, 42],
          [226, 336, 34],
          [418, 346, 32],
        ]
          .map(([x = 0, y = 0, radius = 0]) => circle(x, y, radius, colour))
          .join('') + gleam
      );
    case 'swept':
      return (
        shape(CAP + SWEPT, colour) +
        shape('M232 332C250 250 330 200 428 244C400 262 420 300 434 330C380 300 300 300 232 332z', tint(colour, 0.06)) +
        gleam
      );
    case 'short':
      return (
        shape(
          'M206 386C190 262 250 208 330 206C412 210 450 280 434 386C430 356 422 338 412 328L396 352L382 316L352 344L330 310L296 342L280 314L250 346L232 330C218 348 212 362 206 386z',
          colour,
        ) + gleam
      );
    case 'bun':
    case 'topknot':
      return (
        shape(
          'M206 392C186 266 240 222 320 222C400 222 454 266 434 392C430 340 402 296 320 290C238 296 210 340 206 392z',
          colour,
        ) + gleam
      );
  }
}
