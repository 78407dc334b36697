import { createHash } from 'node:crypto';

/** All pictures have this size in pixels. A page that cuts a square out of the middle still has the face whole. */
export const WIDTH = 640;
export const HEIGHT = 800;

/** Numbers from 0 to 1 that are the same for the same name. */
export type Random = () => number;

/** Mulberry32, begun from a digest of the name. */
export function randomOf(name: string): Random {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `#rrggbb` moved towards white (`amount` > 0) or black (< 0); 1 is all the way. */
export function tint(colour: string, amount: number): string {
  const goal = amount > 0 ? 255 : 0;
  const parts = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(part + (goal - part) * Math.abs(amount))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${parts.join('')}`;
}

export function times<T>(count: number, draw: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => draw(index));
}

export function between(random: Random, from: number, to: number): number {
  return Math.round(from + random() * (to - from));
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`;
}

export function circle(x: number, y: number, radius: number, fill: string, more = ''): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" ${more}/>`;
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, more = ''): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
}

export function shape(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}" ${more}/>`;
}

export function line(d: string, colour: string, width: number, more = ''): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
}

/** Fills the paper from one colour at the top to others below. */
export function sky(...colours: string[]): string {
  const stops = colours.map((colour, index) => {
    const offset = colours.length === 1 ? 0 : index / (colours.length - 1);
    return `<stop offset="${offset.toFixed(2)}" stop-color="${colour}"/>`;
  });
  return `<linearGradient id="sky" x1="0" y1="0" x2="0.12" y2="1">${stops.join('')}</linearGradient>${rect(0, 0, WIDTH, HEIGHT, 'url(#sky)')}`;
}

/** A light without an edge. `name` is unique in its picture. */
export function glow(name: string, x: number, y: number, radius: number, colour: string, strength = 0.8): string {
  return `<radialGradient id="${name}"><stop offset="0" stop-color="${colour}" stop-opacity="${strength}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>${circle(x, y, radius, `url(#${name})`)}`;
}

export function stars(random: Random, count: number, depth: number, colour: string): string {
  return times(count, () => {
    const radius = (random() ** 3 * 2.4 + 0.7).toFixed(1);
    const opacity = (0.35 + random() * 0.6).toFixed(2);
    return `<circle cx="${between(random, 0, WIDTH)}" cy="${between(random, 0, depth)}" r="${radius}" fill="${colour}" opacity="${opacity}"/>`;
  }).join('');
}

/** Hills or waves up to the foot of the paper. */
export function wave(y: number, height: number, length: number, from: number, fill: string, more = ''): string {
  const half = Math.round(length / 2);
  const crests = times(Math.ceil((WIDTH - from) / half) + 1, () => `t${half} 0`).join('');
  return shape(`M${from} ${y}q${Math.round(half / 2)} ${-height} ${half} 0${crests}V${HEIGHT}H${from}z`, fill, more);
}

/** A whole picture. The foot is darkened a little, so that a name printed over it can be read. */
export function picture(...parts: string[]): string {
  const foot = `<linearGradient id="foot" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.28"/></linearGradient>${rect(0, HEIGHT - 200, WIDTH, 200, 'url(#foot)')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${parts.join('\n')}${foot}</svg>`;
}
