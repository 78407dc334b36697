/** The two languages of the product's texts. */
export type Language = 'ko' | 'en';

/** Best match of an `Accept-Language` header; English when nothing fits (RFC 9110, section 12.5.4). */
export function pickLanguage(header: string | null | undefined): Language {
  if (!header) return 'en';
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 };
  for (const part of header.slice(0, 200).split(',')) {
    const [tag = '', ...params] = part.trim().toLowerCase().split(';');
    const quality = params.map((param) => /^\s*q=([\d.]+)\s*$/.exec(param)?.[1]).find((value) => value !== undefined);
    const weight = quality === undefined ? 1 : Number(quality);
    const primary = tag.split('-')[0];
    if ((primary === 'ko' || primary === 'en') && weight > best.weight) best = { language: primary, weight };
  }
  return best.language;
}

/** The language a text is written in: Korean as soon as a tenth of its letters are Hangul. */
export function languageOf(text: string, fallback: Language = 'en'): Language {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return fallback;
  const hangul = text.match(/\p{Script=Hangul}/gu)?.length ?? 0;
  return hangul / letters >= 0.1 ? 'ko' : 'en';
}
