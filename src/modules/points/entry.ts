import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** The largest amount of one use, in points. */
export const MAX_USE_POINTS = 1_000_000;

const nullable = (maxLength: number) => Type.Union([Type.String({ maxLength }), Type.Null()]);

/** What the journal carries of a use beside its amount: what its ledger row will say. */
const Payload = Type.Object({
  type: Type.Union([Type.Literal('use'), Type.Literal('refund')]),
  description: nullable(200),
  referenceType: nullable(50),
  referenceId: nullable(100),
  /** When it was asked for, in ms. */
  at: Type.Integer({ minimum: 0 }),
});
export type Payload = Static<typeof Payload>;

/** A use as the outbox holds it. `inWindow`: it was promised to nobody before Postgres has it. */
export type Entry = {
  entryId: string;
  epoch: string;
  txId: string;
  userId: string;
  amountPoints: number;
  answeredBalance: number;
  inWindow: boolean;
  payload: Payload;
};

/** One admission by Redis, which differs from another of the same tx. */
export const admissionOf = (entry: Pick<Entry, 'epoch' | 'entryId'>) => `${entry.epoch}/${entry.entryId}`;

const Fields = Type.Object({
  t: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  u: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  a: Type.String({ pattern: '^[1-9][0-9]{0,6}$' }),
  e: Type.String({ minLength: 1, maxLength: 80 }),
  w: Type.String({ pattern: '^[01]$' }),
  n: Type.String({ pattern: '^-?[0-9]{1,15}$' }),
  p: Type.String({ maxLength: 2_000 }),
});
const compiledFields = Compile(Fields);
const compiledPayload = Compile(Payload);

/** Reads an entry of the outbox; undefined when it is none that `points-use.lua` wrote. */
export function parseEntry(entryId: string, flat: string[]): Entry | undefined {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  if (!compiledFields.Check(fields)) return undefined;
  const payload = parsePayload(fields.p);
  return (
    payload && {
      entryId,
      epoch: fields.e,
      txId: fields.t,
      userId: fields.u,
      amountPoints: Number(fields.a),
      answeredBalance: Number(fields.n),
      inWindow: fields.w === '1',
      payload,
    }
  );
}

function parsePayload(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return compiledPayload.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
