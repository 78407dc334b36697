import type { Child } from './process.ts';

/** A running Postgres or Redis of ours. */
export type Server = {
  url: string;
  port: number;
  pid: number;
  /** Where its program came from. */
  how: string;
  child: Child;
  /** A clean stop. */
  stop(): Promise<void>;
  /** kill -9, for tests of what happens then. */
  kill(): Promise<void>;
};
