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
  wave,
} from './paper.ts';

/** A harbour at dusk, the light turning above it. */
export function lighthouse(random: Random): string {
  return [
    sky('#27386e', '#7a5c94', '#f0936b', '#ffd9a0'),
    stars(random, 40, 240, '#fff4d8'),
    glow('lamp', 122, 214, 190, '#fff2b8', 0.95),
    shape('M122 214L640 96V250z', '#fff2b8', 'opacity="0.3"'),
    shape('M122 214L-60 150V260z', '#fff2b8', 'opacity="0.22"'),
    shape('M92 250H152L172 600H72z', '#f6efe6'),
    shape('M88 316H157L161 388H83zM79 460H165L169 532H75z', '#c9453f'),
    rect(84, 236, 76, 18, '#3b3550', 'rx="4"'),
    rect(98, 186, 48, 52, '#fff2b8'),
    shape('M90 188L122 150L154 188z', '#3b3550'),
    wave(560, 14, 190, -40, '#4f5f98'),
    times(34, () =>
      rect(
        between(random, 0, 600),
        between(random, 566, 700),
        between(random, 14, 60),
        3,
        '#ffd9a0',
        'rx="1.5" opacity="0.4"',
      ),
    ).join(''),
    wave(640, 16, 230, -120, '#3b4a80'),
    wave(720, 16, 170, -70, '#2b3766'),
  ].join('');
}

/** A school yard in April. */
export function schoolyard(random: Random): string {
  const petals = times(64, () => {
    const [x, y, size] = [between(random, 0, WIDTH), between(random, 0, 790), between(random, 6, 12)];
    return shape(
      `M${x} ${y}q${size} ${-size} ${size * 2} 0q${-size} ${size} ${-size * 2} 0z`,
      '#fff0f4',
      `opacity="0.9" transform="rotate(${between(random, 0, 360)} ${x} ${y})"`,
    );
  });
  const windows = times(18, (index) =>
    rect(
      56 + (index % 6) * 94,
      330 + Math.floor(index / 6) * 92,
      58,
      52,
      index % 5 === 2 ? '#ffe9a8' : '#bfe0ee',
      'rx="3"',
    ),
  );
  return [
    sky('#8ecbf0', '#d3ecf4', '#fdf1e0'),
    rect(30, 296, 580, 340, '#f3e3cf'),
    rect(20, 280, 600, 26, '#c97e62'),
    ...windows,
    circle(320, 250, 40, '#f3e3cf'),
    circle(320, 250, 30, '#ffffff'),
    line('M320 250V230M320 250L334 258', '#54455c', 4),
    ...[
      [40, 130, 130],
      [120, 60, 110],
      [-10, 240, 100],
      [600, 120, 140],
      [530, 50, 100],
      [650, 250, 110],
    ].map(([x = 0, y = 0, radius = 0], index) => circle(x, y, radius, index % 2 === 0 ? '#f7b4c6' : '#fbcbd7')),
    wave(640, 14, 260, -60, '#8cc08a'),
    ...petals,
  ].join('');
}

/** Bamboo, a moon and the lanterns of a kitchen that cooks at night. */
export function bambooNight(random: Random): string {
  const canes = times(9, (index) => {
    const [x, width] = [index * 78 + between(random, -14, 14), between(random, 14, 24)];
    const colour = index % 2 === 0 ? '#2f6a52' : '#245443';
    return (
      rect(x, 0, width, HEIGHT, colour) +
      times(6, (joint) => rect(x - 2, joint * 150 + between(random, 0, 60), width + 4, 6, tint(colour, 0.25))).join('')
    );
  });
  const leaves = times(46, () => {
    const [x, y] = [between(random, 0, WIDTH), between(random, 0, 420)];
    return shape(
      `M${x} ${y}q26 -12 56 4q-30 12 -56 -4z`,
      '#4d9470',
      `opacity="0.75" transform="rotate(${between(random, 10, 80)} ${x} ${y})"`,
    );
  });
  const lantern = (x: number, y: number) =>
    `${line(`M${x} 0V${y - 60}`, '#2a1a1e', 4)}${glow(`lantern${x}`, x, y, 150, '#ff9a4a', 0.75)}${ellipse(x, y, 54, 62, '#d9402f')}${ellipse(x, y, 26, 62, '#f0664a', 'opacity="0.8"')}${rect(x - 28, y - 68, 56, 14, '#3a2026')}${rect(x - 28, y + 56, 56, 14, '#3a2026')}${line(`M${x} ${y + 70}V${y + 112}`, '#ffcf6b', 5)}`;
  return [
    sky('#0f2b2c', '#1d4a44', '#3d7660'),
    circle(430, 150, 92, '#fdf3d0'),
    glow('moon', 430, 150, 220, '#fdf3d0', 0.45),
    ...canes,
    ...leaves,
    lantern(90, 210),
    lantern(560, 300),
  ].join('');
}

/** High meadows where something large flies by. */
export function highlands(random: Random): string {
  const flowers = times(60, (index) =>
    circle(
      between(random, 0, WIDTH),
      between(random, 640, 790),
      between(random, 3, 6),
      index % 3 === 0 ? '#ffd65c' : '#ffffff',
      'opacity="0.9"',
    ),
  );
  return [
    sky('#5fb4d8', '#b4e0e4', '#fff1cf'),
    glow('sun', 520, 120, 230, '#fff6cc', 0.95),
    shape('M0 470L120 250L190 360L300 170L420 380L520 260L640 440V800H0z', '#7f9fc0'),
    shape('M300 170L338 236L306 226L282 252L262 228zM120 250L144 288L118 282L98 292z', '#ffffff'),
    // The dragon is far away: two wings, a long neck and a tail.
    shape(
      'M92 150q40 -56 96 -58q-18 24 -20 44q42 -26 92 -16q-44 14 -62 44q-30 20 -62 8q-24 22 -58 18q22 -12 30 -28q-10 -2 -16 -12z',
      '#b6493f',
    ),
    wave(500, 60, 420, -120, '#6ba36a'),
    wave(580, 44, 300, -200, '#548f58'),
    wave(660, 30, 380, -90, '#3f7a4c'),
    ...flowers,
  ].join('');
}

/** A house at a crossing of roads, in snow, with all its windows lit. */
export function snowyInn(random: Random): string {
  const flakes = times(120, () =>
    circle(
      between(random, 0, WIDTH),
      between(random, 0, 790),
      between(random, 1, 5),
      '#ffffff',
      `opacity="${(0.4 + random() * 0.5).toFixed(2)}"`,
    ),
  );
  const pines = [20, 90, 560, 620].map((x, index) => {
    const foot = 560 + (index % 2) * 30;
    return [0, 1, 2]
      .map((tier) =>
        shape(
          `M${x} ${foot - 250 + tier * 66}l${44 + tier * 18} 100h${-88 - tier * 36}z`,
          tier === 0 ? '#e8f0fa' : tint('#2c4a66', tier * 0.06),
        ),
      )
      .join('');
  });
  const panes = [
    [214, 466],
    [296, 466],
    [424, 466],
    [256, 366],
    [372, 366],
  ].map(
    ([x = 0, y = 0]) =>
      rect(x, y, 46, 56, '#ffcf70', 'rx="4"') + line(`M${x + 23} ${y}v56M${x} ${y + 28}h46`, '#6d4332', 4),
  );
  return [
    sky('#141d42', '#2c3f73', '#6c83ad'),
    stars(random, 70, 300, '#e8f0ff'),
    circle(500, 120, 52, '#fdf6dc'),
    glow('moon', 500, 120, 150, '#fdf6dc', 0.4),
    ...pines,
    glow('hearth', 320, 480, 330, '#ffb45a', 0.65),
    rect(180, 330, 280, 262, '#8a5a44'),
    shape('M150 346L320 206L490 346z', '#5c3a36'),
    shape('M150 346L320 206L490 346L478 356L320 232L162 356z', '#f2f6fc'),
    rect(396, 214, 36, 76, '#5c3a36'),
    ...[0, 1, 2].map((puff) => circle(420 + puff * 18, 190 - puff * 42, 18 + puff * 9, '#d5deee', 'opacity="0.55"')),
    ...panes,
    shape('M354 592V508a24 24 0 0 1 48 0V592z', '#4a2c2a'),
    circle(392, 552, 4, '#ffcf70'),
    line('M180 420H120V452', '#3d2a2a', 7),
    shape('M92 452H150V512H92z', '#c58a3d'),
    circle(121, 482, 15, '#fff0c0'),
    wave(590, 26, 520, -140, '#dfe8f5'),
    shape('M330 592Q300 660 200 700Q120 740 110 800H380Q360 690 402 592z', '#b9c7de'),
    wave(720, 20, 420, -260, '#eef3fb', 'opacity="0.9"'),
    ...flakes,
  ].join('');
}
