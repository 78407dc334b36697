import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { groupNames, nameKey } from '../../src/lib/person-names.ts';

const groups = (...names: string[]) =>
  groupNames(names.map((name, at) => ({ name, weight: 100 - at }))).map(({ name, aliases }) =>
    [name, ...aliases].toSorted(),
  );

describe('forms of one name', () => {
  test.each([
    ['Mrs. Dalloway', 'Dalloway'],
    ['Elizabeth Bennet', 'Elizabeth'],
    ['White Rabbit', 'Rabbit'],
    ['Queen of Hearts', 'Queen'],
    ['the Hatter', 'Hatter'],
    ['치삼', '치삼이'],
    ['김민수', '민수'],
    ['김 첨지', '김첨지'],
    ['P', 'P군'],
    ['Zoë', 'ZOË'],
  ])('%s and %s are one person', (one, other) => {
    expect(groups(one, other)).toHaveLength(1);
    expect(groups(other, one)).toHaveLength(1);
  });

  test.each([
    ['Mr. Bennet', 'Mrs. Bennet'],
    ['Anna', 'Annabel'],
    ['March Hare', 'Mad Hatter'],
    ['민수', '민호'],
    ['이민', '김민수'],
    ['King', 'Queen'],
  ])('%s and %s are two', (one, other) => expect(groups(one, other)).toHaveLength(2));
});

test('a short form goes to the person named most, and joins no two', () => {
  expect(groups('Jane Bennet', 'Elizabeth Bennet', 'Bennet').toSorted()).toEqual([
    ['Bennet', 'Jane Bennet'],
    ['Elizabeth Bennet'],
  ]);
});

test('a family: its father is none of its daughters', () => {
  const found = groups(
    'Mr. Bennet',
    'Elizabeth',
    'Jane',
    'Mrs. Bennet',
    'Elizabeth Bennet',
    'Jane Bennet',
    'Miss Bennet',
  );
  expect(found).toContainEqual(['Elizabeth', 'Elizabeth Bennet']);
  expect(found).toContainEqual(['Jane', 'Jane Bennet']);
  expect(found).toContainEqual(['Mr. Bennet']);
  expect(groups('Clarissa Dalloway', 'Richard Dalloway', 'Mrs. Dalloway', 'Mr. Dalloway').toSorted()).toEqual([
    ['Clarissa Dalloway', 'Mrs. Dalloway'],
    ['Mr. Dalloway', 'Richard Dalloway'],
  ]);
});

test('other names that a text gives somebody count', () => {
  const forms = [
    { name: 'Sherlock Holmes', weight: 5, aliases: ['The Detective', 'Sigerson'] },
    { name: 'Sigerson', weight: 1 },
    { name: 'Watson', weight: 3 },
  ];
  expect(groupNames(forms).map(({ members }) => members.toSorted())).toEqual([[0, 1], [2]]);
});

test('every form is in exactly one group, whatever the names', () => {
  const name = fc.oneof(
    fc.constantFrom('Mr. A Smith', 'Smith', 'Mrs. Smith', '김민수', '민수', '민수야', 'K사장', 'K', '?', ''),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ name, weight: fc.nat(50), aliases: fc.array(name, { maxLength: 3 }) })),
      (forms) => {
        const members = groupNames(forms).flatMap((group) => group.members);
        expect(new Set(members).size).toBe(members.length);
        expect(members.length).toBe(forms.filter((form) => nameKey(form.name) !== '').length);
      },
    ),
  );
});
