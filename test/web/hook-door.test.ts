import assert from 'node:assert/strict';
import test from 'node:test';
import type { HookReading, HookRequest } from '../../src/connectors/connector.ts';
import { type ConnectorId, TicketId } from '../../src/model/ids.ts';
import { gate, post, startRig } from './rig.ts';

/** Reads hooks as a connector would: by a header that stands for the signature, and by the body. */
function readerThatSaw(seen: { connector: ConnectorId; hook: HookRequest }[]) {
  return (connector: ConnectorId, hook: HookRequest): HookReading | null => {
    if (connector !== 'jira-it') return null;
    seen.push({ connector, hook });
    if (hook.headers['x-signature'] !== 'right')
      return { kind: 'refused', status: 401, reason: 'The signature does not fit.' };
    const text = Buffer.from(hook.body).toString();
    if (text === 'broken') return { kind: 'refused', status: 400, reason: 'The body cannot be read.' };
    const ticket = text === '' ? null : TicketId.parse(text);
    return { kind: 'accepted', key: hook.headers['x-id'] ?? '', ticket, event: 'issue_updated' };
  };
}

test('an accepted hook is stored as a hint under its ticket, once', async () => {
  const seen: { connector: ConnectorId; hook: HookRequest }[] = [];
  await using rig = await startRig({ readHook: readerThatSaw(seen) });
  const url = `${rig.url}/hooks/jira-it`;
  const headers = { 'X-Signature': 'right', 'x-id': 'w1' };
  for (let time = 0; time < 3; time += 1) assert.equal((await post(url, '10042', headers)).status, 200);
  assert.equal((await post(url, '10042', { ...headers, 'x-id': 'w2' })).status, 200);
  assert.deepEqual(
    rig.inbox.rows.map(({ source, key, identity, partition, type }) => [
      source,
      key,
      identity,
      partition,
      type,
    ]),
    [
      ['jira-it', 'w1', null, 'ticket:jira-it:10042', 'hook'],
      ['jira-it', 'w2', null, 'ticket:jira-it:10042', 'hook'],
    ],
  );
  assert.equal(Buffer.from(rig.inbox.rows[0]?.body ?? []).toString(), '10042');
  assert.equal(seen[0]?.hook.now, rig.now);
  assert.equal(rig.rung.length, 4);
});

test('refused hooks get their status, unknown connectors 404, events without a ticket are counted', async () => {
  await using rig = await startRig({ readHook: readerThatSaw([]) });
  const right = { 'x-signature': 'right', 'x-id': 'w1' };
  assert.equal((await post(`${rig.url}/hooks/jira-it`, '1', {})).status, 401);
  assert.equal((await post(`${rig.url}/hooks/jira-it`, 'broken', right)).status, 400);
  for (const name of ['snow', 'Jira-It', '..%2fslack', '%00', 'a'.repeat(100)]) {
    assert.equal((await post(`${rig.url}/hooks/${name}`, '1', right)).status, 404, name);
  }
  assert.equal((await post(`${rig.url}/hooks/jira-it`, '', right)).status, 200);
  assert.equal(
    rig.metrics.counted('deskbridge_hook_total', { connector: 'jira-it', result: 'no-ticket' }),
    1,
  );
  assert.equal(rig.inbox.inserts.length, 0);
});

test('a hook that cannot be stored is 503 within 2.5 s with Retry-After', async () => {
  await using rig = await startRig({ readHook: readerThatSaw([]) });
  const held = gate();
  rig.inbox.gate = held.opened;
  const started = performance.now();
  const answer = await post(`${rig.url}/hooks/jira-it`, '1', { 'x-signature': 'right', 'x-id': 'w1' });
  assert.equal(answer.status, 503);
  assert.ok(performance.now() - started < 2500);
  assert.equal(answer.headers.get('retry-after'), '5');
  held.open();
});
