import { circle, line, rect, shape, tint } from './paper.ts';

export type Clothes = 'sweater' | 'coat' | 'hanbok' | 'blazer' | 'apron' | 'uniform' | 'cardigan';

const SHOULDERS = 'M92 800C96 676 182 622 272 592H368C458 622 544 676 548 800z';

/** Neck, shoulders and what is worn on them. */
export function dress(clothes: Clothes, cloth: string, trim: string, skin: string): string {
  const dark = tint(cloth, -0.25);
  const folds = line('M186 800C190 740 206 706 222 690M454 800C450 740 434 706 418 690', dark, 7, 'opacity="0.6"');
  return shape(SHOULDERS, cloth) + folds + neck(skin) + wear[clothes](cloth, dark, trim);
}

function neck(skin: string): string {
  return (
    shape('M280 480H360V590Q320 650 280 590z', tint(skin, -0.08)) +
    shape('M280 500Q320 548 360 500V530Q320 570 280 530z', tint(skin, -0.3), 'opacity="0.55"')
  );
}

/** The open front of a jacket: two lapels that meet below. */
function lapels(cloth: string, dark: string): string {
  return (
    shape('M276 584L204 622L232 690L320 770z', tint(cloth, 0.1)) +
    shape('M364 584L436 622L408 690L320 770z', tint(cloth, 0.1)) +
    line('M320 770V800', dark, 6)
  );
}

const wear: Record<Clothes, (cloth: string, dark: string, trim: string) => string> = {
  sweater: (cloth, dark, trim) =>
    shape('M262 542Q320 574 378 542L386 612Q320 656 254 612z', tint(cloth, 0.12)) +
    line('M276 560V620M298 568V630M320 570V634M342 568V630M364 560V620', dark, 4, 'opacity="0.5"') +
    line('M120 736Q320 790 520 736', trim, 16, 'opacity="0.85"') +
    line('M112 770Q320 824 528 770', trim, 7, 'opacity="0.85"'),
  coat: (cloth, dark, trim) =>
    shape('M278 586L320 700L362 586Q320 640 278 586z', trim) + lapels(cloth, dark) + circle(300, 786, 8, trim),
  hanbok: (_cloth, dark, trim) =>
    shape('M268 590L240 606L352 800H410z', trim) +
    shape('M372 590L400 606L322 742L296 694z', trim) +
    line('M400 606L322 742', dark, 4, 'opacity="0.5"') +
    shape('M310 738C350 720 372 742 352 762C340 772 322 766 310 738z', '#c8434a') +
    shape('M318 748L344 800H316L300 752z', '#a8323c'),
  blazer: (cloth, dark, trim) =>
    shape('M278 584L320 720L362 584Q320 626 278 584z', '#fffaf4') +
    shape('M306 626H334L344 652L330 764L320 776L310 764L296 652z', trim) +
    lapels(cloth, dark) +
    shape('M276 576L252 606L300 646L320 618z', '#ffffff') +
    shape('M364 576L388 606L340 646L320 618z', '#ffffff'),
  apron: (_cloth, _dark, trim) =>
    shape('M236 668H404L430 800H210z', trim) +
    line('M246 672L262 598M394 672L378 598', trim, 18) +
    line('M244 700H396', tint(trim, -0.18), 5) +
    rect(286, 740, 68, 60, tint(trim, -0.1), 'rx="8"'),
  uniform: (cloth, dark, trim) =>
    shape('M268 566Q320 600 372 566L384 606Q320 650 256 606z', dark) +
    line('M320 634V800', dark, 5) +
    [664, 712, 760].map((y) => circle(294, y, 9, trim) + circle(346, y, 9, trim)).join('') +
    line('M150 664L212 640M490 664L428 640', trim, 14) +
    line('M262 588Q320 626 378 588', tint(cloth, 0.2), 4),
  cardigan: (cloth, dark, trim) =>
    shape('M278 584L320 690L362 584Q320 632 278 584z', '#fff6e6') +
    shape('M278 584L320 690V800H262L236 606z', tint(cloth, 0.08)) +
    shape('M362 584L320 690V800H378L404 606z', tint(cloth, 0.03)) +
    line('M320 690V800', dark, 4) +
    [720, 764].map((y) => circle(338, y, 8, trim)).join(''),
};
