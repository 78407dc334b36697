import type { TSchema } from 'typebox';
import type { FieldError } from '../../lib/errors.ts';

export type Rule = Omit<FieldError, 'pointer'>;

/**
 * Goes through a document with its readers, who note in it what is wrong. Writing refuses a document with faults;
 * reading takes the nearest right value, or leaves an item out, and goes on.
 */
export type Judge = { faults: FieldError[]; ownOrigins: readonly string[] };

/** How many faults one answer lists. */
export const MAX_FAULTS = 20;

/** Says what a value must be, from its schema. */
export function whatIsWrong(schema: TSchema): Rule {
  const { type, maxLength, minimum, maximum } = schema as Record<string, unknown>;
  const choices = choicesOf(schema);
  if (choices.length > 0) return { detail: `must be one of: ${choices.join(', ')}` };
  if (typeof maxLength === 'number')
    return { detail: `must be a text of at most ${maxLength} characters`, rule: 'maxLength', limit: maxLength };
  if (typeof minimum === 'number') return { detail: `must be a whole number from ${minimum} to ${maximum}` };
  if (type === 'boolean') return { detail: 'must be true or false' };
  return { detail: 'must be a date and time (ISO 8601)' };
}

function choicesOf(schema: TSchema): unknown[] {
  const members = (schema as { anyOf?: TSchema[] }).anyOf ?? [];
  return members.flatMap((member) => ('const' in member ? [member.const] : choicesOf(member)));
}

/** True, when a list is longer than it may be; noted. */
export function tooLong(list: unknown[], max: number, at: string, judge: Judge): boolean {
  if (list.length <= max) return false;
  judge.faults.push({ pointer: at, detail: `must have at most ${max} entries`, rule: 'maxItems', limit: max });
  return true;
}
