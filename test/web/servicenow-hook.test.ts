/** The door of ServiceNow, with its real reader behind real HTTP: who has no signature of this instance is nobody. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { createHookReader } from '../../src/connectors/servicenow/hook.ts';
import type { Log } from '../../src/model/log.ts';
import { post, startRig } from './rig.ts';

const OURS = 'hook-secret-of-ours-0123456789abcd';
const THEIRS = 'hook-secret-of-the-other-instance0';
const BODY = JSON.stringify({
  ...{ table: 'incident', sys_id: '0123456789abcdef0123456789abcdef', number: 'INC0010001' },
  ...{ event: 'updated', at: '2026-11-20 12:00:00' },
});

function signed(secret: string, at: Date, body = BODY): Record<string, string> {
  const [id, timestamp] = ['msg_1', String(Math.floor(at.getTime() / 1000))];
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
}

test('unsigned, signed by another instance, or with the secret in its address or a header: 401, nothing kept, nothing told', async () => {
  const logged: unknown[] = [];
  const keep = (...said: readonly unknown[]) => void logged.push(said);
  const log: Log = { info: keep, warn: keep, error: keep };
  const readers = new Map([
    ['snow', createHookReader(OURS)],
    ['snow-2', createHookReader(THEIRS)],
    ['snow-3', createHookReader(null)],
  ]);
  await using rig = await startRig({
    readHook: (connector, hook) => readers.get(connector)?.(hook) ?? null,
    server: { log },
  });
  const door = `${rig.url}/hooks/snow`;
  const basic = `Basic ${Buffer.from(`deskbridge:${OURS}`).toString('base64')}`;
  const right = signed(OURS, rig.now);
  const id = { 'webhook-id': 'msg_1', 'webhook-timestamp': right['webhook-timestamp'] ?? '' };
  const tries: readonly (readonly [what: string, url: string, headers: Record<string, string>])[] = [
    ['unsigned', door, {}],
    ['without a signature', door, id],
    ['by another instance', door, signed(THEIRS, rig.now)],
    ['by this instance, at the door of another', `${rig.url}/hooks/snow-2`, right],
    ['where no secret is set', `${rig.url}/hooks/snow-3`, right],
    ['by an empty secret', door, signed('', rig.now)],
    ['secret in the address', `${door}?secret=${OURS}&sysparm_secret=${OURS}`, {}],
    ['secret in the address, and who it claims to be', `${door}?token=${OURS}`, id],
    ['secret as a password', door, { authorization: basic }],
    ['secret in a header', door, { ...id, 'x-deskbridge-secret': OURS, 'webhook-secret': OURS }],
    ['secret for a signature', door, { ...id, 'webhook-signature': `v1,${OURS}` }],
    ['of another time', door, { ...right, 'webhook-timestamp': String(Number(id['webhook-timestamp']) + 1) }],
  ];
  for (const [what, url, headers] of tries) {
    const answer = await post(url, BODY, headers);
    assert.equal(answer.status, 401, what);
    const all = `${answer.text} ${JSON.stringify([...answer.headers])}`;
    for (const secret of [OURS, THEIRS]) assert.ok(!all.includes(secret), what);
  }
  assert.equal((await post(`${rig.url}/hooks/${OURS}`, BODY, right)).status, 404, 'the secret for a name');
  assert.equal(rig.inbox.inserts.length, 0);
  assert.equal((await post(door, BODY, right)).status, 200, 'signed here, it is let in');
  assert.equal(rig.inbox.rows.length, 1);
  // What a failure behind the door writes down names neither.
  readers.set('snow', () => {
    throw new Error('the database is gone');
  });
  assert.equal((await post(`${door}?secret=${OURS}`, BODY, { authorization: basic })).status, 500);
  assert.equal(logged.length, 1);
  const written = JSON.stringify(logged, (_, value) => (value instanceof Error ? value.message : value));
  assert.match(written, /the database is gone/);
  assert.ok(![OURS, basic.slice(6)].some((secret) => written.includes(secret)), written);
});
