import { GIVEN_UP } from '../../../src/model/link.ts';
import { NO_FACTS } from '../../../src/model/person.ts';
import { APART } from '../../../src/store/deliveries.ts';
import { sentFileOf } from '../../../src/store/parked.ts';
import { apart } from '../../../src/store/receipts.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';
import { byLane } from './operations.ts';

const AWAY_MS = 90_000;
const NOTHING = { waiting: [], parkedSince: null, away: [], threadDue: false, givenUp: 0, readAt: null };
const SILENT = new Set(['card', 'whisper', 'tell', 'backlink', 'approval-card']);

/** What a link waits for, on paper. */
export function createReceipts(db: Db): Store['receipts'] {
  return {
    async outlook(link) {
      const row = db.links.get(link);
      if (row === undefined) return NOTHING;
      const waiting = [...db.operations.values()]
        .filter((one) => one.link === link && !SILENT.has(one.body.kind))
        .sort((a, b) => a.createdAt - b.createdAt || byLane(a, b))
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
      const left = [...db.deliveries.values()]
        .filter((one) => one.link === link && one.state === 'sorted' && one.reason === APART)
        .map(({ receivedAt }) => apart(new Date(receivedAt)));
      const away = (['slack', 'ticket'] as const).flatMap((lane) => {
        const budget = db.budgets.get(lane === 'slack' ? 'slack' : (row.route?.connector ?? ''));
        const until = budget?.pausedUntil ?? 0;
        const isAway =
          until > db.clock.now || ((budget?.failures ?? 0) > 0 && until > db.clock.now - AWAY_MS);
        return isAway ? [{ lane, reason: budget?.reason ?? '' }] : [];
      });
      return {
        parkedSince: row.parkedAt === null ? null : new Date(row.parkedAt),
        waiting: [...waiting, ...left],
        away,
        threadDue: row.threadDue,
        givenUp: 0,
        readAt: row.ticketReadAt === null ? null : new Date(row.ticketReadAt),
      };
    },
    hasOperations: async (link) => [...db.operations.values()].some((one) => one.link === link),
    unread: askedByOperators,
    repaired: askedByOperators,
    find: askedByOperators,
  };
}

/** What flows never ask has no answer on paper. */
export function askedByOperators(): never {
  throw new Error('Only the commands of operators ask this, and only of Postgres');
}

export function createParked(db: Db): Store['parked'] {
  return {
    async stopOf(link) {
      const stopped = [...db.operations.values()].filter(
        (one) => one.link === link && one.state === 'parked' && one.blocks,
      );
      return stopped.sort(byLane)[0]?.reason ?? null;
    },
    async givenUpFiles(link) {
      const lost = [...db.operations.values()].filter(
        (one) =>
          one.link === link &&
          one.state === 'skipped' &&
          one.reason === GIVEN_UP &&
          one.startedAt !== null &&
          one.remoteId === null,
      );
      return lost.flatMap(({ id, body, startedAt, finishedAt }) => {
        const file = sentFileOf(body);
        const [from, to] = [new Date(startedAt ?? 0), new Date(finishedAt ?? 0)];
        return file === null ? [] : [{ ...file, operation: id, from, to }];
      });
    },
    async adopt(id, remoteId) {
      const row = db.operations.get(id);
      if (row?.state === 'skipped') db.change(row, { remoteId });
    },

    links: askedByOperators,
    messages: askedByOperators,
    retryMessage: askedByOperators,
    bodyOf: askedByOperators,
    async edit(id, body) {
      const row = db.operations.get(id);
      if (row?.state !== 'parked' || row.startedAt !== null) return false;
      db.change(row, { body });
      return true;
    },
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

export function createTokens(): Store['tokens'] {
  return {
    get: askedByOperators,
    all: askedByOperators,
    save: askedByOperators,
    claim: askedByOperators,
    renewed: askedByOperators,
    release: askedByOperators,
    refuse: askedByOperators,
    remove: askedByOperators,
  };
}

export function createInvitations(): Store['invitations'] {
  return {
    create: askedByOperators,
    look: askedByOperators,
    begin: askedByOperators,
    finish: askedByOperators,
    take: askedByOperators,
    redeem: askedByOperators,
    forget: askedByOperators,
  };
}

/** Nobody on paper was told of by a directory. */
export function createPrincipals(): Store['principals'] {
  return {
    factsOf: async () => NO_FACTS,
    deactivated: async () => new Set(),
    of: async () => null,
    all: askedByOperators,
    addresses: askedByOperators,
    take: askedByOperators,
    bind: askedByOperators,
    unbind: askedByOperators,
    ofSlack: askedByOperators,
    setActive: askedByOperators,
  };
}

/** Nobody on paper asks for approvals: their own tests run on Postgres. */
export function createApprovals(): Store['approvals'] {
  return {
    get: askedByOperators,
    ofLink: async () => [],
    askedOf: askedByOperators,
    countOf: askedByOperators,
    named: askedByOperators,
    approvedLately: askedByOperators,
    open: askedByOperators,
    hold: askedByOperators,
    save: askedByOperators,
    keepNative: askedByOperators,
    refused: askedByOperators,
    unopened: askedByOperators,
    tokens: { add: askedByOperators, consume: askedByOperators, forget: async () => {} },
    cards: {
      of: askedByOperators,
      put: askedByOperators,
      at: async () => null,
      forget: askedByOperators,
    },
    questions: {
      add: askedByOperators,
      of: askedByOperators,
      waitingOn: async () => [],
      answer: askedByOperators,
    },
    asked: {
      add: askedByOperators,
      of: askedByOperators,
      drop: askedByOperators,
      reminded: askedByOperators,
    },
    bound: { words: askedByOperators, say: askedByOperators, isEdited: askedByOperators },
    delegations: { standing: askedByOperators, add: askedByOperators, end: askedByOperators },
    history: { endedOf: askedByOperators, entryOf: askedByOperators },
  };
}

export function createApprovers(): Store['approvers'] {
  return {
    people: askedByOperators,
    active: askedByOperators,
    hold: askedByOperators,
    bySlack: askedByOperators,
    inGroup: askedByOperators,
    managerOf: askedByOperators,
  };
}

export function createSeals(): Store['seals'] {
  return { counts: askedByOperators, reseal: askedByOperators };
}

/** A start takes policies before flows begin. */
export function createPolicyKeepers(): Store['policyKeepers'] {
  return { accepted: askedByOperators, hold: askedByOperators, accept: askedByOperators };
}

/** What an operator was told, so that he is told once. */
export function createSaid(db: Db): Store['said'] {
  return {
    async once(subject, occasion) {
      const key = JSON.stringify([subject, occasion]);
      if (db.said.has(key)) return false;
      db.put(db.said, key, { subject });
      return true;
    },
    async over(subject) {
      const gone = [...db.said].filter(([, one]) => one.subject === subject);
      for (const [key] of gone) db.drop(db.said, key);
      return gone.length > 0;
    },
  };
}

export function createRequests(): Store['requests'] {
  return {
    openOf: askedByOperators,
    ofPerson: askedByOperators,
    forResponder: askedByOperators,
    withTicket: askedByOperators,
    named: askedByOperators,
  };
}
