import type { CharacterRow } from './queries.ts';

/** The prompt that settings show when the owner wrote none: who the character is, from its own fields. */
export function systemPromptOf(row: CharacterRow): string {
  const secrets = row.introductionScenes.flatMap(({ secret }) => (secret ? [secret] : []));
  const parts: [string, string | null][] = [
    ['Character', row.name],
    ['Personality', row.personality],
    ['Way of speaking', row.speechStyle],
    ['World', row.worldSetting],
    ['Secrets', secrets.length > 0 ? secrets.join('\n') : null],
    ['Affinity rules', row.hasAffinitySystem ? row.affinityRules : null],
  ];
  return parts.flatMap(([title, text]) => (text ? [`# ${title}\n${text}`] : [])).join('\n\n');
}
