/** One way in which a text names somebody, how much it does so, and what it calls them besides. */
export type NameForm = { name: string; weight: number; aliases?: readonly string[] };

/** Forms that name one person; `name` is the fullest one that is really in use. */
export type NameGroup = { name: string; aliases: string[]; members: number[] };

const TITLES_EN = new Map<string, 'f' | 'm' | ''>([
  ...['mrs', 'ms', 'miss', 'lady', 'madam', 'madame', 'aunt', 'sister', 'mother', 'queen', 'princess', 'duchess'].map(
    (title) => [title, 'f'] as const,
  ),
  ...['mr', 'sir', 'lord', 'uncle', 'brother', 'father', 'king', 'prince', 'duke', 'monsieur'].map(
    (title) => [title, 'm'] as const,
  ),
  ...['dr', 'doctor', 'professor', 'captain', 'colonel', 'major', 'general', 'inspector', 'detective'].map(
    (title) => [title, ''] as const,
  ),
]);
/** First names that tell whether Mr or Mrs can go with them; the others may have either. */
const WOMEN_EN = new Set(
  `elizabeth jane mary anne anna ann clarissa emma catherine kate charlotte alice sarah margaret emily susan helen ruth
  martha lydia georgiana lucy rose grace eleanor harriet julia laura nora clara rebecca rachel hannah sophie sophia maria
  isabella olivia jessica caroline diana dorothy edith esther fanny florence frances judith louise victoria`.split(
    /\s+/,
  ),
);
const MEN_EN = new Set(
  `john james william richard robert thomas george henry charles edward peter paul david michael joseph daniel mark jack
  sam samuel arthur frank walter fitzwilliam andrew philip simon stephen hugh oliver oscar adam benjamin christopher
  edmund francis frederick harry jacob leonard louis martin matthew nicholas patrick ralph sherlock theodore tom`.split(
    /\s+/,
  ),
);
const EPITHETS_EN = new Set(['the', 'poor', 'old', 'little', 'young', 'dear']);
const SURNAMES_KO =
  '김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허남심노하곽성차주우구민유진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용';
const HONOURS_KO = /(?<=[가-힣A-Z])(?:씨|님|군|양)$/;
const OFFICES_KO = /(?:사장|선생|과장|부장|교수|박사|의원|회장|실장|팀장|대리|기자|형사|순사|영감|서방)(?:님)?$/;

type Form = { key: string; tokens: string[]; gender: 'f' | 'm' | ''; titled: boolean };

/** What two spellings of one name share: case, marks, titles, Korean honorifics and blanks aside. */
export function nameKey(name: string): string {
  return formOf(name).key;
}

function formOf(name: string): Form {
  const plain = name
    .normalize('NFC')
    .trim()
    .replace(/['’]s$/u, '');
  if (/[가-힣]/.test(plain)) {
    const key = koreanKey(plain.replace(/\s+/g, ''));
    return { key, tokens: [key], gender: '', titled: false };
  }
  const words = plain.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
  const titled = words.find((word) => TITLES_EN.get(word));
  const bare = words.filter((word) => !EPITHETS_EN.has(word));
  const rest = bare.filter((word) => !TITLES_EN.has(word));
  // `the Queen` and `Queen of Hearts` have no other name than the title.
  const tokens = rest.length === 0 || bare[1] === 'of' ? bare : rest;
  const first = tokens[0] ?? '';
  const byName = WOMEN_EN.has(first) ? 'f' : MEN_EN.has(first) ? 'm' : '';
  const gender = (tokens === rest && TITLES_EN.get(titled ?? '')) || byName;
  return { key: tokens.join(' '), tokens, gender, titled: tokens === rest && bare.length > rest.length };
}

/** 치삼이 and 치삼, P군 and P, K사장 and K are one. */
function koreanKey(name: string): string {
  let key = name.replace(HONOURS_KO, '');
  if (/^[A-Z]/.test(key)) return (key.replace(OFFICES_KO, '') || key).toLowerCase();
  if (key.length >= 3 && key.endsWith('이') && hasFinal(key.at(-2) as string)) key = key.slice(0, -1);
  return key;
}

/** Whether a Hangul syllable ends in a consonant. */
export function hasFinal(syllable: string): boolean {
  const code = syllable.charCodeAt(0) - 0xac00;
  return code >= 0 && code < 11_172 && code % 28 !== 0;
}

/** Whether the shorter form may stand for the longer one: a first or a last name, or a title without its `of`. */
function covers(longer: Form, shorter: Form): boolean {
  if (longer.key === shorter.key) return agree(longer, shorter);
  if (/[가-힣]/.test(longer.key))
    return (
      shorter.key.length >= 2 && longer.key.length === shorter.key.length + 1 && isFullName(longer.key, shorter.key)
    );
  const { tokens } = longer;
  const part = shorter.tokens;
  if (part.length === 0 || part.length >= tokens.length) return false;
  const begins = part.every((token, index) => token === tokens[index]);
  const ends = part.every((token, index) => token === tokens[tokens.length - part.length + index]);
  return (begins || (ends && !tokens.includes('of'))) && agree(longer, shorter);
}

const isFullName = (full: string, given: string) => SURNAMES_KO.includes(full[0] as string) && full.slice(1) === given;

/** Mr and Mrs Dalloway are two; either may be Dalloway. */
function agree(one: Form, other: Form): boolean {
  return one.gender === '' || other.gender === '' || one.gender === other.gender;
}

/** From this share of a person's mentions on, the fuller form is how the person is called. */
const FULL_FORM_SHARE = 0.05;

type Parsed = NameForm & { index: number; form: Form; aliasKeys: string[] };
type Gathering = { members: Parsed[]; weight: number };

/**
 * Sorts forms of names by person. A short form goes to the most named person it may stand for, and never makes two
 * persons one; what a text says are other names of somebody counts when it is the very name.
 */
export function groupNames(forms: readonly NameForm[]): NameGroup[] {
  const parsed = forms.map((form, index) => ({
    ...form,
    index,
    form: formOf(form.name),
    aliasKeys: (form.aliases ?? []).map(nameKey),
  }));
  const sizeOf = ({ form }: Parsed) => form.tokens.length * 100 + form.key.length;
  parsed.sort((a, b) => sizeOf(b) - sizeOf(a) || b.weight - a.weight || a.index - b.index);
  const groups: Gathering[] = [];
  for (const one of parsed) {
    if (one.form.key === '') continue;
    const all = groups.filter((group) => belongs(group, one)).toSorted((a, b) => b.weight - a.weight);
    // In a family, Mr and Mrs are somebody of their own.
    const fitting = one.form.titled && all.length > 1 ? undefined : all[0];
    if (fitting) {
      fitting.members.push(one);
      fitting.weight += one.weight;
    } else groups.push({ members: [one], weight: one.weight });
  }
  return groups.map(nameGroup);
}

function belongs({ members }: Gathering, one: Parsed): boolean {
  const alias = members.some(
    (member) => member.aliasKeys.includes(one.form.key) || one.aliasKeys.includes(member.form.key),
  );
  const part = members.some((member) => covers(member.form, one.form));
  return (alias || part) && members.every((member) => agree(member.form, one.form));
}

function nameGroup({ members, weight }: Gathering): NameGroup {
  const byUse = members.toSorted((a, b) => b.weight - a.weight || a.index - b.index);
  const full = members.find((member) => member.weight >= weight * FULL_FORM_SHARE) ?? byUse[0];
  const name = full?.name ?? '';
  const all = byUse.flatMap((member) => [member.name, ...(member.aliases ?? [])]);
  return {
    name,
    aliases: [...new Set(all)].filter((other) => other !== name),
    members: members.map(({ index }) => index),
  };
}
