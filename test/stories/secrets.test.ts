/** What people type by mistake goes no further than Slack and the sealed inbox. */
import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { InstallId } from '../../src/model/ids.ts';
import type { Log } from '../../src/model/log.ts';
import { envelopeOf } from '../../src/open-doors.ts';
import { EXCHANGES } from '../../src/sandbox/exchanges.ts';
import { SEALED_COLUMNS } from '../../src/store/seals.ts';
import { leaks, type SecretSample, secretSamples } from '../privacy/secret-samples.ts';
import { until } from '../support/until.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, quiet } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 60_000;
const ALMA = 'U0ALMA';
const INBOX = 'delivery_body';

/** Everything in the database that is not the sealed inbox: each table as text, and what its sealed columns hold. */
async function contents(story: Story): Promise<string> {
  const tables = await story.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  assert.ok(tables.length > 15, `${tables.length} tables`);
  const out: string[] = [];
  for (const { schema, name } of tables) {
    const found = await story.query<{ t: string }>(`select t::text as t from "${schema}"."${name}" t`);
    out.push(...found.map((row) => row.t));
  }
  const envelope = envelopeOf(story.config);
  const [install] = await story.query<{ id: string }>('select id from install');
  const id = InstallId.parse(install?.id);
  let open = 0;
  for (const { table, column, row } of SEALED_COLUMNS.filter((one) => one.table !== INBOX)) {
    const found = await story.query<{ row: string; sealed: Buffer }>(
      `select ${row} as row, "${column}" as sealed from "${table}" where "${column}" is not null`,
    );
    for (const { row: name, sealed } of found) {
      out.push(envelope.open({ install: id, table, row: name, column }, sealed).toString('utf8'));
      open += 1;
    }
  }
  assert.ok(open > 20, `${open} sealed values were opened`);
  return out.join('\n');
}

const leaked = (text: string, samples: readonly SecretSample[]) => {
  const squeezed = text.replaceAll(/[\s-]/g, '');
  return samples.filter((sample) => leaks(squeezed, sample)).map(({ name }) => name);
};

test('two hundred secrets typed into Slack stand nowhere but there and in the sealed inbox', async (t) => {
  const logged: string[] = [];
  const note = (fields: unknown, message: string) =>
    void logged.push(
      JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? String(value.stack) : value)),
      message,
    );
  const log: Log = { info: note, warn: note, error: note };
  const sent: string[] = [];
  const hear = (exchange: unknown) => void sent.push(JSON.stringify(exchange));
  channel(EXCHANGES).subscribe(hear);
  t.after(() => void channel(EXCHANGES).unsubscribe(hear));
  const story = await startStory(t, { kind: jiraKind, desk: jiraDesk, log });

  const samples = secretSamples();
  const { ts } = await opened(story, `My laptop does not start. ${samples[0]?.typed ?? ''}`);
  const lots = Array.from({ length: Math.ceil(samples.length / 40) }, (_, n) =>
    samples.slice(n * 40, n * 40 + 40),
  );
  for (const lot of lots) {
    story.slack.people.post(ALMA, HELP, lot.map(({ typed }) => typed).join('\n\n'), ts);
  }
  const edited = story.slack.people.post(ALMA, HELP, 'harmless at first', ts);
  story.slack.people.edit(ALMA, HELP, edited, `now it says ${samples[5]?.typed ?? ''}`);
  story.slack.people.edit(ALMA, HELP, edited, `and then ${samples[6]?.typed ?? ''}`);
  story.slack.people.upload(ALMA, HELP, {
    name: `${samples[20]?.typed ?? ''}_password=${samples[200]?.secret ?? ''}.txt`,
    bytes: Buffer.from('a file'),
    mime: 'text/plain',
    threadTs: ts,
  });
  await story.slack.people.command(ALMA, 'C0GENERAL', '/desk', '');
  await until('the form is open', LIMIT_MS, () => story.slack.people.views(ALMA).length === 1);
  await story.slack.people.submit(ALMA, story.slack.people.views(ALMA)[0]?.viewId ?? '', {
    summary: { value: `Reset ${samples[8]?.typed ?? ''}`.slice(0, 140) },
    category: { value: 'access' },
    details: {
      value: samples
        .slice(140, 160)
        .map(({ typed }) => typed)
        .join('\n'),
    },
  });
  await until('all of it was carried over', LIMIT_MS, async () => {
    await story.pass(20_000);
    const [waiting] = await story.query<{ n: number }>(
      `select ((select count(*) from operation where state in ('ready', 'sending'))
        + (select count(*) from delivery where state in ('new', 'sorted')))::int as n`,
    );
    return waiting?.n === 0 && story.desk.tickets().length === 2;
  });
  await quiet(story);

  const tickets = JSON.stringify(story.desk.tickets());
  assert.ok(tickets.includes('was removed]') && tickets.includes('please keep it'));
  assert.deepEqual(leaked(tickets, samples), []);
  assert.ok(sent.length > 20);
  assert.deepEqual(leaked(sent.join('\n'), samples), []);
  assert.deepEqual(leaked(await contents(story), samples), []);
  assert.deepEqual(leaked(logged.join('\n'), samples), []);

  const all = story.slack.people.channels().flatMap(({ id }) => story.slack.people.messages(id));
  const ours = all.filter((message) => message.isBot);
  assert.deepEqual(leaked(JSON.stringify(ours), samples), []);
  const direct = new Set(story.slack.people.channels().flatMap(({ id, isIm }) => (isIm ? [id] : [])));
  const warned = ours.filter(({ text }) => text.includes('I took that out'));
  const isPrivate = (message: (typeof all)[number]) =>
    message.ephemeralFor === ALMA ||
    [...direct].some((id) => story.slack.people.messages(id).some(({ ts }) => ts === message.ts));
  assert.ok(warned.every(isPrivate));
  // One for each message that held any: the request, the lots, the edited one, the file, and the form.
  assert.equal(warned.length, 1 + lots.length + 1 + 1 + 1);
  assert.deepEqual(
    leaked(JSON.stringify(all.filter((message) => !message.isBot)), samples).length > 150,
    true,
  );
});

test('raw deliveries are sealed while they are kept, and gone after inbox_days; their keys stay', async (t) => {
  const story = await startStory(t, { kind: jiraKind, desk: jiraDesk });
  await opened(story, 'The canary sings at dawn');
  await quiet(story);
  const bodies = await story.query<{ raw: string }>(
    `select encode(sealed, 'escape') as raw from delivery_body`,
  );
  assert.ok(bodies.length > 0);
  assert.ok(bodies.every(({ raw }) => !raw.includes('canary')));
  const { store, rules } = story.bridge.world;
  const keys = () => story.query<{ key: string }>('select key from delivery order by key');
  const before = await keys();
  const DAY = 86_400_000;
  await story.pass((rules.inboxDays - 1) * DAY);
  await store.transaction((tx) => tx.deliveries.rotateBodies(rules.inboxDays));
  assert.equal((await story.query('select from delivery_body')).length >= bodies.length, true);
  await story.pass(3 * DAY);
  await store.transaction((tx) => tx.deliveries.rotateBodies(rules.inboxDays));
  const old = await story.query(
    `select from delivery_body b join delivery d on d.id = b.delivery_id where d.received_at < deskbridge_now() - make_interval(days => $1)`,
    [rules.inboxDays + 1],
  );
  assert.equal(old.length, 0);
  const after = (await keys()).map(({ key }) => key);
  assert.deepEqual(
    before.filter(({ key }) => !after.includes(key)),
    [],
  );
});
