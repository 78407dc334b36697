import { authErrors } from './catalogue/auth.ts';
import { chapterErrors } from './catalogue/chapters.ts';
import { characterErrors } from './catalogue/characters.ts';
import { chatErrors } from './catalogue/chat.ts';
import { cmsErrors } from './catalogue/cms.ts';
import type { ErrorEntry } from './catalogue/entry.ts';
import { extractionErrors } from './catalogue/extraction.ts';
import { fileErrors } from './catalogue/files.ts';
import { httpErrors } from './catalogue/http.ts';
import { llmErrors } from './catalogue/llm.ts';
import { mediaErrors } from './catalogue/media.ts';
import { origchatErrors } from './catalogue/origchat.ts';
import { paymentErrors } from './catalogue/payments.ts';
import { personaErrors } from './catalogue/personas.ts';
import { pointErrors } from './catalogue/points.ts';
import { quickCreateErrors } from './catalogue/quick-create.ts';
import { storyErrors } from './catalogue/stories.ts';
import type { Language } from './language.ts';

/** Every error a client can meet, by its stable code. A new module adds its file under `catalogue/` and a line here. */
export const catalogue = {
  ...httpErrors,
  ...authErrors,
  ...characterErrors,
  ...quickCreateErrors,
  ...chatErrors,
  ...origchatErrors,
  ...storyErrors,
  ...chapterErrors,
  ...extractionErrors,
  ...fileErrors,
  ...mediaErrors,
  ...personaErrors,
  ...llmErrors,
  ...pointErrors,
  ...paymentErrors,
  ...cmsErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof catalogue;

/** A problem with one field of the request; `pointer` is a JSON pointer (RFC 6901) into it. */
export type FieldError = {
  pointer: string;
  detail: string;
  /** What was broken, where it is a limit; only the answers that list fields as an array show it. */
  rule?: 'minLength' | 'maxLength' | 'minimum' | 'maximum' | 'minItems' | 'maxItems' | 'missing';
  limit?: number;
};

type FailOptions = {
  /** Fills the `{name}` places of the catalogue's text. */
  params?: Record<string, string | number>;
  fields?: FieldError[];
  retryAfterSeconds?: number;
  /** Goes into `detail` beside the sentence (then its `message`), for the one page that reads an object there. */
  detail?: { code: string; balance: number };
  /** Response headers the status asks for (`Allow`, `WWW-Authenticate`). */
  headers?: Record<string, string>;
  /** Members of the problem document beyond the usual ones (RFC 9457, 3.2). */
  members?: Record<string, string>;
  /** For the log only; never shown. */
  cause?: unknown;
};

/** The only error that services throw on purpose; `http/errors` turns it into a problem document. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly options: FailOptions = {},
  ) {
    super(code, { cause: options.cause });
    this.status = catalogue[code].status;
  }

  /** The sentence a person is shown. */
  text(language: Language): string {
    const params = this.options.params ?? {};
    return catalogue[this.code][language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
  }
}

/** Makes the error to throw: `throw fail('auth.email_taken')`. */
export function fail(code: ErrorCode, options?: FailOptions): AppError {
  return new AppError(code, options);
}

/** `http.invalid` (422) for a text that must say something and is blank. */
export function blank(field: string): AppError {
  const problem: FieldError = { pointer: `/${field}`, detail: 'must not be blank', rule: 'minLength', limit: 1 };
  return fail('http.invalid', { params: { problem: `${field} ${problem.detail}` }, fields: [problem] });
}
