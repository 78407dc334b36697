import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { sameText } from '../../lib/crypto.ts';
import { fail } from '../../lib/errors.ts';
import { readGauges } from './gauges.ts';

/**
 * What this process and the stores behind it tell, for Prometheus: for administrators, and for who shows `METRICS_TOKEN`.
 * Throws `auth.not_authenticated` (401) and `auth.forbidden` (403).
 */
export async function exportMetrics(ctx: Ctx, actor: Actor, authorization: string | null): Promise<string> {
  const { token } = ctx.config.metrics;
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const knows = token !== '' && given !== undefined && sameText(given, token);
  if (!knows && actor.kind === 'guest') throw fail('auth.not_authenticated');
  if (!knows && !(actor.kind === 'member' && actor.isAdmin)) throw fail('auth.forbidden');
  return ctx.meters.write(await readGauges(ctx));
}
