/**
 * Shares runs of `run` among its callers: at most one is under way and one waits behind it, however many ask. A caller
 * gets the outcome of a run that began after it asked, so nobody is told what was true before.
 */
export function coalesced<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  const settled = () => undefined;
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return start();
    next = running.then(settled, settled).then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}
