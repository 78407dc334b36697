import type { Config } from '../config.ts';
import type { Db } from '../db/client.ts';
import type { Clock } from '../lib/clock.ts';
import { outboxSender } from './outbox.ts';
import { resendSender } from './resend.ts';

/** One mail to one person. The same key is the same mail: however often it is sent, it arrives once. */
export type Mail = { to: string; subject: string; text: string; html: string; idempotencyKey: string };

export type Mailer = {
  kind: 'resend' | 'outbox';
  /** Rejects when the mail was not taken; a `PermanentError` when trying again is useless. */
  send(mail: Mail): Promise<void>;
};

/** Resend when it has a key, else the development outbox in Postgres. */
export function openMailer(config: Config['mail'], db: Db, clock: Clock): Mailer {
  return config.resendApiKey === ''
    ? { kind: 'outbox', send: outboxSender(db, clock) }
    : { kind: 'resend', send: resendSender(config) };
}
