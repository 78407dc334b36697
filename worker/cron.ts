import { type ParsedCronItem, parseCronItems } from 'graphile-worker';
import { type TaskName, tasks } from '../src/queue/catalogue.ts';

/** When a task runs by itself: a crontab pattern, in UTC. One job per due time, however many workers there are. */
const timetable: { task: TaskName; match: string }[] = [
  { task: 'housekeeping.prune', match: '17 * * * *' },
  { task: 'metrics.roll_up', match: '*/10 * * * *' },
  { task: 'points.sweep', match: '* * * * *' },
  { task: 'payments.sweep', match: '* * * * *' },
  { task: 'chapters.refund_unfinished', match: '* * * * *' },
  { task: 'chapters.summarise_missed', match: '37 * * * *' },
];

/** The timetable as the queue wants it. A run that was missed while nothing ran is not made up for: the next one does it. */
export function cronItems(): ParsedCronItem[] {
  return parseCronItems(
    timetable.map(({ task, match }) => ({
      task,
      match,
      identifier: task,
      options: { maxAttempts: tasks[task].maxAttempts, jobKey: task, jobKeyMode: 'preserve_run_at' as const },
    })),
  );
}
