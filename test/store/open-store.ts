import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type NewDelivery, Partition } from '../../src/model/delivery.ts';
import {
  type InstallId,
  type LinkId,
  SlackChannel,
  SlackTeam,
  SlackTs,
  SlackUser,
} from '../../src/model/ids.ts';
import type { Conversation } from '../../src/model/link.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { createEnvelope, type Envelope } from '../../src/store/envelope.ts';
import { createStore, installNamed, type Store } from '../../src/store/store.ts';
import type { TestDatabase } from '../support/database.ts';
import { migratedDatabase } from '../support/migrated-database.ts';

interface Scope {
  after(work: () => Promise<void>): void;
}

export interface OpenStore {
  readonly db: Db;
  readonly url: string;
  readonly store: Store;
  readonly install: InstallId;
  readonly envelope: Envelope;
  /** Moves the time that deadlines are compared with. */
  pass(ms: number): Promise<void>;
}

/** The copy for the next test: Postgres makes it while this one runs. */
let spare: Promise<TestDatabase> | null = null;
let drops: Promise<void>[] = [];

/** A store on a database of its own, dropped when the test ends. */
export async function openStore(t: Scope, options: { readonly max?: number } = {}): Promise<OpenStore> {
  const database = await (spare ?? migratedDatabase());
  spare = migratedDatabase();
  const db = openDatabase(database.url, { max: options.max ?? 10 });
  t.after(async () => {
    await db.destroy();
    drops.push(database.drop());
  });
  const envelope = createEnvelope([randomBytes(32)]);
  const install = await installNamed(db, 'test');
  return {
    db,
    url: database.url,
    store: createStore(db, install, envelope),
    install,
    envelope,
    async pass(ms) {
      await sql`insert into clock_offset (offset_by) values (make_interval(secs => ${ms / 1000}))
        on conflict (singleton) do update set offset_by = clock_offset.offset_by + excluded.offset_by`.execute(
        db,
      );
    },
  };
}

/** Call it after the last test of a file: removes what no test has left to remove. */
export async function dropCopies(): Promise<void> {
  await Promise.all(drops);
  drops = [];
  await (await spare)?.drop();
  spare = null;
}

export const TEAM = SlackTeam.parse('T1');
export const ALMA = SlackUser.parse('U1');

export function conversation(root: string, channel = 'C1'): Conversation {
  return { team: TEAM, channel: SlackChannel.parse(channel), root: SlackTs.parse(root) };
}

export function delivery(key: string, changes: Partial<NewDelivery> = {}): NewDelivery {
  return {
    source: 'slack',
    key,
    identity: null,
    partition: Partition.parse('install'),
    type: 'event',
    body: Buffer.from(`body of ${key}`),
    ...changes,
  };
}

let opened = 0;

/** A link with a thread of its own. */
export async function openLink(store: Pick<Store, 'links'>): Promise<LinkId> {
  opened += 1;
  const root = `${opened}.000000`;
  const id = await store.links.open({
    origin: `thread:T1:C1:${root}`,
    team: TEAM,
    requester: ALMA,
    home: 'thread',
    place: conversation(root),
  });
  if (id === null) throw new Error('The link exists already');
  return id;
}

/** Reads rows with columns of the caller's choice; numbers of postgres arrive as numbers. */
export async function rows(db: Db, text: string): Promise<readonly unknown[]> {
  return (await sql.raw(text).execute(db)).rows;
}
