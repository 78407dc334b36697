import { storableText } from '../../lib/storable.ts';

const TAG = /<\/?[a-z!?][^<>]*>/gi;

/** A text without markup. Taking a tag out may put another together, so it goes on until there is none. */
export function plainText(given: string): string {
  let text = storableText(given);
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(TAG, '');
  }
  return text.trim();
}
