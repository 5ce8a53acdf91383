import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { FetchFunction } from '@slack/web-api';
import type { Log } from '../../model/log.ts';
import type { Metrics } from '../../model/metrics.ts';
import type { Receive } from './receive.ts';
import { createSlackLogger } from './slack-logger.ts';
import { type LineEnd, openSocketLine, type SocketLine } from './socket-line.ts';

/** Longest wait before another attempt, in milliseconds, once attempts keep failing. */
const LONGEST_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 500;
/** A line that ends sooner than this did not really work. */
const SHORT_MS = 2_000;

export interface SlackSocketDeps {
  /** App-level token, xapp-…, scope connections:write. */
  readonly appToken: string;
  readonly apiUrl: string;
  readonly fetch: FetchFunction;
  readonly receive: Receive;
  /** Lines held at once. Slack sends each call to any one of them; with one line a refresh would leave a gap. */
  readonly connections?: number;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface SlackSocket {
  /** Begins to hold the lines, for ever: whatever ends one, another is opened. Never throws. */
  start(): void;
  /** Lines on which Slack has said hello. */
  connected(): number;
  /** Lets calls in hand be acknowledged, then hangs up. */
  stop(): Promise<void>;
}

/**
 * Slack over Socket Mode, for installations without a public address. Each line is used for one connection and then
 * thrown away: the client's own reconnecting leaves 5 s without a line and ends the process on a refused token (measured).
 */
export function createSlackSocket(deps: SlackSocketDeps): SlackSocket {
  const lines = new Set<SocketLine>();
  const stopping = new AbortController();
  const logger = createSlackLogger(deps.log, 'slack.socket');
  let loops: readonly Promise<void>[] = [];

  function open(): SocketLine {
    const line = openSocketLine({ ...deps, logger });
    lines.add(line);
    void line.closed.then(() => lines.delete(line));
    return line;
  }

  async function keepOneLine(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const opened = performance.now();
      const end: LineEnd = await open().ended;
      deps.metrics.count('deskbridge_slack_socket_ends_total', { end: end.kind });
      const shortLived = performance.now() - opened < SHORT_MS;
      failures = end.kind === 'failed' || shortLived ? failures + 1 : 0;
      if (end.kind === 'failed' && !stopping.signal.aborted) {
        deps.log.error(
          { part: 'slack.socket', reason: end.reason, failures },
          'Slack refuses the socket; trying again',
        );
      }
      // A line that Slack moved is replaced at once, else there would be a gap; but not in a circle.
      if (end.kind === 'failed' || failures > 1)
        await pauseFor(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS), stopping.signal);
    }
  }

  return {
    start() {
      loops = Array.from({ length: deps.connections ?? 2 }, () => keepOneLine());
    },
    connected: () => [...lines].filter((line) => line.isUp()).length,
    async stop() {
      stopping.abort();
      await Promise.all([...lines].map((line) => line.hangUp()));
      await Promise.all(loops);
    },
  };
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch {
    // Stopped while waiting: the loop looks at the signal itself.
  }
}
