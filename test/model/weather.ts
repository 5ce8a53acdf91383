import { AsyncLocalStorage } from 'node:async_hooks';
import type { Io, IoLimits, IoPoint } from '../../src/model/io.ts';
import { type Outcome, rejected, retryLater, unknownEffect } from '../../src/model/outcome.ts';
import type { Life } from './life.ts';
import type { Clock } from './memory/db.ts';

/** What may become of one exchange with a vendor. */
export const FATES = [
  /** The request is lost. */
  'lost',
  /** It is done, and the answer is lost. */
  'answer-lost',
  /** No answer in time, and nothing done. */
  'hang',
  /** No answer in time, and done much later. */
  'late',
  /** Asked to slow down. */
  'limit',
  /** A web page instead of an answer, although it was done. */
  'html',
  /** Nobody answers. */
  'down',
  /** Refused as malformed. */
  'refused',
  /** Our sign-in is refused. */
  'auth',
] as const;
/** `forbidden` and `unseen` are for single stories: what may not be looked at stays in doubt until a person acts. */
export type Fate = (typeof FATES)[number] | 'forbidden' | 'unseen';

export interface PlannedFate {
  /** Beginning of the names of the points that it befalls. */
  readonly at: string;
  readonly fate: Fate;
  left: number;
  readonly ms: number;
}

/** What befalls calls to the outside: planned faults, lagging reads, and effects that come late. */
export interface Weather {
  readonly planned: PlannedFate[];
  /** How far the reads of this system lag behind, in milliseconds. */
  readonly lagMs: Map<string, number>;
  /** Effects that are still on their way. */
  readonly late: { readonly at: number; readonly effect: () => void }[];
  /** How often which fate befell a call. */
  readonly befell: Map<string, number>;
  clear(): void;
}

export function createWeather(): Weather {
  const weather: Weather = {
    planned: [],
    lagMs: new Map(),
    late: [],
    befell: new Map(),
    clear() {
      weather.planned.length = 0;
      weather.lagMs.clear();
    },
  };
  return weather;
}

/**
 * So late an effect may still come, in milliseconds: together with the longest lag of reads it is less than the time after
 * which absence counts. What sets a state counts as absent soon, because doing it again is harmless.
 */
const LATEST: Partial<Record<IoPoint, number>> = {
  'slack.post.send': 15_000,
  'ticket.comment.send': 30_000,
  'ticket.create.send': 30_000,
};
const lateMs = (point: IoPoint, wanted: number) => Math.min(wanted, LATEST[point] ?? 0);

export type CallKind = 'write' | 'read';

/** One exchange with a vendor; `work` is what happens there. */
export type Exchange = <T>(kind: CallKind, work: () => Outcome<T>) => Promise<Outcome<T>>;

class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

interface Scope {
  readonly point: IoPoint;
  readonly limits: IoLimits;
}

export interface PaperIo {
  readonly io: Io;
  readonly exchange: Exchange;
}

/** The seam to the outside without sockets and timers: time passes when somebody says so. */
export function createPaperIo(options: {
  readonly clock: Clock;
  readonly weather: Weather;
  readonly life: Life;
  /** Lets time pass while the process waits for an answer. */
  readonly wait: (ms: number) => void;
}): PaperIo {
  const { clock, weather, life, wait } = options;
  const scopes = new AsyncLocalStorage<Scope>();

  function fateOf(point: IoPoint): PlannedFate | null {
    const planned = weather.planned.find(({ at }) => point.startsWith(at));
    if (planned === undefined) return null;
    planned.left -= 1;
    if (planned.left <= 0) weather.planned.splice(weather.planned.indexOf(planned), 1);
    weather.befell.set(planned.fate, (weather.befell.get(planned.fate) ?? 0) + 1);
    return planned;
  }

  function meet<T>(scope: Scope, kind: CallKind, work: () => Outcome<T>): Outcome<T> {
    const planned = fateOf(scope.point);
    if (planned === null) return work();
    const unclear = () =>
      kind === 'write' ? unknownEffect('No answer came') : retryLater('No answer came', 'destination');
    switch (planned.fate) {
      case 'lost':
        return unclear();
      case 'answer-lost':
      case 'html':
        work();
        return unclear();
      case 'hang':
        wait(scope.limits.timeoutMs);
        return unclear();
      case 'late': {
        wait(scope.limits.timeoutMs);
        weather.late.push({ at: clock.now + lateMs(scope.point, planned.ms), effect: work });
        return unclear();
      }
      case 'limit':
        return retryLater('Asked to slow down', 'destination', planned.ms);
      case 'down':
        return retryLater('Nobody answers', 'destination');
      case 'refused':
        return kind === 'write'
          ? rejected('invalid', 'It was refused as malformed.')
          : retryLater('Something failed there', 'destination');
      case 'forbidden':
        return rejected('forbidden', 'The account may not see this.');
      case 'unseen':
        return rejected('not-found', 'There is no such thing, or it is not shown to this account.');
      case 'auth':
        return rejected('auth', 'The sign-in of the bridge is refused; an administrator must renew it.');
    }
  }

  return {
    io: {
      async run(point, limits, work) {
        const before = life.step(`${point}:before`);
        if (before !== null) await before;
        const result = await scopes.run({ point, limits }, work);
        const after = life.step(`${point}:after`);
        if (after !== null) await after;
        return result;
      },
      exchange() {
        throw new Error('Vendors on paper are asked through exchange() of the weather');
      },
      wayTo() {
        throw new Error('No way leads to vendors on paper');
      },
    },
    async exchange(kind, work) {
      const scope = scopes.getStore();
      if (scope === undefined) throw new Error('An outbound request was made outside io.run()');
      const { notAfter } = scope.limits;
      if (notAfter !== undefined && clock.now >= notAfter()) throw new DeadlinePassed(scope.point);
      const outcome = meet(scope, kind, work);
      const held = life.step(`${scope.point}:exchanged`);
      if (held !== null) await held;
      return outcome;
    },
  };
}
