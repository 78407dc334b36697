import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { fitPrompt, type PromptPart, REQUIRED } from '../../../src/modules/turns/prompt/fit.ts';

const count = (text: string) => Math.ceil(text.length / 4);
const cost = ({ text }: PromptPart) => count(text) + 4;

const part = fc.record({
  section: fc.constantFrom('identity', 'memo', 'history', 'note'),
  role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
  text: fc.string({ minLength: 1, maxLength: 400 }).map((text) => `x${text}`),
  importance: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(REQUIRED)),
});

describe('fitting a prompt', () => {
  test('stays within the budget, keeps the order, drops nothing that is more important than what it keeps', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), fc.integer({ min: 1, max: 2_000 }), (parts, budget) => {
        const { kept, report } = fitPrompt(parts, budget, count);
        const required = parts.filter(({ importance }) => importance === REQUIRED);
        expect(kept.filter(({ importance }) => importance === REQUIRED).length).toBe(required.length);
        const least = required.reduce((sum, one) => sum + cost({ ...one, text: one.text.slice(0, 80) }), 0);
        if (least <= budget) expect(report.usedTokens).toBeLessThanOrEqual(budget);
        expect(kept.reduce((sum, one) => sum + cost(one), 0)).toBe(report.usedTokens);
        const optional = kept.filter(({ importance }) => importance !== REQUIRED);
        expect(optional).toEqual(parts.filter((one) => optional.includes(one)));
        const dropped = parts.filter((one) => one.importance !== REQUIRED && !optional.includes(one));
        const lowestKept = Math.min(...optional.map(({ importance }) => importance));
        for (const one of dropped) expect(one.importance).toBeLessThanOrEqual(lowestKept);
        const told = report.sections.reduce((sum, line) => sum + (line.dropped ? 0 : line.tokens), 0);
        expect(told).toBe(report.usedTokens);
      }),
      { numRuns: 2_000 },
    );
  });

  test('tells why a section is missing or shorter', () => {
    const { report } = fitPrompt(
      [
        { section: 'identity', role: 'system', text: 'i'.repeat(4_000), importance: REQUIRED },
        { section: 'note', role: 'system', text: 'n'.repeat(400), importance: 1 },
      ],
      100,
      count,
    );
    expect(report.sections).toEqual([
      { section: 'identity', tokens: expect.any(Number), dropped: false, why: 'shortened' },
      { section: 'note', tokens: 104, dropped: true, why: 'budget' },
    ]);
  });
});
