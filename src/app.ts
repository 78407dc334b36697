import { type AnyElysia, Elysia } from 'elysia';
import type { Ctx } from './context.ts';
import { crossOrigin } from './http/cors.ts';
import { devRoutes } from './http/dev.ts';
import { errors } from './http/errors.ts';
import { healthRoutes } from './http/health.ts';
import { documentation } from './http/openapi.ts';
import { type RouteEntry, routeTable } from './http/route-table.ts';
import { authRoutes } from './modules/auth/routes.ts';
import { chapterRoutes } from './modules/chapters/routes.ts';
import { peopleRoutes } from './modules/characters/people-routes.ts';
import { quickCreateRoutes } from './modules/characters/quick/routes.ts';
import { characterRoutes } from './modules/characters/routes.ts';
import { wizardRoutes } from './modules/characters/wizard/routes.ts';
import { chatRoutes } from './modules/chat/routes.ts';
import { suggestRoutes } from './modules/chat/suggest-routes.ts';
import { cmsRoutes } from './modules/cms/routes.ts';
import { extractionRoutes } from './modules/extraction/routes.ts';
import { fileRoutes } from './modules/files/routes.ts';
import { homeRoutes } from './modules/home/routes.ts';
import { mediaRoutes } from './modules/media/routes.ts';
import { memoryNoteRoutes } from './modules/memory-notes/routes.ts';
import { metricRoutes } from './modules/metrics/routes.ts';
import { storyContextRoutes } from './modules/origchat/context-routes.ts';
import { origchatRoutes } from './modules/origchat/routes.ts';
import { paymentRoutes } from './modules/payments/routes.ts';
import { sandboxRoutes } from './modules/payments/sandbox-routes.ts';
import { personaRoutes } from './modules/personas/routes.ts';
import { pointRoutes } from './modules/points/routes.ts';
import { generationRoutes, plainGenerationRoutes } from './modules/stories/generation/routes.ts';
import { storyPeopleRoutes } from './modules/stories/people-routes.ts';
import { storyRoutes } from './modules/stories/routes.ts';
import { subscriptionRoutes } from './modules/subscriptions/routes.ts';
import { tagRoutes } from './modules/tags/routes.ts';
import { messageRoutes } from './modules/turns/message-routes.ts';
import { recentRoutes } from './modules/turns/recent-routes.ts';
import { roomRoutes } from './modules/turns/room-routes.ts';
import { userAdminRoutes } from './modules/users/admin-routes.ts';
import { userRoutes } from './modules/users/routes.ts';

/** The whole API over a context, without a port: no I/O happens here, so tests and edge hosts build it freely. */
export function createApp(ctx: Ctx): AnyElysia {
  // strictPath: slashes are settled once, in fetch.ts.
  const app: AnyElysia = new Elysia({ strictPath: true })
    .use(errors(ctx, () => table().allowedMethods))
    .use(crossOrigin(ctx.config))
    .use(documentation(() => app))
    .use(healthRoutes(ctx))
    .use(authRoutes(ctx))
    .use(userRoutes(ctx))
    .use(userAdminRoutes(ctx))
    .use(tagRoutes(ctx))
    .use(characterRoutes(ctx))
    .use(quickCreateRoutes(ctx))
    .use(wizardRoutes(ctx))
    .use(peopleRoutes(ctx))
    .use(fileRoutes(ctx))
    .use(mediaRoutes(ctx))
    .use(paymentRoutes(ctx))
    .use(subscriptionRoutes(ctx))
    .use(metricRoutes(ctx))
    .use(homeRoutes(ctx))
    .use(pointRoutes(ctx))
    .use(personaRoutes(ctx))
    .use(memoryNoteRoutes(ctx))
    .use(cmsRoutes(ctx))
    .use(chatRoutes(ctx))
    .use(suggestRoutes(ctx))
    .use(origchatRoutes(ctx))
    .use(storyContextRoutes(ctx))
    .use(roomRoutes(ctx))
    .use(recentRoutes(ctx))
    .use(messageRoutes(ctx))
    .use(storyRoutes(ctx))
    .use(storyPeopleRoutes(ctx))
    .use(chapterRoutes(ctx))
    .use(generationRoutes(ctx))
    .use(plainGenerationRoutes(ctx))
    .use(extractionRoutes(ctx));
  if (!ctx.config.production) app.use(devRoutes(ctx)).use(sandboxRoutes(ctx));

  let built: ReturnType<typeof routeTable> | undefined;
  const table = () => {
    built ??= routeTable(app);
    return built;
  };
  refuseUnguarded(table().entries);
  return app;
}

/** A route without an access policy is a hole, so there can be no app that has one; one that ends in a slash is never met. */
function refuseUnguarded(entries: RouteEntry[]): void {
  const slashed = entries.filter(({ path }) => path !== '/' && path.endsWith('/')).map(({ path }) => path);
  if (slashed.length > 0)
    throw new Error(`Routes that end in a slash (write '' for the prefix itself): ${slashed.join(', ')}`);
  const unguarded = entries.filter((entry) => entry.access === undefined);
  if (unguarded.length === 0) return;
  const names = unguarded.map((entry) => `${entry.method} ${entry.path}`).join(', ');
  throw new Error(`Routes without an access policy (open, visitor, member or admin): ${names}`);
}
