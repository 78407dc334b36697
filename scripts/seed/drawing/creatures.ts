import { circle, ellipse, line, rect, shape, tint } from './paper.ts';

/** A stout cat with a towel on its head. */
export function cat(): string {
  const [fur, dark, ink] = ['#f2b25c', '#d98b36', '#33232c'];
  const whisker = (y: number, dy: number) => line(`M214 ${y}L112 ${y + dy}M426 ${y}L528 ${y + dy}`, '#fff8ee', 4);
  return [
    shape('M500 760C590 740 610 620 560 566C600 640 560 700 480 712z', dark),
    shape('M120 800C110 640 190 560 320 560C450 560 530 640 520 800z', fur),
    ellipse(320, 740, 118, 120, '#fff3dd'),
    shape('M176 330L168 178L300 268z', fur),
    shape('M464 330L472 178L340 268z', fur),
    shape('M190 290L188 216L256 262z', '#f6a7a0'),
    shape('M450 290L452 216L384 262z', '#f6a7a0'),
    ellipse(320, 410, 186, 164, fur),
    shape('M278 252L292 330L312 252zM330 252L346 330L362 252zM138 404L206 414L140 434zM502 404L434 414L500 434z', dark),
    ellipse(320, 476, 98, 74, '#fff3dd'),
    line('M222 402q28 -30 58 0', ink, 10),
    line('M360 402q28 -30 58 0', ink, 10),
    shape('M302 442H338L320 464z', '#e2716c'),
    line('M320 464v14q-20 28 -46 10M320 478q20 28 46 10', ink, 6),
    whisker(462, -16),
    whisker(478, 12),
    ellipse(212, 462, 30, 17, '#ef8368', 'opacity="0.45"'),
    ellipse(428, 462, 30, 17, '#ef8368', 'opacity="0.45"'),
    // The towel, folded into the two rolls that everybody wears in a bath house.
    shape('M184 300Q320 208 456 300L448 250Q320 168 192 250z', '#ffffff'),
    line('M190 276Q320 190 450 276', '#7fc6c9', 8),
    circle(186, 268, 44, '#ffffff'),
    circle(454, 268, 44, '#ffffff'),
    ...[186, 454].map((x) => line(`M${x} 268m-22 0a22 22 0 1 1 22 22a11 11 0 1 1 -8 -20`, '#b9dfe2', 6)),
    ellipse(232, 772, 58, 32, fur),
    ellipse(408, 772, 58, 32, fur),
    line('M216 760v18M246 760v18M394 760v18M424 760v18', dark, 5),
  ].join('');
}

/** A gardener made of old machine parts, with a seedling. */
export function robot(): string {
  const [shell, dark, light] = ['#f0e6d6', '#b9a88e', '#8df0d0'];
  return [
    line('M320 250V176', dark, 10),
    circle(320, 164, 20, '#f0a03c'),
    circle(314, 158, 7, '#ffe2ae'),
    shape('M150 800C150 690 210 620 320 620C430 620 490 690 490 800z', shell),
    shape('M150 800C150 690 210 620 320 620C260 640 226 700 226 800z', '#ffffff', 'opacity="0.4"'),
    rect(276, 570, 88, 66, dark, 'rx="14"'),
    line('M278 590h84M278 610h84', tint(dark, -0.25), 5),
    rect(166, 246, 308, 330, shell, 'rx="110"'),
    rect(166, 246, 120, 330, '#ffffff', 'rx="60" opacity="0.35"'),
    rect(134, 366, 40, 96, dark, 'rx="18"'),
    rect(466, 366, 40, 96, dark, 'rx="18"'),
    rect(204, 318, 232, 178, '#243042', 'rx="72"'),
    ellipse(268, 398, 26, 32, light),
    ellipse(372, 398, 26, 32, light),
    circle(260, 386, 9, '#ffffff'),
    circle(364, 386, 9, '#ffffff'),
    line('M290 456q30 22 60 0', light, 7),
    ellipse(228, 452, 15, 8, '#ff9c7a', 'opacity="0.7"'),
    ellipse(412, 452, 15, 8, '#ff9c7a', 'opacity="0.7"'),
    line('M206 540h40M394 540h40', tint(dark, 0.2), 7),
    circle(320, 716, 56, tint(shell, -0.12)),
    circle(320, 716, 44, '#5b4636'),
    line('M320 724V660', '#4fae6a', 8),
    shape('M320 672q-46 -6 -52 -44q46 0 52 44z', '#6fd08a'),
    shape('M320 664q40 -10 46 -46q-42 2 -46 46z', '#4fae6a'),
  ].join('');
}

/** A young dragon on somebody's shoulder. */
export function hatchling(): string {
  const [scale, belly] = ['#4fa88a', '#d7efc0'];
  return [
    shape('M470 700C560 720 610 660 590 600C620 690 560 760 470 744z', scale),
    shape('M420 560C380 480 400 440 350 430C420 420 450 470 462 540z', '#3d8a72', 'transform="translate(110 50)"'),
    ellipse(486, 652, 54, 66, scale),
    ellipse(476, 664, 30, 46, belly),
    ellipse(478, 566, 56, 46, scale),
    ellipse(446, 582, 30, 22, tint(scale, 0.12)),
    shape('M494 528l14 -42l16 48zM462 524l4 -40l20 38z', '#f2d38a'),
    circle(474, 558, 12, '#fff8e0'),
    circle(472, 559, 7, '#2a2130'),
    circle(436, 578, 4, '#2a5a4a'),
    line('M430 594q20 10 40 -2', '#2a5a4a', 4),
    line('M452 706v22M474 712v22M506 712v20', '#3d8a72', 10),
  ].join('');
}

/** The cap of a railway that no timetable lists. */
export function conductorsCap(): string {
  return [
    shape('M196 300C190 190 250 152 320 152C390 152 450 190 444 300z', '#26305c'),
    shape('M172 232C200 150 440 150 468 232C440 262 200 262 172 232z', '#303c70'),
    shape('M194 268Q320 232 446 268L446 304Q320 268 194 304z', '#c79a55'),
    shape('M200 300Q320 262 440 300Q430 334 404 330Q320 300 236 330Q210 334 200 300z', '#171d3c'),
    circle(320, 226, 22, '#e0b56a'),
    circle(320, 226, 13, '#fff0c8'),
    line('M320 226v-9M320 226l6 4', '#26305c', 3),
  ].join('');
}
