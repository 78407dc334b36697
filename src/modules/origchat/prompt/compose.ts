import type { OrigFacts } from '../../../llm/orig-tasks.ts';
import type { Material, ReplyTask, TurnPolicy, TurnScene } from '../../turns/policy.ts';
import { assemble } from '../../turns/prompt/assemble.ts';
import { chatFacts } from '../../turns/prompt/facts.ts';
import { type PromptPart, REQUIRED } from '../../turns/prompt/fit.ts';
import { characterParts, historyParts, userParts } from '../../turns/prompt/parts.ts';
import { phrase as shared } from '../../turns/prompt/templates.ts';
import type { StoryDetails } from '../details.ts';
import { happened, type StoryKnowledge } from '../knowledge.ts';
import { phrase } from './phrases.ts';

/** What a story room's prompt is made from beside what every room's is. */
export type StoryMaterial = Material & {
  knowledge: StoryKnowledge;
  details: StoryDetails;
  /** Name of the person whose place the user takes. */
  focusName: string | undefined;
  /** Turns that were counted before this one. */
  turnCount: number;
};

export type StoryScene = TurnScene<StoryMaterial>;

/** How long each kind of part is kept when the room gets short; see the shared parts for theirs. */
const keep = { chapter: 82, cast: 79, before: 77, focus: 74, earlier: 58, pace: 54, seed: 35 } as const;
const MAX_SPEAKERS = 8;
const CLOSE_RATIO = 0.9;

/** The prompt of one answer inside a story and the call that carries it. Pure. */
export function composeStory(scene: StoryScene): ReturnType<TurnPolicy<StoryMaterial>['compose']> {
  const { language, model, settings, material } = scene;
  const length = settings.response_length_pref;
  const parts: PromptPart[] = [
    ...userParts(scene, material.persona, material.notes),
    ...characterParts(scene),
    ...storyParts(scene),
    required('length', shared(language, `length.${length}`)),
    ...historyParts(scene, scene.summary, scene.history),
    ...momentParts(scene),
    { section: 'user', role: 'user', text: askOf(scene), importance: REQUIRED },
  ];
  const { messages, maxTokens, report } = assemble(parts, model, length);
  const task: ReplyTask = 'orig.turn';
  const facts = storyFacts(scene);
  const { temperature } = settings;
  return { call: { task, messages, facts, language, model: model.id, maxTokens, temperature }, report };
}

const required = (section: string, text: string): PromptPart => ({
  section,
  role: 'system',
  text,
  importance: REQUIRED,
});
const system = (section: keyof typeof keep, text: string): PromptPart => ({
  section,
  role: 'system',
  text,
  importance: keep[section],
});

/** The work as its reader knows it, who may speak, from where it is seen. */
function storyParts({ language, names, material }: StoryScene): PromptPart[] {
  const { knowledge, details, focusName } = material;
  const { title, anchor, summary, chapter, earlier } = knowledge;
  const values = { char: names.character, user: names.user };
  const speakers = speakersOf(knowledge, names.character).filter((name) => name !== focusName);
  const say = (name: string, more: Record<string, string | number> = {}) =>
    phrase(language, name, { ...values, ...more });
  return [
    required('work', say('work', { title })),
    required('bound', say('bound', { anchor })),
    required('plain', say('plain')),
    ...(details.narrator_mode ? [required('narrator', say('narrator'))] : []),
    ...(summary ? [system('before', say('before', { text: summary }))] : []),
    ...earlier.map(({ no, text }) => system('earlier', say('earlier', { no, text }))),
    ...(chapter?.text ? [system('chapter', say('chapter', { ...chapter, title: titleAfter(chapter.title) }))] : []),
    ...(speakers.length > 0 ? [system('cast', say('cast', { names: speakers.join(', ') }))] : []),
    ...(details.pov === 'persona' && material.persona ? [system('focus', say('persona_view'))] : []),
    ...(details.pov === 'possess' && focusName ? [system('focus', say('focus', { name: focusName }))] : []),
    ...(details.seed_label ? [system('seed', say('seed', { text: details.seed_label }))] : []),
  ];
}

/** A chapter's title behind its number. */
export const titleAfter = (title: string): string => (title === '' ? '' : ` “${title}”`);

/** Persons who may speak beside the character. */
export function speakersOf({ persons }: StoryKnowledge, characterName: string): string[] {
  return persons.filter((name) => name !== characterName).slice(0, MAX_SPEAKERS);
}

/** What holds for this one answer: the pace, a situation, whether the story is to move. */
function momentParts({ language, names, material, kind, said, plan }: StoryScene): PromptPart[] {
  const values = { char: names.character, user: names.user };
  const max = material.details.max_turns;
  const situation = situationOf(said);
  return [
    ...(plan ? [system('pace', phrase(language, 'pace', { turn: plan.turnNo, max }))] : []),
    ...(plan && plan.turnNo >= max * CLOSE_RATIO ? [system('pace', phrase(language, 'pace.close'))] : []),
    ...(situation ? [required('situation', phrase(language, 'situation', { ...values, text: situation }))] : []),
    ...(kind === 'event' ? [required('advance', phrase(language, 'advance', values))] : []),
  ];
}

/** What the user says is the case, as their message keeps it. */
function situationOf(said: StoryScene['said']): string {
  const situation = said?.metadata?.situation;
  return typeof situation === 'string' ? situation : '';
}

function askOf({ language, names, kind, said }: StoryScene): string {
  if (kind === 'situation') return phrase(language, 'situation.ask');
  if (said && said.metadata?.kind !== 'situation') return said.text;
  if (kind === 'event') return phrase(language, 'advance.ask');
  return shared(language, 'continue', { user: names.user });
}

/** The same as facts, for who answers without reading prompts. */
export function storyFacts(scene: StoryScene): OrigFacts {
  const { material, plan, said, kind } = scene;
  const { knowledge, details } = material;
  const base = chatFacts(scene, plan);
  return {
    ...base,
    turnNo: plan?.turnNo ?? material.turnCount,
    userText: kind === 'situation' ? '' : (said?.text ?? (kind === 'event' ? '' : base.userText)),
    stage: plan && plan.turnNo >= details.max_turns * CLOSE_RATIO ? 'close' : null,
    storyTitle: knowledge.title,
    anchor: knowledge.anchor,
    persons: knowledge.persons,
    happened: happened(knowledge),
    situation: situationOf(said),
    advances: kind === 'event',
  };
}
