const CHECK_EVERY_MS = 1_000;

/**
 * Calls `onGone` once when the process that started this one (`up` names itself in SUPERVISOR_PID) is no longer its
 * parent: it was killed without a chance to stop its children. Without a supervisor it does nothing.
 */
export function watchSupervisor(onGone: () => void): void {
  // biome-ignore lint/style/noProcessEnv: not a setting: a word from the parent process, which no configuration may hold
  const supervisor = Number(process.env.SUPERVISOR_PID);
  if (!(supervisor > 0)) return;
  const timer = setInterval(() => {
    if (process.ppid === supervisor) return;
    clearInterval(timer);
    onGone();
  }, CHECK_EVERY_MS);
  timer.unref();
}
