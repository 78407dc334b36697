import type { Language } from '../../../lib/language.ts';
import type { SseEvent } from '../../../lib/sse-event.ts';
import type { Stage, Tell } from './generate.ts';

const labels: Record<Stage, Record<Language, string>> = {
  world: { ko: '세계를 짓는 중', en: 'Building the world' },
  opening: { ko: '첫 장면을 쓰는 중', en: 'Writing the opening' },
  stats: { ko: '수치를 정하는 중', en: 'Choosing the numbers' },
  ending_1: { ko: '첫 번째 엔딩을 쓰는 중', en: 'Writing the first ending' },
  ending_2: { ko: '두 번째 엔딩을 쓰는 중', en: 'Writing the second ending' },
  events: { ko: '사건을 엮는 중', en: 'Weaving the events' },
  details: { ko: '성격을 다듬는 중', en: 'Shaping the person' },
  save: { ko: '저장하는 중', en: 'Saving' },
};

/** What a creation tells while it runs, kept for a reader who may be slower. */
export type Feed = {
  tell: Tell;
  /** Settles when the first stage begins, or when `running` is done before; rejects as `running` does by then. */
  begun(running: Promise<unknown>): Promise<void>;
  /** The stages, then `final` with the result or `error` with the sentence of `explain`. Ends early with the signal. */
  events<T>(running: Promise<T>, explain: (error: unknown) => string, signal: AbortSignal): AsyncGenerator<SseEvent>;
};

export function openFeed(language: Language): Feed {
  const waiting: SseEvent[] = [];
  let wake = () => {};
  let first = () => {};
  const began = new Promise<void>((resolve) => {
    first = resolve;
  });
  const push = (event: SseEvent) => {
    waiting.push(event);
    first();
    wake();
  };
  return {
    tell(step, stage) {
      if (step === 'start') push({ event: 'stage_start', data: { name: stage, label: labels[stage][language] } });
      else push({ event: 'stage_end', data: { name: stage } });
    },
    async begun(running) {
      // A reader who leaves before the first event never asks how it ended.
      running.catch(() => undefined);
      await Promise.race([began, running]);
    },
    async *events(running, explain, signal) {
      let done = false;
      const last = running
        .then(
          (result) => push({ event: 'final', data: result }),
          (error: unknown) => push({ event: 'error', data: { message: explain(error) } }),
        )
        .finally(() => {
          done = true;
          wake();
        });
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next) yield next;
        else if (done) break;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      if (done) await last;
    },
  };
}
