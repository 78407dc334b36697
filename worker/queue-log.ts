import { Logger as QueueLogger } from 'graphile-worker';
import type { Logger } from '../src/lib/log.ts';

/** Said by `task-list` already, without the payload and the error's parameters. */
const TOLD_ELSEWHERE = /^(Failed|Completed) task /;
const MAX_CHARS = 300;

/** The queue's own warnings in our log: its sentences only, since what it attaches holds jobs whole. */
export function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message) => {
    if (TOLD_ELSEWHERE.test(message)) return;
    const fields = { queue: message.slice(0, MAX_CHARS) };
    if (level === 'error') log.error('queue', fields);
    else if (level === 'warning') log.warn('queue', fields);
    else log.debug('queue', fields);
  });
}
