/** The scripts of the update set, run as an instance would, against the door that Deskbridge really has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHookReader } from '../../../../src/connectors/servicenow/hook.ts';
import { HookBody } from '../../../../src/connectors/servicenow/schema.ts';
import { updateSetXml } from '../../../../src/connectors/servicenow/update-set/update-set.ts';
import { createInstance, type Row, type SentCall } from './instance.ts';
import { readSet } from './parsed-set.ts';

const SECRET = 'an instance and Deskbridge know it';
const URL = 'https://desk.example.com/hooks/snow';
const set = readSet(updateSetXml({ purpose: 'install' }));
const id = (n: number) => String(n).padStart(32, 'a');
const ticket = (n: number, more: Row = {}): Row => ({
  sys_id: id(n),
  number: `INC${n}`,
  correlation_id: `dsk-${'0'.repeat(20)}${n}`,
  ...more,
});

function start(options: { secret?: string; url?: string } = {}) {
  const taken: { key: string; event: string; number: string }[] = [];
  const calls: SentCall[] = [];
  const weather: { away: boolean; status: number | null } = { away: false, status: null };
  const read = createHookReader(SECRET);
  const instance = createInstance({
    set,
    mayRead: (_table, row) => row['sys_id'] !== id(66),
    answer(call) {
      calls.push(call);
      if (weather.away) throw new Error('java.net.ConnectException');
      if (weather.status !== null) return weather.status;
      const reading = read({ headers: call.headers, body: Buffer.from(call.body), now: instance.now() });
      if (reading.kind === 'refused') return reading.status;
      taken.push({
        key: reading.key,
        event: reading.event,
        number: HookBody.parse(JSON.parse(call.body)).number,
      });
      return 200;
    },
  });
  instance.properties.set('x_deskbridge.hook_url', options.url ?? URL);
  instance.properties.set('x_deskbridge.hook_secret', options.secret ?? SECRET);
  const waiting = () => instance.rows('x_deskbridge_outbox').filter((row) => row['state'] === 'waiting');
  return { instance, taken, calls, weather, waiting };
}

test('a change of a ticket of ours is signed as the door of Deskbridge wants it, and leaves at once', () => {
  const { instance, taken, calls, waiting } = start();
  instance.write('incident', 'insert', ticket(1));
  instance.write('incident', 'update', ticket(1), ['state']);
  instance.write('incident', 'update', ticket(1), ['comments']);
  instance.write('sc_req_item', 'update', ticket(2, { number: 'RITM–2 “ü”' }), ['work_notes']);
  assert.equal(calls.length, 0, 'the rules make no call');
  assert.equal(instance.runEvents(), 4);
  assert.deepEqual(
    taken.map(({ event, number }) => `${event} ${number}`),
    [
      'incident.inserted INC1',
      'incident.updated INC1',
      'incident.commented INC1',
      'sc_req_item.commented RITM–2 “ü”',
    ],
  );
  assert.deepEqual(waiting(), [], 'what left is gone');
  assert.equal(new Set(taken.map(({ key }) => key)).size, 4);
  for (const call of calls) {
    assert.equal(call.url, URL);
    assert.equal(call.method, 'post');
    assert.equal(call.timeoutMs, 10_000);
    assert.match(call.body, /^[\x20-\x7e]+$/, 'ASCII alone is signed');
  }
});

test('files of our tickets are told of; other tickets, and everything without an address, are not', () => {
  const { instance, taken, calls, waiting } = start();
  instance.write('incident', 'update', ticket(1), []);
  instance.write('incident', 'update', ticket(7, { correlation_id: 'another tool' }), []);
  const file = (n: number, of: Row) => ({
    sys_id: id(n),
    table_name: 'incident',
    table_sys_id: of['sys_id'] ?? '',
  });
  instance.write('sys_attachment', 'insert', file(21, ticket(1)));
  instance.write('sys_attachment', 'delete', file(21, ticket(1)));
  instance.write('sys_attachment', 'insert', file(22, ticket(7)));
  instance.write('sys_attachment', 'insert', { ...file(23, ticket(1)), table_name: 'kb_knowledge' });
  instance.runEvents();
  assert.deepEqual(
    taken.map(({ event }) => event),
    ['incident.updated', 'incident.attached', 'incident.detached'],
  );

  const silent = start({ url: '' });
  silent.instance.write('incident', 'update', ticket(1), []);
  silent.instance.runJob();
  assert.deepEqual([silent.calls.length, silent.waiting().length], [0, 0]);
  assert.equal(calls.length, 3);
  assert.deepEqual(waiting(), []);
});

test('while Deskbridge is away messages wait in order, are tried again ever later, and drain in order', () => {
  const { instance, taken, calls, weather, waiting } = start();
  weather.away = true;
  for (let n = 1; n <= 5; n += 1) {
    instance.write('incident', 'update', ticket(n), []);
    instance.pass(1);
  }
  instance.runEvents();
  assert.equal(calls.length, 1, 'the first one is in front of the others');
  assert.match(instance.logged.at(-1) ?? '', /the answer was 0 \(0: none\)/);
  const attempts: number[] = [];
  let since = 0;
  for (let minute = 0; minute < 180; minute += 1) {
    const before = calls.length;
    instance.runJob();
    if (calls.length > before) {
      attempts.push(since);
      since = 0;
    }
    instance.pass(60);
    since += 1;
  }
  assert.deepEqual(attempts.slice(0, 7), [1, 1, 2, 5, 10, 30, 30], 'minutes between attempts');
  assert.equal(new Set(calls.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.ok(new Set(calls.map(({ headers }) => headers['webhook-timestamp'])).size > 5, 'signed afresh');
  weather.away = false;
  instance.pass(1800);
  instance.runJob();
  assert.deepEqual(
    taken.map(({ number }) => number),
    ['INC1', 'INC2', 'INC3', 'INC4', 'INC5'],
  );
  assert.deepEqual(waiting(), []);
});

test('an answer that was lost is asked for again under the same id, so that it counts once', () => {
  const { instance, taken, calls, weather } = start();
  weather.status = 503;
  instance.write('incident', 'update', ticket(1), []);
  instance.runEvents();
  weather.status = null;
  instance.pass(60);
  instance.runJob();
  assert.equal(calls.length, 2);
  assert.equal(calls[0]?.headers['webhook-id'], calls[1]?.headers['webhook-id']);
  assert.equal(taken.length, 1);
});

test('a wrong secret keeps the messages until it is mended', () => {
  const { instance, taken, waiting } = start({ secret: 'another secret, 16 or more' });
  instance.write('incident', 'update', ticket(1), []);
  instance.runEvents();
  assert.equal(waiting()[0]?.['last_status'], '401');
  assert.match(instance.logged.join(), /the answer was 401/);
  instance.properties.set('x_deskbridge.hook_secret', SECRET);
  instance.pass(3600);
  instance.runJob();
  assert.equal(taken.length, 1);
});

test('a message that Deskbridge will never take does not hold up the others, and is forgotten after a week', () => {
  const { instance, taken, weather } = start();
  weather.status = 400;
  instance.write('incident', 'update', ticket(1), []);
  instance.runEvents();
  weather.status = null;
  instance.write('incident', 'update', ticket(2), []);
  instance.runEvents();
  assert.deepEqual(
    taken.map(({ number }) => number),
    ['INC2'],
  );
  const kept = () =>
    instance.rows('x_deskbridge_outbox').map((row) => `${row['state']} ${row['last_status']}`);
  assert.deepEqual(kept(), ['given_up 400']);
  instance.pass(8 * 86_400);
  instance.runJob();
  assert.deepEqual(kept(), []);
});

test('after a day a hint is given up, and what is younger goes on', () => {
  const { instance, taken, weather } = start();
  weather.away = true;
  instance.write('incident', 'update', ticket(1), []);
  instance.runEvents();
  instance.pass(86_000);
  instance.write('incident', 'update', ticket(2), []);
  instance.pass(1_000);
  instance.runJob();
  weather.away = false;
  instance.pass(1_800);
  instance.runJob();
  assert.deepEqual(
    taken.map(({ number }) => number),
    ['INC2'],
  );
});

test('two senders at once: the second one leaves alone what the first is at', () => {
  let nested = 0;
  const instance = createInstance({
    set,
    answer() {
      nested += 1;
      // The job begins while the event's sender waits for its answer.
      if (nested === 1) instance.runJob();
      return 200;
    },
  });
  instance.properties.set('x_deskbridge.hook_url', URL);
  instance.properties.set('x_deskbridge.hook_secret', SECRET);
  instance.write('incident', 'update', ticket(1), []);
  instance.runEvents();
  assert.equal(nested, 1);
});

test('the journal of a ticket of ours can be read where the caller may read the ticket, and no other', () => {
  const { instance } = start();
  const entry = (n: number, of: Row, element: string): Row => ({
    sys_id: id(n),
    element,
    element_id: of['sys_id'] ?? '',
    value: `entry ${n}`,
    sys_created_on: `2026-11-21 08:00:${n}`,
    sys_created_by: 'abel.tuter',
  });
  const foreign = ticket(7, { correlation_id: 'another tool' });
  for (const row of [ticket(1), foreign, ticket(66)]) instance.write('incident', 'insert', row);
  const entries = [
    entry(32, ticket(1), 'work_notes'),
    entry(31, ticket(1), 'comments'),
    entry(33, ticket(1), 'state'),
    entry(34, foreign, 'comments'),
    entry(35, ticket(66), 'comments'),
  ];
  for (const row of entries) instance.write('sys_journal_field', 'insert', row);
  assert.deepEqual(instance.get(id(1)), { status: 200, body: [entries[1], entries[0]] });
  for (const hidden of [id(7), id(66), id(99), 'x^ORsys_idISNOTEMPTY'])
    assert.equal(instance.get(hidden).status, 404, hidden);
});
