import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

const AWAY_MS = 90_000;
const NOTHING = { waiting: [], parkedSince: null, away: [], threadDue: false, givenUp: 0, readAt: null };
const SILENT = new Set(['card', 'whisper']);

/** What a link waits for, on paper. */
export function createReceipts(db: Db): Store['receipts'] {
  return {
    async outlook(link) {
      const row = db.links.get(link);
      if (row === undefined) return NOTHING;
      const waiting = [...db.operations.values()]
        .filter((one) => one.link === link && !SILENT.has(one.body.kind))
        .sort((a, b) => a.createdAt - b.createdAt || a.seq - b.seq)
        .flatMap(({ lane, body, state, blocks, createdAt, finishedAt, nextAt, reason }) => {
          if (state === 'done' || state === 'skipped') return [];
          const budget = db.budgets.get(lane === 'slack' ? 'slack' : (row.route?.connector ?? ''));
          const pausedUntil = budget?.pausedUntil ?? 0;
          const why = pausedUntil > db.clock.now ? (budget?.reason ?? null) : null;
          const stopped = state === 'parked';
          return [
            {
              lane,
              kind: body.kind,
              state,
              blocks,
              since: new Date(stopped ? (finishedAt ?? 0) : createdAt),
              nextAt: new Date(pausedUntil > db.clock.now ? Math.max(nextAt, pausedUntil) : nextAt),
              reason: stopped ? reason : why,
            },
          ];
        });
      const away = (['slack', 'ticket'] as const).flatMap((lane) => {
        const budget = db.budgets.get(lane === 'slack' ? 'slack' : (row.route?.connector ?? ''));
        const until = budget?.pausedUntil ?? 0;
        const isAway =
          until > db.clock.now || ((budget?.failures ?? 0) > 0 && until > db.clock.now - AWAY_MS);
        return isAway ? [{ lane, reason: budget?.reason ?? '' }] : [];
      });
      return {
        parkedSince: row.parkedAt === null ? null : new Date(row.parkedAt),
        waiting,
        away,
        threadDue: row.threadDue,
        givenUp: 0,
        readAt: row.ticketReadAt === null ? null : new Date(row.ticketReadAt),
      };
    },
    unread: askedByOperators,
    repaired: askedByOperators,
    find: askedByOperators,
  };
}

/** What flows never ask has no answer on paper. */
function askedByOperators(): never {
  throw new Error('Only the commands of operators ask this, and only of Postgres');
}

export function createParked(): Store['parked'] {
  return {
    links: askedByOperators,
    bodyOf: askedByOperators,
    edit: askedByOperators,
    resume: askedByOperators,
  };
}

export function createCensus(): Store['census'] {
  return {
    counts: askedByOperators,
    linksAfter: askedByOperators,
    undone: askedByOperators,
    operations: askedByOperators,
    audit: askedByOperators,
    withoutBody: askedByOperators,
  };
}
