/** A person as the text of one window shows it. */
export type Sighting = {
  /** The fullest form that the text uses. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** How often the window names it. */
  readonly mentions: number;
  /** How much speaks for a person (and not a place or a thing) behind the name; higher is surer. */
  readonly evidence: number;
  /** Where it is named first, in characters. */
  readonly first: number;
};

/** The words under `[name]` in a text file of ours; `#` begins a comment. */
export function wordsOf(text: string, name: string): ReadonlySet<string> {
  const section = text.split(/^\[/m).find((part) => part.startsWith(`${name}]`)) ?? '';
  const lines = section.slice(name.length + 1).split('\n');
  return new Set(lines.filter((line) => !line.startsWith('#')).flatMap((line) => line.match(/\S+/g) ?? []));
}
