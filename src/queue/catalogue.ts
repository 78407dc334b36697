import { type Static, type TSchema, Type } from 'typebox';

/** What the queue knows of a task: its payload, how often it may be tried, and which jobs are one job. */
export type TaskSpec<S extends TSchema = TSchema> = {
  payload: S;
  /** Tries in all; the queue waits exp(attempt) seconds between them. */
  maxAttempts: number;
};

function task<S extends TSchema>(spec: TaskSpec<S>): TaskSpec<S> {
  return spec;
}

const Id = Type.String({ minLength: 36, maxLength: 36 });
const Points = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Text200 = Type.Union([Type.String({ maxLength: 200 }), Type.Null()]);

/** Every task of the worker. The worker refuses to start unless each has a handler. */
export const tasks = {
  /** Mails the verification link of a `mail_tokens` row. */
  'mail.verify': task({
    payload: Type.Object({ tokenId: Id, language: Type.Union([Type.Literal('ko'), Type.Literal('en')]) }),
    maxAttempts: 12,
  }),
  /** Answers a forgot-password request: a reset link, a verification link, or nothing, as the account is. */
  'mail.forgot_password': task({
    payload: Type.Object({ requestId: Id, email: Type.String({ maxLength: 255 }) }),
    maxAttempts: 12,
  }),
  /** Tells an account that its password was changed. */
  'mail.password_changed': task({
    payload: Type.Object({ userId: Id, noticeId: Id }),
    maxAttempts: 12,
  }),
  /** Mails the receipt of a paid order. */
  'mail.receipt': task({ payload: Type.Object({ paymentId: Id }), maxAttempts: 12 }),
  /** Asks providers about orders that wait for long, and ends those whose time is over. */
  'payments.sweep': task({ payload: Type.Object({}), maxAttempts: 1 }),
  /** Ends stories whose writer is gone. */
  'generation.reap': task({ payload: Type.Object({}), maxAttempts: 1 }),
  /** Summarises what has become too old for the prompts of a room. */
  'chat.summarise': task({ payload: Type.Object({ roomId: Id }), maxAttempts: 4 }),
  /** Tells the chapters of a story in short, from the first one on that was not told. */
  'chapters.summarise': task({ payload: Type.Object({ storyId: Id }), maxAttempts: 8 }),
  /** Enqueues the one above for stories that were left behind. */
  'chapters.summarise_missed': task({ payload: Type.Object({}), maxAttempts: 1 }),
  /** Gives points back for chapters whose purchase was cut off. */
  'chapters.refund_unfinished': task({ payload: Type.Object({}), maxAttempts: 1 }),
  /** Searches a story for its persons. The job counts its tries by itself. */
  extract_characters: task({ payload: Type.Object({ jobId: Id }), maxAttempts: 25 }),
  /** Deletes what is kept for a limited time: ended story jobs, old links, dead sessions, outbox mails. */
  'housekeeping.prune': task({ payload: Type.Object({}), maxAttempts: 3 }),
  /** Writes down what Redis counts, and the traffic of finished days. */
  'metrics.roll_up': task({ payload: Type.Object({}), maxAttempts: 3 }),
  /** Writes the journal of point uses of one shard to the ledger. */
  'points.settle': task({ payload: Type.Object({ shard: Type.Integer({ minimum: 0, maximum: 63 }) }), maxAttempts: 5 }),
  /** Settles every shard: the belt, should a nudge be lost. */
  'points.sweep': task({ payload: Type.Object({}), maxAttempts: 1 }),
  /** Tells Redis of a committed credit. */
  'points.credited': task({
    payload: Type.Object({ userId: Id, netPoints: Points, version: Points }),
    maxAttempts: 25,
  }),
  /** Gives a use back, if the ledger has it. */
  'points.refund': task({ payload: Type.Object({ useTxId: Id, userId: Id, description: Text200 }), maxAttempts: 25 }),
  /** Takes points back that were refunded in money; what is spent becomes a debt. */
  'points.claw_back': task({
    payload: Type.Object({
      userId: Id,
      amountPoints: Points,
      refundId: Type.String({ minLength: 1, maxLength: 200 }),
      referenceType: Type.Union([Type.String({ maxLength: 50 }), Type.Null()]),
      referenceId: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
      description: Text200,
    }),
    maxAttempts: 25,
  }),
} as const;

export type TaskName = keyof typeof tasks;
export type TaskPayload<Name extends TaskName> = Static<(typeof tasks)[Name]['payload']>;
