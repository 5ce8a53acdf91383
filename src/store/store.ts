import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { InstallId } from '../model/ids.ts';
import { createAccounts } from './accounts.ts';
import { createActs } from './acts.ts';
import { createApprovals } from './approvals.ts';
import { createApprovers } from './approvers.ts';
import { createAudit } from './audit.ts';
import { createBudgets } from './budgets.ts';
import { createCensus } from './census.ts';
import { createConfigurations } from './configurations.ts';
import type { Db } from './database.ts';
import { createDeliveries } from './deliveries.ts';
import { createDigests } from './digests.ts';
import { createDuplicates } from './duplicates.ts';
import type { Envelope } from './envelope.ts';
import { createErrands } from './errands.ts';
import { createHomes } from './homes.ts';
import { createInvitations } from './invitations.ts';
import { createItems } from './items.ts';
import { createLeaseBook, fence, type Lease, type LeaseBook, release } from './leases.ts';
import { createLinks } from './links.ts';
import { createMoves } from './moves.ts';
import { createNotices } from './notices.ts';
import { createOperations } from './operations.ts';
import { createParked } from './parked.ts';
import { createPeople } from './people.ts';
import { createPolicyKeepers } from './policy-keepers.ts';
import { createPrincipals } from './principals.ts';
import { createReadings } from './readings.ts';
import { createReceipts } from './receipts.ts';
import { createRequests } from './requests.ts';
import { createRouting } from './routing.ts';
import { createSaid } from './said.ts';
import type { Scope } from './scope.ts';
import { createSeals } from './seals.ts';
import { createThreads } from './threads.ts';
import { createTokens } from './tokens.ts';
import { createWatchers } from './watchers.ts';

/** All queries of one install, over one connection pool or one transaction. */
export type Store = ReturnType<typeof createStore>;

function groups(scope: Scope) {
  return {
    accounts: createAccounts(scope),
    acts: createActs(scope),
    approvals: createApprovals(scope),
    approvers: createApprovers(scope),
    audit: createAudit(scope),
    budgets: createBudgets(scope),
    census: createCensus(scope),
    configurations: createConfigurations(scope),
    deliveries: createDeliveries(scope),
    digests: createDigests(scope),
    duplicates: createDuplicates(scope),
    errands: createErrands(scope),
    homes: createHomes(scope),
    invitations: createInvitations(scope),
    items: createItems(scope),
    links: createLinks(scope),
    moves: createMoves(scope),
    notices: createNotices(scope),
    operations: createOperations(scope),
    parked: createParked(scope),
    people: createPeople(scope),
    policyKeepers: createPolicyKeepers(scope),
    principals: createPrincipals(scope),
    readings: createReadings(scope),
    receipts: createReceipts(scope),
    requests: createRequests(scope),
    routing: createRouting(scope),
    said: createSaid(scope),
    seals: createSeals(scope),
    threads: createThreads(scope),
    tokens: createTokens(scope),
    watchers: createWatchers(scope),
  };
}

/** The queries inside a transaction. */
export type StoreTx = ReturnType<typeof groups>;

export function createStore(db: Db, install: InstallId, envelope: Envelope) {
  const scope: Scope = { db, install, envelope };
  return {
    ...groups(scope),
    install,

    transaction<T>(work: (tx: StoreTx) => Promise<T>): Promise<T> {
      return db.transaction().execute((tx) => work(groups({ ...scope, db: tx })));
    },

    /** A transaction that commits only while the lease is ours. @throws LeaseLost */
    fenced<T>(lease: Lease, work: (tx: StoreTx) => Promise<T>): Promise<T> {
      return db.transaction().execute(async (tx) => {
        await fence({ ...scope, db: tx }, lease);
        return await work(groups({ ...scope, db: tx }));
      });
    },

    leases: (owner: string, ttlMs: number): LeaseBook => createLeaseBook(scope, owner, ttlMs),

    release: (lease: Lease): Promise<void> =>
      db.transaction().execute((tx) => release({ ...scope, db: tx }, lease)),

    /** The one time that deadlines are compared with. */
    async now(): Promise<Date> {
      const found = await sql<{ now: Date }>`select deskbridge_now() as now`.execute(db);
      return found.rows[0]?.now ?? new Date();
    },

    /** Does the database answer, and from this schema? */
    async ping(): Promise<void> {
      await sql`select deskbridge_now()`.execute(db);
    },
  };
}

/** The id of the install of this name; made on first use. */
export async function installNamed(db: Db, name: string): Promise<InstallId> {
  await sql`insert into install (id, name) values (${uuidv7()}, ${name}) on conflict (name) do nothing`.execute(
    db,
  );
  const found = await sql<{ id: string }>`select id from install where name = ${name}`.execute(db);
  return InstallId.parse(found.rows[0]?.id);
}
