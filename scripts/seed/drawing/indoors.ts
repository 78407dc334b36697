import {
  between,
  circle,
  ellipse,
  glow,
  HEIGHT,
  line,
  type Random,
  rect,
  shape,
  sky,
  stars,
  times,
  tint,
  WIDTH,
} from './paper.ts';

/** Shelves of books that are lent by the volume, and a paper lamp. */
export function bookshop(random: Random): string {
  const spines = ['#8c3b34', '#b98a4a', '#3f5d58', '#54426b', '#c7b48a', '#7a5236'];
  const shelves = times(6, (row) => {
    const foot = 130 + row * 118;
    let at = 6;
    const books: string[] = [];
    while (at < WIDTH - 20) {
      const [width, height] = [between(random, 16, 34), between(random, 62, 92)];
      const colour = spines[between(random, 0, spines.length - 1)] ?? '#8c3b34';
      books.push(
        rect(at, foot - height, width, height, colour) +
          rect(at + 4, foot - height + 10, width - 8, 22, '#f3e6c8', 'opacity="0.75"'),
      );
      at += width + between(random, 1, 5);
    }
    return `${books.join('')}${rect(0, foot, WIDTH, 14, '#4a2f22')}`;
  });
  return [
    sky('#3a251c', '#543625', '#6b4630'),
    ...shelves,
    rect(0, 0, WIDTH, HEIGHT, '#2a1710', 'opacity="0.4"'),
    glow('lamp', 130, 210, 300, '#ffcf7a', 0.85),
    line('M130 0V136', '#2a1710', 5),
    shape('M84 140H176L190 270H70z', '#fff0c8'),
    line('M84 140H176M76 206H184M70 270H190', '#b98a4a', 5),
  ].join('');
}

/** The hall of a bath house: tiles, a clock, steam. */
export function bathhouse(random: Random): string {
  const tiles = times(15, (column) =>
    times(18, (row) => rect(column * 44, row * 46, 41, 43, tint('#8fd0cf', 0.1 + random() * 0.3), 'rx="4"')).join(''),
  );
  const steam = times(16, () =>
    circle(
      between(random, 0, WIDTH),
      between(random, 360, 780),
      between(random, 50, 110),
      '#ffffff',
      `opacity="${(0.12 + random() * 0.16).toFixed(2)}"`,
    ),
  );
  return [
    sky('#4ba3a8', '#6cbcbb'),
    ...tiles,
    rect(0, 96, WIDTH, 40, '#e4745c'),
    rect(0, 136, WIDTH, 8, '#ffffff'),
    circle(536, 222, 66, '#ffffff'),
    circle(536, 222, 56, '#fff6dc'),
    line('M536 222V182M536 222L562 236', '#4a3b4c', 7),
    // The sign of every bath: a tub, and three lines that rise from it.
    line('M74 226q-16 -22 0 -44M110 220q-18 -26 0 -54M146 226q-16 -22 0 -44', '#e4745c', 9),
    line('M56 236Q60 276 110 276Q160 276 164 236', '#e4745c', 10),
    ...steam,
  ].join('');
}

/** The office under the station where lost things wait. */
export function lostThings(random: Random): string {
  const doors = ['#40617e', '#4a6d8c', '#385670'];
  const lockers = times(5, (column) =>
    times(5, (row) => {
      const [x, y] = [8 + column * 126, 10 + row * 160];
      const door = doors[between(random, 0, 2)] ?? '#40617e';
      return `${rect(x, y, 120, 152, door, 'rx="6"')}${line(`M${x + 34} ${y + 26}h52M${x + 34} ${y + 38}h52`, tint(door, -0.3), 4)}${rect(x + 92, y + 74, 12, 24, '#d7e0e6', 'rx="5"')}${rect(x + 14, y + 60, 42, 24, '#f6e7b8', 'rx="3"')}`;
    }).join(''),
  );
  return [
    sky('#243447', '#2f465c'),
    ...lockers,
    // One stands open: an umbrella and a hat are in it.
    rect(8, 170, 120, 312, '#182532', 'rx="6"'),
    shape('M30 250Q68 196 106 250L68 262z', '#e8b04a'),
    line('M68 230V430q0 22 20 18', '#f0dcae', 6),
    rect(512, 10, 120, 152, '#182532', 'rx="6"'),
    shape('M538 112h68q-4 -50 -34 -50t-34 50z', '#b04f54'),
    shape('M537 98h70l2 14h-74z', '#7a2f38'),
    ellipse(572, 114, 52, 10, '#98434a'),
    glow('tube', 320, 20, 420, '#e8f6ff', 0.4),
  ].join('');
}

/** A stage shortly before the curtain goes up. */
export function stage(random: Random): string {
  const folds = times(8, (index) => {
    const width = 40;
    const [left, right] = [index * 26, WIDTH - index * 26 - width];
    const colour = index % 2 === 0 ? '#a3283a' : '#82202f';
    return (
      shape(`M${left} 0h${width}q-6 400 ${-30 - index * 4} 700h-60z`, colour) +
      shape(`M${right} 0h${width}l60 700h-60q-30 -300 ${-40} -700z`, colour)
    );
  });
  const dust = times(50, () =>
    circle(between(random, 120, 520), between(random, 80, 640), between(random, 1, 3), '#fff4c8', 'opacity="0.7"'),
  );
  return [
    sky('#1d1024', '#3a1c33', '#5c2c3c'),
    shape('M270 -20H370L560 700H80z', '#ffeeb0', 'opacity="0.34"'),
    shape('M300 -20H340L450 700H190z', '#fff6d0', 'opacity="0.34"'),
    ...dust,
    ...folds,
    times(9, (index) =>
      shape(`M${index * 80 - 40} 0h80q0 74 -40 74t-40 -74z`, index % 2 === 0 ? '#b83044' : '#94263a'),
    ).join(''),
    rect(0, 0, WIDTH, 14, '#e2b457'),
    rect(0, 700, WIDTH, 100, '#6e4430'),
    line('M0 706H640', '#9c6844', 10),
  ].join('');
}

/** A compartment of a train that runs at night. */
export function nightTrain(random: Random): string {
  return [
    sky('#3a2530', '#52323a', '#3c2630'),
    rect(36, 60, 568, 480, '#c79a55', 'rx="40"'),
    rect(54, 78, 532, 444, '#10163a', 'rx="28"'),
    `<clipPath id="pane"><rect x="54" y="78" width="532" height="444" rx="28"/></clipPath>`,
    `<g clip-path="url(#pane)">${glow('dawn', 320, 560, 430, '#5a6fd0', 0.8)}${stars(random, 150, 500, '#f3f0ff')}${times(7, (index) => line(`M${between(random, -40, 500)} ${110 + index * 52}h${between(random, 60, 190)}`, '#cdd6ff', 2, 'opacity="0.5"')).join('')}${circle(500, 168, 50, '#fdf0c4')}${circle(478, 156, 44, '#10163a')}${shape('M54 470Q180 400 300 456T586 430V540H54z', '#1d2658')}</g>`,
    shape('M36 60H150Q120 300 60 540H20z', '#7c2f3f'),
    shape('M604 60H490Q520 300 580 540H620z', '#7c2f3f'),
    rect(0, 40, WIDTH, 26, '#e0b56a', 'rx="13"'),
    rect(0, 560, WIDTH, 240, '#6b2b3a'),
    times(13, (index) => circle(26 + index * 49, 620, 6, '#8c3f4d')).join(''),
  ].join('');
}

/** The desk of somebody who writes, by a garden window. */
export function gardenWindow(random: Random): string {
  const roses = times(26, () => {
    const [x, y, size] = [between(random, 60, 580), between(random, 330, 560), between(random, 10, 19)];
    const colour = ['#e0637c', '#f0919f', '#f7d0c8', '#d6455f'][between(random, 0, 3)] ?? '#e0637c';
    return circle(x, y, size, colour) + circle(x - 2, y - 2, size * 0.55, tint(colour, 0.25));
  });
  return [
    sky('#f3e2c4', '#ecd2ae'),
    times(11, (index) => rect(index * 64, 0, 22, HEIGHT, '#e6c69c', 'opacity="0.55"')).join(''),
    rect(50, 50, 540, 540, '#ffffff', 'rx="10"'),
    rect(66, 66, 508, 508, '#a9dcec'),
    shape('M66 420Q200 330 330 390T574 350V574H66z', '#8cc27e'),
    shape('M66 490Q240 420 400 470T574 450V574H66z', '#66a463'),
    ...roses,
    rect(312, 66, 16, 508, '#ffffff'),
    rect(66, 250, 508, 14, '#ffffff'),
    shape('M30 30H190Q180 300 70 520H30z', '#6f8f6a', 'opacity="0.95"'),
    shape('M610 30H450Q460 300 570 520H610z', '#6f8f6a', 'opacity="0.95"'),
    rect(0, 600, WIDTH, 200, '#8a5a3c'),
    rect(0, 594, WIDTH, 14, '#a9744e'),
  ].join('');
}

/** Under the glass of a greenhouse on Mars. */
export function marsDome(random: Random): string {
  const plants = times(16, (index) => {
    const [x, height] = [index * 42 + between(random, -8, 8), between(random, 70, 170)];
    const leaf = index % 2 === 0 ? '#3f9a62' : '#58b878';
    return (
      line(`M${x} 800q-6 ${-height / 2} 0 ${-height}`, leaf, 7) +
      times(
        4,
        (pair) =>
          ellipse(x - 20, 790 - pair * 34, 22, 9, leaf, `transform="rotate(24 ${x - 20} ${790 - pair * 34})"`) +
          ellipse(x + 20, 780 - pair * 34, 22, 9, leaf, `transform="rotate(-24 ${x + 20} ${780 - pair * 34})"`),
      ).join('')
    );
  });
  return [
    sky('#3a1a2c', '#8c3b34', '#e08a54', '#f7c48a'),
    stars(random, 60, 240, '#ffe9d8'),
    circle(510, 150, 15, '#bfe0ff'),
    circle(130, 96, 7, '#f0d8c8'),
    shape('M0 520L90 430L170 490L290 400L400 500L520 420L640 510V800H0z', '#a04a34'),
    shape('M0 600Q200 540 380 590T640 570V800H0z', '#7c3429'),
    // Ribs of the dome.
    line('M-40 800C-20 300 180 60 320 60C460 60 660 300 680 800', '#ffe4cf', 8, 'opacity="0.75"'),
    line('M320 60V800M120 230C200 260 440 260 520 230M20 440C180 480 460 480 620 440', '#ffe4cf', 4, 'opacity="0.45"'),
    shape('M140 220Q200 130 290 96L250 160Q190 200 164 270z', '#ffffff', 'opacity="0.2"'),
    ...plants,
  ].join('');
}
