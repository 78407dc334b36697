import type { Ctx } from '../src/context.ts';
import { sendForgotPasswordMail, sendPasswordChangedMail, sendVerificationMail } from '../src/modules/auth/mails.ts';
import { refundUnfinished } from '../src/modules/chapters/refund-unfinished.ts';
import { summariseChapters, summariseMissed } from '../src/modules/chapters/summarise.ts';
import { extractCharacters } from '../src/modules/extraction/run.ts';
import { pruneExpired } from '../src/modules/housekeeping/prune.ts';
import { rollUpMetrics } from '../src/modules/metrics/roll-up.ts';
import { sendReceiptMail } from '../src/modules/payments/receipt.ts';
import { sweepOrders } from '../src/modules/payments/sweep.ts';
import { takeBack } from '../src/modules/points/claw-back.ts';
import { tellRedisOfCredit } from '../src/modules/points/credit.ts';
import { refundUse } from '../src/modules/points/refund.ts';
import { settleShard, sweepShards } from '../src/modules/points/settle.ts';
import { reapGenerations } from '../src/modules/stories/generation/reap.ts';
import { summariseRoom } from '../src/modules/turns/summarise.ts';
import type { TaskName, TaskPayload } from '../src/queue/catalogue.ts';

/** One service per task; it may be called again with the same payload, also while an earlier call still runs. */
export type Handlers = { readonly [Name in TaskName]: (ctx: Ctx, payload: TaskPayload<Name>) => Promise<unknown> };

/** Every task of the catalogue: one without a handler does not compile. */
export const handlers = {
  'mail.verify': sendVerificationMail,
  'mail.forgot_password': sendForgotPasswordMail,
  'mail.password_changed': sendPasswordChangedMail,
  'mail.receipt': sendReceiptMail,
  'payments.sweep': sweepOrders,
  'generation.reap': reapGenerations,
  'chat.summarise': summariseRoom,
  'chapters.summarise': summariseChapters,
  'chapters.summarise_missed': summariseMissed,
  'chapters.refund_unfinished': refundUnfinished,
  extract_characters: extractCharacters,
  'housekeeping.prune': pruneExpired,
  'metrics.roll_up': rollUpMetrics,
  'points.settle': settleShard,
  'points.sweep': sweepShards,
  'points.credited': tellRedisOfCredit,
  'points.refund': refundUse,
  'points.claw_back': takeBack,
} satisfies Handlers;
