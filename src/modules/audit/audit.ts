import type { Ctx } from '../../context.ts';
import type { AuditDetails } from '../../db/tables/admin-audit.ts';
import type { Tx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { newId } from '../../lib/ids.ts';
import { storableText } from '../../lib/storable.ts';
import { safePrefix } from '../../lib/text.ts';
import { closeAuditRow, completeAuditRow, insertAuditRow } from './queries.ts';

const TARGET_MAX_CHARS = 200;
const DETAIL_MAX_CHARS = 200;

/** Somebody with a shell on the server, by a script. */
export type Operator = { kind: 'operator' };
export const operator: Operator = { kind: 'operator' };

export type Act = {
  /** What was done, `<module>.<verb>`. */
  action: string;
  /** The id of what it was done to. */
  target?: string;
  /** Ids, numbers, switches. Never texts that people wrote, never secrets. */
  details?: AuditDetails;
};

/** What the guard knows of a call of an administrators' route. */
export type AdminCall = { actor: Member; route: string; target: string | undefined; requestId: string };

/**
 * Notes what an administrator or an operator does, in the transaction in which it is done: the note commits with the act,
 * or neither does. On an administrators' route it completes the one row that the guard opened; a second note of the same
 * request adds its details there. Elsewhere (an administrator edits somebody's thing by a member's route) it is a row.
 */
export async function audit(tx: Tx, actor: Member | Operator, { action, target, details }: Act): Promise<void> {
  const member = actor.kind === 'member' ? actor : undefined;
  await completeAuditRow(tx, {
    id: member?.auditId ?? newId(),
    actorId: member?.userId ?? null,
    action,
    target: target === undefined ? undefined : safePrefix(target, TARGET_MAX_CHARS),
    details: details && shortened(details),
    outcome: 'done',
  });
}

/**
 * The same for what has an owner and is changed by a member's route too: what people do to their own things is no
 * administrators' act.
 */
export async function auditUnlessOwn(tx: Tx, actor: Member, ownerId: string, act: Act): Promise<void> {
  if (actor.auditId !== undefined || ownerId !== actor.userId) await audit(tx, actor, act);
}

/**
 * Opens the row of a writing call before anything is done, so that no act of any route can be without one, whatever dies
 * when. Gives the actor that carries it. Without Postgres it throws, and nothing is done.
 */
export async function openAct(ctx: Ctx, call: AdminCall): Promise<Member> {
  const auditId = newId();
  await insertAuditRow(ctx.db.pool, { ...rowOf(call), id: auditId, outcome: 'attempted' });
  return { ...call.actor, auditId };
}

/** Says that an opened act was done, for a route whose transaction did not. The act stands whether or not this can be said. */
export async function closeAct(ctx: Ctx, actor: Member, target: string | undefined): Promise<void> {
  if (actor.auditId === undefined) return;
  await closeAuditRow(ctx.db.pool, actor.auditId, target).catch((error: unknown) =>
    ctx.log.error('audit: an act could not be closed', { audit_id: actor.auditId, error }),
  );
}

/**
 * The row of a reading call, once it was answered. Reading changes nothing, and while Postgres is away administrators must
 * see what is left (who is online, the queues), so then the log line has to do.
 */
export async function recordRead(ctx: Ctx, call: AdminCall): Promise<void> {
  await insertAuditRow(ctx.db.pool, { ...rowOf(call), id: newId(), outcome: 'done' }).catch((error: unknown) =>
    ctx.log.error('audit: a reading call left no row', {
      actor_id: call.actor.userId,
      route: call.route,
      request_id: call.requestId,
      error,
    }),
  );
}

function rowOf({ actor, route, target, requestId }: AdminCall) {
  return {
    actorId: actor.userId,
    route,
    target: target && storableText(safePrefix(target, TARGET_MAX_CHARS)),
    requestId,
  };
}

function shortened(details: AuditDetails): AuditDetails {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? safePrefix(value, DETAIL_MAX_CHARS) : value,
    ]),
  );
}
