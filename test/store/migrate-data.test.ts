/** A database that worked with the first schema goes on with the newest one: nothing is lost, nothing is said twice. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { plainDoc } from '../../src/model/doc.ts';
import { LinkId } from '../../src/model/ids.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { createEnvelope } from '../../src/store/envelope.ts';
import { migrate } from '../../src/store/migrate.ts';
import { up as foundation } from '../../src/store/migrations/001-foundation.ts';
import { createStore, installNamed } from '../../src/store/store.ts';
import { testDatabase } from '../support/database.ts';
import { dropCopies, rows } from './open-store.ts';

after(dropCopies);

/** The first schema with one request in it, as the first version wrote it. */
async function firstVersion(t: { after(work: () => Promise<void>): void }) {
  const { url } = await testDatabase(t);
  const db = openDatabase(url, { max: 2 });
  t.after(() => db.destroy());
  const getMigrations = async () => ({ '001-foundation': { up: foundation } });
  const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest();
  assert.equal(error, undefined);
  const install = await installNamed(db, 'test');
  const envelope = createEnvelope([randomBytes(32)]);
  const link = LinkId.parse(randomUUID());
  const request = envelope.seal(
    { install, table: 'link', row: link, column: 'request' },
    Buffer.from(JSON.stringify({ summary: 'No power', details: 'one\ntwo' })),
  );
  await sql`insert into link (install_id, id, origin, shard_hash, state, home, team, requester, kind, queue, connector,
      priority, privacy, rule, reason, request)
    values (${install}, ${link}, 'o', 0, 'live', 'thread', 'T1', 'U1', 'iam', 'q', 'desk', 'high', 'thread', 'r', 'why',
      ${request})`.execute(db);
  await sql`insert into place (install_id, link_id, role, team, channel, root_ts)
    values (${install}, ${link}, 'primary', 'T1', 'C1', '1.000000')`.execute(db);
  await sql`insert into ticket (install_id, link_id, generation, connector, site, ticket_id, key, summary, status_name,
      status_category, priority, comments_since)
    values (${install}, ${link}, 1, 'desk', 's', '77', 'IT-1', 'No power', 'Open', 'new', 'High', now())`.execute(
    db,
  );
  return { db, install, envelope, link };
}
type First = Awaited<ReturnType<typeof firstVersion>>;

interface OldItem {
  readonly origin: 'slack' | 'ticket';
  readonly ts: string | null;
  readonly comment: string | null;
  readonly at: number;
  readonly visibility?: string;
}

async function addItem({ db, install, link }: First, item: OldItem): Promise<string> {
  const id = randomUUID();
  await sql`insert into item (install_id, id, link_id, origin, slack_channel, slack_ts, comment_id, at_micros, visibility)
    values (${install}, ${id}, ${link}, ${item.origin}, ${item.ts === null ? null : 'C1'}, ${item.ts}, ${item.comment},
      ${item.at}, ${item.visibility ?? 'public'})`.execute(db);
  return id;
}

interface OldOperation {
  readonly lane: 'slack' | 'ticket';
  readonly body: { readonly kind: string; readonly [more: string]: unknown };
  readonly state: string;
  readonly item?: string;
}

async function addOperation(first: First, seq: number, old: OldOperation): Promise<string> {
  const { db, install, link, envelope } = first;
  const id = randomUUID();
  const payload = envelope.seal(
    { install, table: 'operation', row: id, column: 'payload' },
    Buffer.from(JSON.stringify(old.body)),
  );
  const started = old.state === 'sending' ? new Date() : null;
  await sql`insert into operation (install_id, id, link_id, lane, seq, kind, item_id, marker, payload, state, started_at,
      not_after, reason, blocks)
    values (${install}, ${id}, ${link}, ${old.lane}, ${seq}, ${old.body.kind}, ${old.item ?? null},
      ${`dsk-${id.replaceAll('-', '')}`}, ${payload}, ${old.state}, ${started}, ${started},
      ${old.state === 'parked' ? 'no access' : null}, ${old.state === 'parked'})`.execute(db);
  return id;
}

const oldComment = (text: string) => ({
  kind: 'comment',
  author: 'Alma',
  text,
  channel: 'C1',
  ts: '3.000000',
});
const oldPost = { kind: 'post', author: 'Dana on IT-1', text: 'hello', comment: '8', where: 'conversation' };
const oldWrite = { kind: 'write', status: 'done', actor: 'Alma' };
const oldCreate = {
  kind: 'create',
  target: { queue: 'q' },
  summary: 'No power',
  description: 'one\ntwo',
  requester: { name: 'Alma', email: null },
};

async function states(db: Db): Promise<ReadonlyMap<string, string>> {
  const found = await sql<{ id: string; state: string }>`select id, state from operation`.execute(db);
  return new Map(found.rows.map((row) => [row.id, row.state]));
}

test('what was mirrored is an item with its copy; what was not stays an item without one; the first message opens', async (t) => {
  const first = await firstVersion(t);
  const opening = await addItem(first, { origin: 'slack', ts: '1.000000', comment: null, at: 1_000_000 });
  const reply = await addItem(first, { origin: 'slack', ts: '2.000000', comment: '100', at: 2_000_000 });
  const silent = await addItem(first, { origin: 'slack', ts: '3.000000', comment: null, at: 3_000_000 });
  const answer = await addItem(first, { origin: 'ticket', ts: '4.000000', comment: '200', at: 4_000_000 });
  const note = await addItem(first, {
    origin: 'ticket',
    ts: null,
    comment: '201',
    at: 5_000_000,
    visibility: 'internal',
  });
  await migrate(first.db);

  const { items, links } = createStore(first.db, first.install, first.envelope);
  const read = new Map((await items.of(first.link)).map((item) => [item.id, item]));
  const shown = (id: string) => {
    const item = read.get(id);
    return [
      item?.kind,
      item?.origin,
      item?.channel,
      item?.nativeId,
      item?.opens,
      item?.copies.map((copy) => `${copy.channel} ${copy.nativeId}`),
    ];
  };
  assert.deepEqual(shown(opening), ['message', 'slack', 'C1', '1.000000', true, []]);
  assert.deepEqual(shown(reply), ['message', 'slack', 'C1', '2.000000', false, ['null 100']]);
  assert.deepEqual(shown(silent), ['message', 'slack', 'C1', '3.000000', false, []]);
  assert.deepEqual(shown(answer), ['message', 'ticket', null, '200', false, ['C1 4.000000']]);
  assert.deepEqual(shown(note), ['message', 'ticket', null, '201', false, []]);
  assert.equal(read.get(note)?.visibility, 'internal');
  assert.deepEqual(
    [...read.values()].map((item) => [item.stamp, item.gone]),
    Array.from({ length: 5 }, () => [null, false]),
  );
  assert.deepEqual(read.size, 5);

  const link = await links.get(first.link);
  assert.deepEqual(link?.request, { summary: 'No power', details: plainDoc('one\ntwo') });
  assert.deepEqual(link?.ticket?.fields, {
    summary: 'No power',
    status: { name: 'Open', category: 'new' },
    resolution: null,
    priority: 'High',
    impact: null,
    urgency: null,
    assignee: null,
    group: null,
  });
  assert.deepEqual([link?.ownChange, link?.internal, link?.parkedWhy], [null, null, null]);
});

test('a first message that was mirrored as a comment does not open: the ticket was made from a form', async (t) => {
  const first = await firstVersion(t);
  await addItem(first, { origin: 'slack', ts: '2.000000', comment: '100', at: 2_000_000 });
  await migrate(first.db);
  assert.deepEqual(await rows(first.db, 'select opens from item'), [{ opens: false }]);
});

test('what the first version had planned still goes, in today’s words; only a change of status is left to a fresh reading', async (t) => {
  const first = await firstVersion(t);
  const create = await addOperation(first, 1, { lane: 'ticket', body: oldCreate, state: 'ready' });
  const comment = await addOperation(first, 2, { lane: 'ticket', body: oldComment('a'), state: 'ready' });
  const parked = await addOperation(first, 3, { lane: 'ticket', body: oldComment('b'), state: 'parked' });
  const write = await addOperation(first, 4, { lane: 'ticket', body: oldWrite, state: 'ready' });
  const post = await addOperation(first, 1, { lane: 'slack', body: oldPost, state: 'ready' });
  const notice = await addOperation(first, 2, {
    lane: 'slack',
    body: { ...oldPost, author: null, comment: null },
    state: 'ready',
  });
  const card = await addOperation(first, 3, { lane: 'slack', body: { kind: 'card' }, state: 'ready' });
  await migrate(first.db);
  const now = await states(first.db);
  assert.deepEqual(
    [create, comment, parked, write, post].map((id) => now.get(id)),
    ['ready', 'ready', 'parked', 'skipped', 'ready'],
  );
  assert.deepEqual(
    await rows(first.db, 'select ticket_stale > 0 as stale, wake_at is not null as awake from link'),
    [{ stale: true, awake: true }],
  );
  const { operations } = createStore(first.db, first.install, first.envelope);
  const open = new Map((await operations.open(first.link)).map(({ id, body }) => [id.toString(), body]));
  assert.deepEqual([...open.keys()].sort(), [create, comment, parked, post, notice, card].sort());
  assert.deepEqual(open.get(create), { ...oldCreate, description: plainDoc('one\ntwo') });
  assert.deepEqual(open.get(post), { kind: 'say', comment: '8', part: 1 });
  assert.deepEqual(open.get(notice), { kind: 'post', text: 'hello', where: 'conversation' });
});

test('what was under way keeps its proof: it is looked up, not sent a second time', async (t) => {
  const first = await firstVersion(t);
  const item = await addItem(first, { origin: 'slack', ts: '3.000000', comment: null, at: 3_000_000 });
  const comment = await addOperation(first, 1, {
    lane: 'ticket',
    body: oldComment('a\nb'),
    state: 'sending',
    item,
  });
  const write = await addOperation(first, 2, { lane: 'ticket', body: oldWrite, state: 'sending' });
  const post = await addOperation(first, 1, { lane: 'slack', body: oldPost, state: 'sending' });
  await migrate(first.db);
  const { operations } = createStore(first.db, first.install, first.envelope);
  const open = new Map((await operations.open(first.link)).map((one) => [one.id.toString(), one]));
  assert.deepEqual(open.get(comment)?.body, {
    kind: 'comment',
    author: 'Alma',
    by: null,
    body: plainDoc('a\nb'),
    part: 1,
    of: 1,
    visibility: 'public',
    channel: 'C1',
    ts: '3.000000',
    withdrawn: false,
  });
  assert.deepEqual([open.get(comment)?.state, open.get(post)?.state], ['sending', 'sending']);
  assert.deepEqual(open.get(post)?.body.kind, 'say');
  // Setting a status twice changes nothing, and the ticket is read again to see what it is.
  assert.equal((await states(first.db)).get(write), 'skipped');
});

test('what was done stays done, and its marks are known as ours', async (t) => {
  const first = await firstVersion(t);
  const done = await addOperation(first, 1, { lane: 'ticket', body: oldComment('a'), state: 'done' });
  await sql`update operation set remote_id = '100' where id = ${done}`.execute(first.db);
  await migrate(first.db);
  const { operations } = createStore(first.db, first.install, first.envelope);
  const ours = await operations.ours(first.link);
  assert.deepEqual([ours.has('100'), ours.has(`dsk-${done.replaceAll('-', '')}`)], [true, true]);
  assert.equal((await states(first.db)).get(done), 'done');
});
