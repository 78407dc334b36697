/** Lines of an event that the reader must get to see, whatever the model makes of it. Empty: none. */
export type RequiredLines = { narration: string; dialogue: string };

/** Text without what may differ in how a model sets it: blanks, quotes, stars. */
function bare(text: string): string {
  return text.replace(/[\s*"'“”‘’「」『』]+/g, '');
}

function includes(reply: string, line: string): boolean {
  return line === '' || bare(reply).includes(bare(line));
}

export function isTold({ narration, dialogue }: RequiredLines, reply: string): boolean {
  return includes(reply, narration) && includes(reply, dialogue);
}

/** What has to be added to a reply so that it tells the lines; empty when it does. */
export function missingLines({ narration, dialogue }: RequiredLines, reply: string): string {
  const parts: string[] = [];
  if (!includes(reply, narration)) {
    const lines = narration.split('\n').map((line) => line.trim());
    parts.push(
      lines
        .filter((line) => line !== '')
        .map((line) => (line.startsWith('*') ? line : `* ${line}`))
        .join('\n'),
    );
  }
  if (!includes(reply, dialogue)) parts.push(/^["“「]/.test(dialogue) ? dialogue : `"${dialogue}"`);
  return parts.map((part) => `\n\n${part}`).join('');
}
