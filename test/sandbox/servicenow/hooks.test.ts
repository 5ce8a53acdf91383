import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { z } from 'zod';
import { call, HOOK_SECRET, type Instance, recordOf, startInstance, startReceiver } from './instance.ts';

let instance: Instance;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let status = 204;
beforeEach(async () => {
  status = 204;
  receiver = await startReceiver(() => status);
  instance = await startInstance({ hookUrl: receiver.url });
});
afterEach(async () => {
  await instance.close();
  await receiver.close();
});

const create = async () => {
  const answer = await call(instance, 'POST', '/api/now/table/incident?sysparm_fields=sys_id', {
    short_description: 'Für Ada 🎉',
  });
  return String(recordOf(answer.text)['sys_id']);
};
const Body = z.object({ table: z.string(), sys_id: z.string(), event: z.string() });
const bodies = () => receiver.hooks.map((hook) => Body.parse(JSON.parse(hook.body.toString('utf8'))));
const ids = () => receiver.hooks.map((hook) => hook.headers['webhook-id']);

describe('hooks', () => {
  test('every write sends one, signed over id, time and body', async () => {
    const sysId = await create();
    await instance.sandbox.settled();
    const agent = instance.sandbox.people.agents()[0]?.id ?? '';
    instance.sandbox.people.comment(agent, sysId, 'Internal', { internal: true });
    await instance.sandbox.settled();
    instance.sandbox.people.setStatus(agent, sysId, 'In Progress');
    await instance.sandbox.settled();
    assert.deepEqual(
      bodies().map((body) => [body.table, body.sys_id, body.event]),
      [
        ['incident', sysId, 'inserted'],
        ['incident', sysId, 'commented'],
        ['incident', sysId, 'updated'],
      ],
    );
    for (const { headers, body } of receiver.hooks) {
      assert.ok(body.every((byte) => byte < 0x80));
      const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body.toString('utf8')}`;
      const mac = createHmac('sha256', HOOK_SECRET).update(text).digest('base64');
      assert.equal(headers['webhook-signature'], `v1,${mac}`);
      assert.ok(
        Math.abs(Number(headers['webhook-timestamp']) * 1000 - instance.clock.now().getTime()) < 5000,
      );
    }
    assert.equal(new Set(ids()).size, 3);
  });

  test('a file that comes or goes sends one that names its record, which it does not touch', async () => {
    const sysId = await create();
    const { people } = instance.sandbox;
    const agent = people.agents()[0]?.id ?? '';
    const before = people.tickets()[0]?.updatedAt;
    instance.clock.advance(5000);
    const file = people.attach(agent, sysId, { name: 'a.txt', mime: 'text/plain', bytes: Buffer.from('a') });
    await instance.sandbox.settled();
    people.removeFile(agent, sysId, file);
    await instance.sandbox.settled();
    assert.deepEqual(
      bodies().map((body) => [body.table, body.sys_id, body.event]),
      [
        ['incident', sysId, 'inserted'],
        ['incident', sysId, 'attached'],
        ['incident', sysId, 'detached'],
      ],
    );
    assert.equal(people.tickets()[0]?.updatedAt, before);
  });

  test('a refused hook is sent again under the same id', async () => {
    status = 503;
    await create();
    await instance.sandbox.settled();
    assert.equal(receiver.hooks.length, 1);
    status = 204;
    instance.clock.advance(60_000);
    await instance.sandbox.settled();
    instance.clock.advance(600_000);
    await instance.sandbox.settled();
    assert.equal(receiver.hooks.length, 2);
    assert.equal(new Set(ids()).size, 1);
    assert.notEqual(
      receiver.hooks[0]?.headers['webhook-timestamp'],
      receiver.hooks[1]?.headers['webhook-timestamp'],
    );
  });

  test('after its last attempt it is given up', async () => {
    status = 500;
    await create();
    for (let hour = 0; hour < 10; hour += 1) {
      await instance.sandbox.settled();
      instance.clock.advance(3_600_000);
    }
    await instance.sandbox.settled();
    assert.equal(receiver.hooks.length, 5);
  });

  test('hooks can be dropped, doubled and delayed', async () => {
    instance.sandbox.hookFaults.add('inserted', { kind: 'drop' });
    instance.sandbox.hookFaults.add('inserted', { kind: 'double' });
    instance.sandbox.hookFaults.add('*', { kind: 'delay', delayMs: 30_000 });
    await create();
    await instance.sandbox.settled();
    assert.equal(receiver.hooks.length, 0);
    await create();
    await instance.sandbox.settled();
    assert.deepEqual([receiver.hooks.length, new Set(ids()).size], [2, 1]);
    await create();
    await instance.sandbox.settled();
    assert.equal(receiver.hooks.length, 2);
    instance.clock.advance(30_000);
    await instance.sandbox.settled();
    assert.equal(receiver.hooks.length, 3);
  });
});
