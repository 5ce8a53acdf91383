import { InstallId } from '../../src/model/ids.ts';
import type { Lease } from '../../src/store/leases.ts';
import type { Store, StoreTx } from '../../src/store/store.ts';
import { createActs } from './memory/acts.ts';
import { createBudgets } from './memory/budgets.ts';
import type { Db } from './memory/db.ts';
import { createDeliveries } from './memory/deliveries.ts';
import { createDuplicates } from './memory/duplicates.ts';
import { createErrands } from './memory/errands.ts';
import { createItems } from './memory/items.ts';
import { createLeaseBook, type Fence, fence, release } from './memory/leases.ts';
import { createLinks } from './memory/links.ts';
import { createMoves } from './memory/moves.ts';
import { createDigests, createHomes, createNotices } from './memory/notices.ts';
import { createOperations } from './memory/operations.ts';
import { createReadings } from './memory/readings.ts';
import {
  createApprovals,
  createApprovers,
  createCensus,
  createInvitations,
  createParked,
  createPolicyKeepers,
  createPrincipals,
  createReceipts,
  createRequests,
  createSaid,
  createSeals,
  createTokens,
} from './memory/receipts.ts';
import { createRouting } from './memory/routing.ts';
import { createAccounts, createAudit, createConfigurations, createPeople } from './memory/settings.ts';
import { createThreads } from './memory/threads.ts';
import { createWatchers } from './memory/watchers.ts';

const INSTALL = InstallId.parse('00000000-0000-7000-8000-ffffffffffff');

/** What happens to the process around its store: it may die between two transactions, or stand still. */
export interface AroundStore {
  /** Before a transaction begins and after it has been committed. */
  step(name: 'store.before' | 'store.after'): Promise<void> | null;
  /** The gate of the lease; a planted bug leaves it open. */
  readonly fence: Fence;
}

const steady: AroundStore = { step: () => null, fence };

function groups(db: Db): StoreTx {
  return {
    accounts: createAccounts(db),
    audit: createAudit(db),
    budgets: createBudgets(db),
    census: createCensus(),
    configurations: createConfigurations(db),
    deliveries: createDeliveries(db),
    digests: createDigests(),
    errands: createErrands(db),
    homes: createHomes(),
    invitations: createInvitations(),
    items: createItems(db),
    links: createLinks(db),
    moves: createMoves(db),
    notices: createNotices(db),
    operations: createOperations(db),
    parked: createParked(db),
    people: createPeople(db),
    policyKeepers: createPolicyKeepers(),
    principals: createPrincipals(),
    readings: createReadings(db),
    receipts: createReceipts(db),
    requests: createRequests(),
    routing: createRouting(db),
    said: createSaid(db),
    seals: createSeals(),
    threads: createThreads(db),
    tokens: createTokens(),
    duplicates: createDuplicates(db),
    watchers: createWatchers(db),
    acts: createActs(db),
    approvals: createApprovals(),
    approvers: createApprovers(),
  };
}

/**
 * The face of the store over maps: the same keys, the same answers, on a clock that stands still. A test runs random
 * calls against it and against Postgres, so that it cannot lie.
 */
export function createMemoryStore(db: Db, around: AroundStore = steady): Store {
  const all = groups(db);

  async function transaction<T>(work: (tx: StoreTx) => Promise<T>): Promise<T> {
    const before = around.step('store.before');
    if (before !== null) await before;
    const result = await db.transaction(() => work(all));
    const after = around.step('store.after');
    if (after !== null) await after;
    return result;
  }

  return {
    ...all,
    install: INSTALL,
    transaction,
    fenced: (lease: Lease, work) =>
      transaction(async (tx) => {
        around.fence(db, lease);
        return await work(tx);
      }),
    leases: (owner, ttlMs) => createLeaseBook(db, owner, ttlMs),
    release: (lease) => transaction(async () => release(db, lease)),
    now: async () => new Date(db.clock.now),
    async ping() {},
  };
}
