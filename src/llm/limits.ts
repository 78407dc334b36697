/** How long a call may take, in milliseconds. */
export type TimeLimits = {
  /** From asking to the first sign of an answer. Connecting is part of it: fetch does not tell the two apart. */
  readonly firstTokenMs: number;
  /** Silence between two pieces of an answer. */
  readonly betweenTokensMs: number;
  /** The whole call: retries, waits between them and a repair round included. */
  readonly totalMs: number;
};

export const DEFAULT_LIMITS: TimeLimits = { firstTokenMs: 20_000, betweenTokensMs: 15_000, totalMs: 120_000 };

/** One running time limit under a signal that aborts when the limit or the outer signal does. */
export type Watch = {
  readonly signal: AbortSignal;
  /** Starts the limit, ending the one before it; `reason` makes what the signal aborts with. */
  arm(limitMs: number, reason: () => Error): void;
  /** Stops the limit while we are not the one who waits. */
  disarm(): void;
  /** Aborts what still runs under the signal and leaves the outer one. */
  close(): void;
};

/** Watches over one piece of work under `outer`. The caller must `close` it. */
export function startWatch(outer: AbortSignal): Watch {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => controller.abort(outer.reason);
  // Listening by hand and not with AbortSignal.any, so that nothing stays on an outer signal that lives as long as the process.
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  const disarm = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    arm(limitMs, reason) {
      disarm();
      timer = setTimeout(() => controller.abort(reason()), limitMs);
    },
    disarm,
    close() {
      disarm();
      outer.removeEventListener('abort', follow);
      controller.abort();
    },
  };
}

/** Waits `ms`; rejects with the signal's reason as soon as it aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
  });
}
