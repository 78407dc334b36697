/** The names in the first column of a Markdown table of environment variables: | `PORT` | … |. */
const VARIABLE_ROW = /^\|\s*`([A-Z][A-Z0-9_]+)`\s*\|/gm;

/** Where the README's table of environment variables and the configuration's schema differ. */
export function checkReadme(readme: string, known: string[]): string[] {
  const documented = [...readme.matchAll(VARIABLE_ROW)].map((match) => match[1] ?? '');
  return [
    ...known.filter((name) => !documented.includes(name)).map((name) => `${name} is not in README.md`),
    ...documented
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is in README.md, not in src/config.ts`),
    ...documented
      .filter((name, index) => documented.indexOf(name) !== index)
      .map((name) => `${name} is twice in README.md`),
  ];
}

/** Whether there is such a table at all. */
export function hasVariableTable(readme: string): boolean {
  return readme.search(VARIABLE_ROW) >= 0;
}
