import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { createHookReader } from '../../../src/connectors/servicenow/hook.ts';

const SECRET = 'a-hook-secret-of-32-bytes-length';
const now = new Date('2026-11-20T12:00:00.500Z');
const seconds = Math.floor(now.getTime() / 1000);
const sysId = '0123456789abcdef0123456789abcdef';
const read = createHookReader(SECRET);

function hook(changes: { secret?: string; id?: string; at?: number; body?: string } = {}) {
  const { secret = SECRET, id = 'msg_1', at = seconds } = changes;
  const content = {
    table: 'incident',
    sys_id: sysId,
    number: 'INC0010001',
    event: 'updated',
    at: '2026-11-20 12:00:00',
  };
  const text = changes.body ?? JSON.stringify(content);
  const mac = createHmac('sha256', secret).update(`${id}.${at}.${text}`).digest('base64');
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
  return { headers, body: new TextEncoder().encode(text), now };
}
const status = (reading: ReturnType<typeof read>) =>
  reading.kind === 'refused' ? reading.status : reading.kind;

describe('hooks', () => {
  test('a known vector verifies', () => {
    // Standard Webhooks: base64 HMAC-SHA256, here with the key "secret" over "id.1.{}" (made with openssl).
    const body = new TextEncoder().encode('{}');
    const headers = {
      'webhook-id': 'id',
      'webhook-timestamp': '1',
      'webhook-signature': 'v1,490pAcC1LQ1k1cOcmH0da199+A88OKCj0Io4WnJlp68=',
    };
    const reading = createHookReader('secret')({ headers, body, now: new Date(1000) });
    assert.equal(status(reading), 400, 'the signature is right and the body is none of ours');
  });

  test('a signed hook names ticket, key and event', () => {
    assert.deepEqual(read(hook()), {
      kind: 'accepted',
      key: 'msg_1',
      ticket: sysId,
      event: 'incident.updated',
    });
  });

  test('the time may be five minutes off to either side, no more', () => {
    for (const [offset, expected] of [
      [-299, 'accepted'],
      [299, 'accepted'],
      [-302, 401],
      [302, 401],
      [-86_400, 401],
    ] as const) {
      assert.equal(status(read(hook({ at: seconds + offset }))), expected, `${offset} s`);
    }
  });

  test('one of several signatures is enough, whichever place it has', () => {
    const [right, wrong] = [hook(), hook({ secret: 'another-hook-secret-of-32-bytes-' })];
    const [a, b] = [right.headers['webhook-signature'], wrong.headers['webhook-signature']];
    for (const signature of [`${a} ${b}`, `${b} ${a}`, `v1a,xyz ${a}`, `v2,${a.slice(3)} ${a}`]) {
      const headers = { ...right.headers, 'webhook-signature': signature };
      assert.equal(status(read({ ...right, headers })), 'accepted', signature);
    }
    assert.equal(status(read(wrong)), 401);
  });

  test('a secret anywhere but in the signature is no signature', () => {
    const { body } = hook();
    for (const headers of [
      { authorization: `Basic ${Buffer.from(`x:${SECRET}`).toString('base64')}` },
      { 'webhook-secret': SECRET },
      { ...hook().headers, 'webhook-signature': SECRET },
      { ...hook().headers, 'webhook-signature': `v1,${SECRET}` },
    ]) {
      const reading = read({ headers, body, now });
      assert.equal(status(reading), 401);
      assert.ok(reading.kind === 'refused' && !reading.reason.includes(SECRET));
    }
  });

  test('id, time and body are all signed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, bit) => {
        const good = hook();
        const body = Uint8Array.from(good.body);
        const index = at % body.length;
        body[index] = (body[index] ?? 0) ^ bit;
        assert.equal(status(read({ ...good, body })), 401);
      }),
    );
    const good = hook();
    assert.equal(status(read({ ...good, headers: { ...good.headers, 'webhook-id': 'msg_2' } })), 401);
    const later = { ...good.headers, 'webhook-timestamp': String(seconds + 1) };
    assert.equal(status(read({ ...good, headers: later })), 401);
  });

  test('a signed body that is none of ours is a 400, a table that we do not follow hints at nothing', () => {
    for (const body of [
      '',
      '{',
      '[]',
      '{"table":"incident"}',
      JSON.stringify({ table: 'incident', sys_id: '../x' }),
    ]) {
      assert.equal(status(read(hook({ body }))), 400, body);
    }
    const body = JSON.stringify({
      table: 'problem',
      sys_id: sysId,
      number: 'PRB1',
      event: 'updated',
      at: '',
    });
    const reading = read(hook({ body }));
    assert.ok(reading.kind === 'accepted' && reading.ticket === null);
  });

  test('without a secret of our own nothing is accepted', () => {
    assert.equal(status(createHookReader(null)(hook())), 401);
  });
});
