import { Elysia } from 'elysia';
import type { Ctx } from '../../../context.ts';
import { doc } from '../../../http/doc.ts';
import { guard } from '../../../http/guard.ts';
import { slowAnswer } from '../../../http/slow.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import type { Language } from '../../../lib/language.ts';
import * as drafts from './drafts.ts';
import { visionHints } from './hints.ts';
import { draftProfile } from './profile.ts';
import * as s from './schema.ts';
import { themes } from './themes.ts';

const tag = 'wizard';
const DEADLINE_SECONDS = 60;
const fails: ErrorCode[] = ['wizard.failed', 'wizard.timeout', 'http.timeout'];
const member = { limit: 'wizard' } as const;

/** The drafts that the wizard asks for while somebody makes a character. None of them is stored. */
export function wizardRoutes(ctx: Ctx) {
  type Asked<Input> = { body: Input; client: { language: Language }; request: Request };
  /** A draft may take its time; the one who asked may leave. */
  const waits =
    <Input, View>(write: (ctx: Ctx, input: Input, by: drafts.Draft) => Promise<View>) =>
    ({ body, client, request }: Asked<Input>) =>
      slowAnswer(request, DEADLINE_SECONDS, (signal) => write(ctx, body, { language: client.language, signal }));

  return new Elysia({ prefix: '/characters', name: 'characters.wizard' })
    .use(guard(ctx))
    .get(
      '/quick-profile-theme-suggestions',
      () => ({ roleplay: [...themes.roleplay], simulator: [...themes.simulator] }),
      {
        member: true,
        response: s.Themes,
        detail: doc(tag, 'Ideas to begin with'),
      },
    )
    .post('/quick-vision-hints', ({ body }) => visionHints(body.image_url), {
      member,
      body: s.HintsBody,
      response: s.Hints,
      detail: doc(tag, 'What an image suggests, by its name: no address is opened'),
    })
    .post('/quick-generate', waits(draftProfile), {
      member,
      body: s.ProfileBody,
      response: s.Profile,
      detail: doc(tag, 'Name, introduction and keywords out of an idea; never empty', ['http.timeout']),
    })
    .post('/quick-generate-concept', waits(drafts.draftConcept), {
      member,
      body: s.ConceptBody,
      response: s.Concept,
      detail: doc(tag, 'What the work is about', fails),
    })
    .post('/quick-generate-prompt', waits(drafts.draftPrompt), {
      member,
      body: s.PromptBody,
      response: s.Prompt,
      detail: doc(tag, 'The text by which a character is played, and its numbers', fails),
    })
    .post('/quick-generate-stat', waits(drafts.draftStats), {
      member,
      body: s.DraftBody,
      response: s.Stats,
      detail: doc(tag, 'Numbers that the conversation moves', fails),
    })
    .post('/quick-generate-first-start', waits(drafts.draftFirstStart), {
      member,
      body: s.FirstStartBody,
      response: s.FirstStart,
      detail: doc(tag, 'A first scene, other than the one to avoid', fails),
    })
    .post('/quick-generate-detail', waits(drafts.draftDetail), {
      member,
      body: s.DetailBody,
      response: s.Detail,
      detail: doc(tag, 'Nature, way of speaking, and what is liked', fails),
    })
    .post('/quick-generate-secret', waits(drafts.draftSecret), {
      member,
      body: s.DraftBody,
      response: s.Secret,
      detail: doc(tag, 'What the other person does not know', fails),
    })
    .post('/quick-generate-turn-events', waits(drafts.draftEvents), {
      member,
      body: s.EventsBody,
      response: s.Events,
      detail: doc(tag, 'What happens at which turn', fails),
    })
    .post('/quick-generate-ending-draft', waits(drafts.draftEnding), {
      member,
      body: s.EndingDraftBody,
      response: s.EndingDraft,
      detail: doc(tag, 'An ending, without its last scene', fails),
    })
    .post('/quick-generate-ending-epilogue', waits(drafts.draftEpilogue), {
      member,
      body: s.EpilogueBody,
      response: s.Epilogue,
      detail: doc(tag, 'The last scene of an ending', fails),
    });
}
