import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is read at the moment of asking: one sample for each set of labels. */
export type Reading = {
  name: string;
  help: string;
  type?: 'gauge' | 'counter';
  samples: { labels?: Record<string, string>; value: number }[];
};

/** What a process measures of itself, in the text format of Prometheus. Labels come from closed sets only. */
export type Meters = {
  /** `route` is the pattern of a route, never a path that somebody asked for. */
  request(method: string, route: string | undefined, status: number, seconds: number): void;
  turn(kind: string, outcome: 'done' | 'failed', seconds: number): void;
  streamOpened(): void;
  streamClosed(): void;
  openStreams(): number;
  /** The longest time in seconds that the event loop was held up since this was asked last. */
  longestPauseSeconds(): number;
  write(readings: Reading[]): Promise<string>;
  close(): void;
};

export const METERS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const TURN_BUCKETS = [0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 90];
const PAUSE_RESOLUTION_MS = 50;
const UNMATCHED = 'unmatched';

type Child = { observe(value: number): void };

/** Opens the meters of a process. */
export function openMeters(): Meters {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'fabula_http_request_duration_seconds',
    help: 'From the request to the head of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: REQUEST_BUCKETS,
    registers: [registry],
  });
  const turns = new Histogram({
    name: 'fabula_turn_duration_seconds',
    help: 'From the start of a turn to its end',
    labelNames: ['kind', 'outcome'] as const,
    buckets: TURN_BUCKETS,
    registers: [registry],
  });
  // Finding the child of a set of labels costs more than counting in it.
  const children = new Map<string, Child>();
  const pauses = monitorEventLoopDelay({ resolution: PAUSE_RESOLUTION_MS });
  pauses.enable();
  let streams = 0;
  return {
    request(method, route, status, seconds) {
      const known = route ?? UNMATCHED;
      const key = `${route === undefined ? '' : method} ${known} ${status - (status % 100)}`;
      let child = children.get(key);
      if (!child) {
        const labels = {
          method: route === undefined ? 'any' : method,
          route: known,
          status: `${Math.floor(status / 100)}xx`,
        };
        child = requests.labels(labels);
        children.set(key, child);
      }
      child.observe(seconds);
    },
    turn: (kind, outcome, seconds) => turns.labels({ kind, outcome }).observe(seconds),
    streamOpened: () => {
      streams += 1;
    },
    streamClosed: () => {
      streams -= 1;
    },
    openStreams: () => streams,
    longestPauseSeconds() {
      const longest = pauses.max / 1e9;
      pauses.reset();
      return longest;
    },
    async write(readings) {
      const momentary = new Registry();
      for (const reading of readings) addReading(momentary, reading);
      return `${await momentary.metrics()}\n${await registry.metrics()}`;
    },
    close: () => pauses.disable(),
  };
}

function addReading(registry: Registry, { name, help, type, samples }: Reading): void {
  const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels ?? {})))];
  const options = { name, help, labelNames, registers: [registry] };
  if (type === 'counter') {
    const counter = new Counter(options);
    for (const { labels = {}, value } of samples) counter.inc(labels, value);
    return;
  }
  const gauge = new Gauge(options);
  for (const { labels = {}, value } of samples) gauge.set(labels, value);
}
