/** Who `{{user}}` and `{{char}}` are in a room. */
export type Names = { user: string; character: string };

const PLACE = /\{\{\s*(user|character|char|assistant)\s*\}\}/gi;

/** Puts the names into a creator's text. In one pass: a name that looks like a place stays a name. */
export function renderNames(text: string, names: Names): string {
  return text.replace(PLACE, (_, place: string) => (place.toLowerCase() === 'user' ? names.user : names.character));
}
