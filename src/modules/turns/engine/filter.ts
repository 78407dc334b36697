/**
 * Lets a model's reply through as it streams, without what readers must not see: hidden blocks and comments, the
 * speaker's name before a line, blanks at both ends, characters that cannot be stored. Whatever the pieces, the same
 * reply comes out the same. The pieces that `push` and `end` return are what is shown and stored.
 */
export type ReplyFilter = {
  push(piece: string): string;
  end(): string;
  /** Bodies of the hidden blocks that have come. */
  readonly blocks: readonly string[];
};

export function createReplyFilter(speaker: string): ReplyFilter {
  const hidden = createHidden();
  const labels = createLabels(speaker);
  const trim = createTrim();
  let surrogate = '';
  const storable = (piece: string): string => {
    const text = surrogate + piece;
    // The second half of a pair may come with the next piece.
    const cut = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
    surrogate = text.slice(cut);
    return text
      .slice(0, cut)
      .toWellFormed()
      .replace(/[\0\r]/g, '');
  };
  return {
    push: (piece) => trim(labels.push(hidden.push(storable(piece)))),
    end: () => trim(labels.push(hidden.end()) + labels.end()),
    blocks: hidden.blocks,
  };
}

const COMMENT = '<!--';
const TOKEN = 'CC_STAT_DELTA_';
const MARKERS = [COMMENT, TOKEN];
/** Shorter beginnings of a token are words. */
const TELLING_CHARS = 3;

/** Where the first marker begins, or undefined. */
function firstMarker(text: string): number | undefined {
  const upper = text.toUpperCase();
  const places = MARKERS.map((marker) => upper.indexOf(marker)).filter((at) => at !== -1);
  return places.length > 0 ? Math.min(...places) : undefined;
}

/** How much of the end of `text` may be the beginning of one marker. */
function beginningChars(text: string): number {
  const upper = text.slice(-TOKEN.length).toUpperCase();
  for (let length = upper.length; length > 0; length -= 1) {
    const end = upper.slice(-length);
    if (MARKERS.some((marker) => marker.length > length && marker.startsWith(end))) return length;
  }
  return 0;
}

/**
 * How much of the end of `text` must wait: it consists of beginnings of markers, one after the other. What is hidden
 * goes, and the beginning before it may then meet its other half.
 */
function heldChars(text: string): number {
  const waits = new Set([text.length]);
  let first = text.length;
  for (let at = text.length - 1; at >= 0 && first - at < TOKEN.length; at -= 1) {
    const rest = text.slice(at, at + TOKEN.length).toUpperCase();
    const waiting = MARKERS.some((marker) => {
      for (let length = 1; length < marker.length && length <= rest.length; length += 1) {
        if (rest[length - 1] !== marker[length - 1]) return false;
        if (waits.has(at + length)) return true;
      }
      return false;
    });
    if (!waiting) continue;
    waits.add(at);
    first = at;
  }
  return text.length - first;
}

function createHidden() {
  const blocks: string[] = [];
  let open = '';
  /** From a marker on; undefined while there is none. */
  let secret: string | undefined;

  const read = (ended: boolean): string => {
    let shown = '';
    for (;;) {
      if (secret !== undefined) {
        const rest = skipSecret(secret, ended, blocks);
        if (rest === undefined) return shown;
        open += rest;
        secret = undefined;
      }
      const at = firstMarker(open);
      const visible = at === undefined ? open : open.slice(0, at);
      // What was before a marker and what comes after it may make another one together.
      const kept = visible.length - heldChars(visible);
      shown += visible.slice(0, kept);
      if (at === undefined) {
        open = open.slice(kept);
        return shown;
      }
      secret = open.slice(at);
      open = open.slice(kept, at);
    }
  };
  return {
    blocks,
    push(text: string) {
      if (secret === undefined) open += text;
      else secret += text;
      return read(false);
    },
    end() {
      const shown = read(true);
      const rest = secret === undefined ? withoutBeginning(open) : '';
      open = '';
      secret = undefined;
      return shown + rest;
    },
  };
}

/** A reply that breaks off within a marker ends before it. */
function withoutBeginning(text: string): string {
  const chars = beginningChars(text);
  const telling = chars >= TELLING_CHARS || (chars > 0 && text.at(-chars) === '<');
  return telling ? withoutBeginning(text.slice(0, -chars)) : text;
}

const START = /^(?:<!--(?:(?!-->)[\s\S])*?)?CC_STAT_DELTA_START(?:\s*-->)?/i;
const END = /(?:<!--\s*)?CC_STAT_DELTA_END/i;

/** What follows the secret that `text` begins with; undefined while its end has not come. A block's body is noted. */
function skipSecret(text: string, ended: boolean, blocks: string[]): string | undefined {
  const start = START.exec(text);
  if (start) {
    const body = text.slice(start[0].length);
    const end = END.exec(body);
    if (!end) {
      if (ended) blocks.push(body);
      return ended ? '' : undefined;
    }
    const rest = afterEnd(body.slice(end.index + end[0].length), ended);
    if (rest !== undefined) blocks.push(body.slice(0, end.index));
    return rest;
  }
  if (text.startsWith(COMMENT)) {
    const close = text.indexOf('-->', COMMENT.length);
    if (close === -1) return ended ? '' : undefined;
    return text.slice(close + 3);
  }
  // A token alone. It is over when it cannot become the beginning of a block any more.
  const word = text.slice(TOKEN.length, TOKEN.length + 'START'.length).toUpperCase();
  if (word.length < 'START'.length && !ended && ('START'.startsWith(word) || 'END'.startsWith(word))) return undefined;
  if (word.startsWith('END')) return afterEnd(text.slice(TOKEN.length + 'END'.length), ended);
  return text.slice(TOKEN.length);
}

/** The text after an end token: the comment's own end belongs to it. Undefined while that may still come. */
function afterEnd(rest: string, ended: boolean): string | undefined {
  const close = /^\s*-->/.exec(rest);
  if (close) return rest.slice(close[0].length);
  if (!ended && /^\s*-{0,2}$/.test(rest)) return undefined;
  return rest;
}

/** Drops the speaker's name at the beginning of a line (`Mina: …`, `**Mina:** …`, `[Mina]: …`). */
function createLabels(speaker: string) {
  const name = speaker.trim().toLowerCase();
  const labels =
    name === ''
      ? []
      : [`${name}:`, `${name} :`, `${name}：`, `**${name}:**`, `**${name}**:`, `[${name}]:`, `[${name}] :`];
  let line = '';
  let atStart = true;
  let afterLabel = false;
  const read = (text: string): string => {
    let shown = '';
    for (const char of text) {
      if (afterLabel && /[^\S\n]/.test(char)) continue;
      afterLabel = false;
      if (!atStart) {
        shown += char;
        atStart = char === '\n';
        continue;
      }
      line += char;
      const lower = line.toLowerCase().trimStart();
      if (labels.includes(lower)) {
        line = '';
        atStart = false;
        afterLabel = true;
      } else if (char === '\n' || !labels.some((label) => label.startsWith(lower))) {
        shown += line;
        atStart = char === '\n';
        line = '';
      }
    }
    return shown;
  };
  return {
    push: read,
    end() {
      const rest = line;
      line = '';
      return rest;
    },
  };
}

/** No blanks at the beginning and at the end, and no more than one empty line between. */
function createTrim() {
  let begun = false;
  let blanks = '';
  return (text: string): string => {
    let shown = '';
    for (const part of text.match(/\s+|\S+/g) ?? []) {
      if (/^\s/.test(part)) {
        blanks += part;
        continue;
      }
      if (begun) shown += blanks.replace(/\n(?:[^\S\n]*\n){2,}/g, '\n\n');
      blanks = '';
      begun = true;
      shown += part;
    }
    return shown;
  };
}
