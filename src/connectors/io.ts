import { AsyncLocalStorage } from 'node:async_hooks';
import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Io, IoLimits, IoPoint } from '../model/io.ts';
import type { Metrics } from '../model/metrics.ts';
import { createWays } from './ways.ts';

/** The lease ended before the socket was opened: nothing was sent, somebody else owns the work. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

interface Scope {
  readonly point: IoPoint;
  readonly limits: IoLimits;
  readonly signal: AbortSignal;
}

export interface IoOptions {
  readonly metrics: Metrics;
  /** Called at every crash point, e.g. "slack.post.send:before", "slack.post.send:exchanged". Tests end the process here. */
  readonly crashPoint?: (name: string) => void;
  /** Whether a ticket system may live at a private address. */
  readonly privateAddresses?: boolean;
  /** Instead of the system's resolver. */
  readonly lookup?: LookupFunction;
}

export function createIo(options: IoOptions): Io {
  const scopes = new AsyncLocalStorage<Scope>();
  const crashPoint = options.crashPoint ?? (() => {});

  const ways = createWays(options);

  return {
    wayTo: ways,
    async run(point, limits, work) {
      const started = performance.now();
      const timeout = AbortSignal.timeout(limits.timeoutMs);
      crashPoint(`${point}:before`);
      let result = 'threw';
      try {
        const value = await scopes.run({ point, limits, signal: timeout }, work);
        result = 'returned';
        return value;
      } finally {
        options.metrics.observe('deskbridge_io_ms', performance.now() - started, { point, result });
        if (result === 'returned') crashPoint(`${point}:after`);
      }
    },

    async exchange(work) {
      const scope = scopes.getStore();
      if (scope === undefined) throw new Error('An outbound request was made outside io.run()');
      scope.signal.throwIfAborted();
      if (scope.limits.notAfter !== undefined && performance.now() >= scope.limits.notAfter()) {
        throw new DeadlinePassed(`${scope.point}: the lease ended before the request was sent`);
      }
      const answer = await work(scope.signal);
      crashPoint(`${scope.point}:exchanged`);
      return answer;
    },
  };
}
