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

/** An alley in the rain, and the one shop that opens for it. */
export function umbrellaShop(random: Random): string {
  const rain = times(130, () => {
    const [x, y, length] = [between(random, -20, 680), between(random, -30, 790), between(random, 20, 50)];
    return line(`M${x} ${y}l${-length / 5} ${length}`, '#d7ecf7', 2, 'opacity="0.45"');
  });
  const umbrella = (x: number, y: number, size: number, colour: string) =>
    shape(
      `M${x - size} ${y}Q${x - size} ${y - size} ${x} ${y - size}Q${x + size} ${y - size} ${x + size} ${y}q${-size / 3} ${-size / 4} ${-size * 0.66} 0q${-size / 3} ${-size / 4} ${-size * 0.67} 0q${-size / 3} ${-size / 4} ${-size * 0.67} 0z`,
      colour,
    ) + line(`M${x} ${y - size}V${y - size - 12}M${x} ${y - 8}v${size}q0 16 -16 14`, tint(colour, -0.4), 5);
  return [
    sky('#26374f', '#3d5a70', '#6f8a92'),
    rect(0, 120, 150, 680, '#2b3446'),
    rect(500, 80, 140, 720, '#273041'),
    times(9, (index) =>
      rect(18 + (index % 3) * 44, 170 + Math.floor(index / 3) * 110, 26, 44, index % 4 === 1 ? '#ffd98a' : '#3c4a60'),
    ).join(''),
    times(8, (index) =>
      rect(522 + (index % 2) * 56, 140 + Math.floor(index / 2) * 110, 32, 48, index % 3 === 1 ? '#ffd98a' : '#3a465a'),
    ).join(''),
    glow('shop', 320, 430, 340, '#ffcf80', 0.8),
    rect(150, 240, 350, 380, '#5c3f3a'),
    rect(176, 340, 170, 220, '#ffe2a0'),
    rect(372, 340, 100, 280, '#7a4a3a'),
    rect(386, 356, 72, 130, '#ffe2a0'),
    times(7, (index) =>
      shape(`M${140 + index * 53} 276h53v40q-26 34 -53 0z`, index % 2 === 0 ? '#d9534a' : '#fbeedb'),
    ).join(''),
    line('M176 450H346M262 340V560', '#5c3f3a', 8),
    umbrella(212, 420, 26, '#3f8f9c'),
    umbrella(306, 424, 26, '#e0a03c'),
    umbrella(214, 534, 26, '#8c5aa8'),
    umbrella(306, 532, 26, '#5aa05c'),
    shape('M0 620H640V800H0z', '#31404f'),
    ellipse(320, 660, 260, 22, '#ffcf80', 'opacity="0.35"'),
    ellipse(200, 730, 190, 16, '#ffcf80', 'opacity="0.18"'),
    // The one who stands before it.
    shape('M296 752V640q0 -34 30 -34t30 34V752z', '#3a4f8c'),
    line('M312 752V780M340 752V780', '#2a3242', 13),
    umbrella(330, 604, 104, '#f7cb45'),
    ...rain,
  ].join('');
}

/** Roofs under the moon, and pages that the wind takes along. */
export function moonlitRoofs(random: Random): string {
  const roof = (x: number, y: number, width: number, colour: string) =>
    shape(
      `M${x - width} ${y}Q${x - width * 0.6} ${y - 24} ${x - width * 0.5} ${y - 92}H${x + width * 0.5}Q${x + width * 0.6} ${y - 24} ${x + width} ${y}Q${x} ${y - 34} ${x - width} ${y}z`,
      colour,
    ) +
    line(`M${x - width * 0.52} ${y - 94}H${x + width * 0.52}`, tint(colour, 0.25), 12) +
    times(9, (index) =>
      line(
        `M${x - width * 0.44 + index * width * 0.11} ${y - 86}L${x - width * 0.72 + index * width * 0.18} ${y - 24}`,
        tint(colour, 0.12),
        4,
      ),
    ).join('');
  const pages = times(15, (index) => {
    const [x, y] = [80 + index * 36 + between(random, -20, 20), 520 - index * 26 + between(random, -40, 40)];
    const size = 16 + (index % 4) * 6;
    return `<g transform="rotate(${between(random, -50, 50)} ${x} ${y})">${rect(x, y, size * 1.3, size * 1.7, '#fdf4dc', 'rx="1"')}${line(`M${x + 5} ${y + 6}v${size}M${x + 11} ${y + 6}v${size * 0.8}M${x + 17} ${y + 6}v${size}`, '#5a4a58', 2)}</g>`;
  });
  return [
    sky('#0f1a3a', '#25345f', '#6a5a86', '#c98a86'),
    stars(random, 90, 380, '#fff4d8'),
    glow('moon', 400, 210, 300, '#fff0c0', 0.5),
    circle(400, 210, 118, '#fdf0c8'),
    circle(366, 184, 20, '#efdca4', 'opacity="0.6"'),
    circle(436, 250, 28, '#efdca4', 'opacity="0.6"'),
    shape('M0 560L140 440L260 530L420 400L640 540V800H0z', '#34406e'),
    roof(140, 640, 190, '#2b2f52'),
    roof(520, 630, 190, '#262a4a'),
    rect(170, 700, 300, 100, '#4a3238'),
    times(
      4,
      (index) =>
        rect(186 + index * 70, 704, 58, 96, '#ffd27a') +
        line(`M${205 + index * 70} 704v96M${225 + index * 70} 704v96M${186 + index * 70} 740h58`, '#6a4434', 4),
    ).join(''),
    roof(320, 712, 270, '#1a1d38'),
    ...pages,
  ].join('');
}

/** The sea floor at the lowest tide of the year, with a road that is on no map but one. */
export function lowTide(random: Random): string {
  const pools = times(16, () =>
    ellipse(
      between(random, 0, WIDTH),
      between(random, 470, 780),
      between(random, 26, 80),
      between(random, 6, 15),
      '#bfe6e4',
      'opacity="0.75"',
    ),
  );
  const rose = times(8, (index) =>
    shape(
      'M0 -96L13 -14L0 0L-13 -14z',
      index % 2 === 0 ? '#f7e3b0' : '#c98f52',
      `transform="rotate(${index * 45}) scale(${index % 2 === 0 ? 1 : 0.62})"`,
    ),
  );
  return [
    sky('#1c4a5e', '#3f8a94', '#f2c78a', '#f7e0b4'),
    glow('sun', 320, 400, 330, '#fff0b8', 0.9),
    circle(320, 404, 54, '#fff6d8'),
    // An old chart lies over the sky: rings, bearings and a rose.
    ...[130, 200, 280].map((radius) =>
      circle(150, 160, radius, 'none', 'stroke="#f7e3b0" stroke-width="2" stroke-dasharray="5 9" opacity="0.5"'),
    ),
    line('M150 160L640 40M150 160L640 300M150 160L420 0M150 160L0 300', '#f7e3b0', 2, 'opacity="0.35"'),
    `<g transform="translate(150 160)">${rose.join('')}</g>`,
    circle(150, 160, 10, '#7a3b34'),
    rect(0, 430, WIDTH, HEIGHT, '#2f7480'),
    wave(470, 8, 220, -60, '#d9b884'),
    wave(560, 16, 420, -180, '#c79f6c'),
    wave(690, 22, 520, -60, '#a97f54'),
    ...pools,
    shape(
      'M300 800Q420 680 330 600Q270 540 322 452L334 452Q300 540 372 600Q500 690 430 800z',
      '#fbeacb',
      'opacity="0.92"',
    ),
    // A wreck, and somebody with a lamp on the way to it.
    shape('M452 560q70 30 150 -30l-16 74q-60 30 -112 0z', '#4a3038'),
    line('M520 560V430M520 440l56 40M548 556V470', '#4a3038', 9),
    shape('M336 664q2 -50 22 -50t24 50l4 46h-54z', '#b8433c'),
    circle(358, 602, 18, '#3a2430'),
    line('M380 640l26 12', '#b8433c', 9),
    glow('lamp', 410, 668, 70, '#fff2b0', 0.95),
    circle(410, 668, 10, '#fff6d0'),
  ].join('');
}
