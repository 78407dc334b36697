import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** A model as the product names and sells it. */
export type Model = {
  /** What users, rooms and settings hold. */
  readonly id: string;
  /** What the provider is asked for. */
  readonly upstream: string;
  /** Price of one turn. */
  readonly pricePoints: number;
  readonly contextTokens: number;
};

export type ModelTable = {
  /** The model of a public id; a family (`claude`, `gpt`, `gemini`) in an unknown id, else `standard`. Never fails. */
  find(requested: string | undefined): Model;
  /** The same where nobody pays for the answer: `standard` stands in for a model that has a price. */
  findFree(requested: string | undefined): Model;
  /** All models, the default one first. */
  list(): readonly Model[];
};

const DEFAULT_MODEL = 'standard';
const DEFAULT_CONTEXT_TOKENS = 16_384;
const FAMILIES = ['claude', 'gpt', 'gemini'];

/** Ids that the existing front end offers, with the prices it shows. `LLM_MODELS` says what is behind each. */
const KNOWN_PRICES: Readonly<Record<string, number>> = {
  [DEFAULT_MODEL]: 0,
  'gemini-2.5-flash': 0,
  'claude-haiku-4-5-20251001': 3,
  'gemini-3-flash-preview': 5,
  'claude-sonnet-4-20250514': 5,
  'gemini-2.5-pro': 5,
  'gpt-5.1': 5,
  'claude-sonnet-4-5-20250929': 7,
  'gemini-3-pro-preview': 7,
  'gpt-5.2': 7,
};

const Entry = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 50 }),
    upstream: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    pricePoints: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })),
    contextTokens: Type.Optional(Type.Integer({ minimum: 1_024, maximum: 10_000_000 })),
  },
  { additionalProperties: false },
);
const compiledEntries = Compile(Type.Array(Entry, { maxItems: 100 }));

/**
 * The table of models: the known ids on `upstream`, changed and extended by `source` (the JSON of `LLM_MODELS`).
 * Throws an `Error` that names `LLM_MODELS` and what is wrong with it.
 */
export function openModels(upstream: string, source: string): ModelTable {
  const models = new Map<string, Model>();
  for (const [id, pricePoints] of Object.entries(KNOWN_PRICES))
    models.set(id, { id, upstream, pricePoints, contextTokens: DEFAULT_CONTEXT_TOKENS });
  for (const entry of parseEntries(source)) {
    const id = entry.id.toLowerCase();
    const known = models.get(id) ?? { id, upstream, pricePoints: 0, contextTokens: DEFAULT_CONTEXT_TOKENS };
    models.set(id, { ...known, ...entry, id });
  }
  const standard = models.get(DEFAULT_MODEL) as Model;
  // A new account owns no points and must be able to chat.
  if (standard.pricePoints !== 0) throw new Error(`LLM_MODELS: the price of "${DEFAULT_MODEL}" must be 0`);
  const find = (requested: string | undefined) => {
    const id = requested?.trim().toLowerCase() ?? '';
    const family = FAMILIES.find((name) => id.includes(name)) ?? '';
    return models.get(id) ?? models.get(family) ?? standard;
  };
  return {
    find,
    findFree(requested) {
      const model = find(requested);
      return model.pricePoints === 0 ? model : standard;
    },
    list: () => [...models.values()],
  };
}

function parseEntries(source: string): Static<typeof Entry>[] {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    throw new Error('LLM_MODELS is not JSON');
  }
  if (compiledEntries.Check(value)) return value;
  const problems = compiledEntries.Errors(value).map((issue) => `${issue.instancePath || '/'} ${issue.message}`);
  throw new Error(`LLM_MODELS: ${problems.join('; ')}`);
}
