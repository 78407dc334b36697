import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { AppError } from '../../lib/errors.ts';
import { isRedisDown } from '../../redis/client.ts';
import { spendToken } from '../../redis/limiter.ts';
import { countToday } from './count.ts';
import { dayOf } from './days.ts';
import { pagePattern } from './page-path.ts';

const EVENTS = ['page_view', 'page_leave', 'page_exit', 'modal_login_open', 'modal_register_open'];

/** Different paths of a day that are counted by name. Guests can make up only some of them. */
const MOST_PAGES = { member: 600, guest: 400 };

type Ignored = 'admin' | 'unknown_event' | 'unreadable' | 'rate_limited';
type Answer = { ok: boolean; day?: string; path?: string; event?: string; ignored?: boolean; reason?: Ignored };

/**
 * Counts the view of a page; the other events are heard and not counted yet. Who sends it is known by the token alone,
 * whatever the body says; administrators are not counted. A page that is being left must not fail, so nothing is thrown.
 */
export async function recordPageEvent(ctx: Ctx, actor: Actor, address: string, bytes: Uint8Array): Promise<Answer> {
  const ignored = (reason: Ignored): Answer => ({ ok: true, ignored: true, reason });
  if (actor.kind === 'member' && actor.isAdmin) return ignored('admin');
  const { event, path } = read(bytes);
  const pattern = typeof path === 'string' ? pagePattern(path) : undefined;
  if (typeof event === 'string' && !EVENTS.includes(event)) return ignored('unknown_event');
  if (typeof event !== 'string' || pattern === undefined) return ignored('unreadable');
  const answer = { day: dayOf(ctx.clock.now()), path: pattern, event };
  try {
    await spendToken({ redis: ctx.redis.commands, scale: ctx.config.rateLimitScale }, 'pageEvent', address);
    if (event === 'page_view') await countToday(ctx, [{ of: 'pages', field: pattern, by: 1 }], MOST_PAGES[actor.kind]);
    return { ok: true, ...answer };
  } catch (error) {
    if (error instanceof AppError) return ignored('rate_limited');
    if (!isRedisDown(error)) ctx.log.warn('page event failed', { error });
    return { ok: false, ...answer };
  }
}

function read(bytes: Uint8Array): { event?: unknown; path?: unknown } {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return body !== null && typeof body === 'object' ? body : {};
  } catch {
    return {};
  }
}
