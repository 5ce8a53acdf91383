import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { createSlackDoor } from '../../src/web/slack-door.ts';
import { readSlackSignature } from '../../src/web/slack-signature.ts';
import {
  asPayload,
  messageBody,
  post,
  postSigned,
  recordedMetrics,
  SECRET,
  signedHeaders,
  startRig,
} from './rig.ts';

/** Published with Slack's Python SDK (tests/signature/test_signature_verifier.py); nobody here made it up. */
const KNOWN = {
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body:
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
    '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};

test('the published vector fits, at its own time only', () => {
  const headers = { 'x-slack-request-timestamp': KNOWN.timestamp, 'x-slack-signature': KNOWN.signature };
  const at = (offsetS: number) =>
    readSlackSignature(headers, Buffer.from(KNOWN.body), {
      secret: SECRET,
      now: new Date((Number(KNOWN.timestamp) + offsetS) * 1000),
    });
  assert.deepEqual(at(0), { kind: 'valid', signature: KNOWN.signature });
  assert.equal(at(300).kind, 'valid');
  assert.equal(at(-300).kind, 'valid');
  assert.deepEqual(at(301), { kind: 'invalid', reason: 'stale' });
  assert.deepEqual(at(-301), { kind: 'invalid', reason: 'stale' });
});

test('one flipped bit anywhere is refused and stores nothing', async () => {
  await using rig = await startRig();
  const body = messageBody();
  const right = signedHeaders(body, rig.now);
  const flip = (bytes: Buffer, bit: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return copy;
  };
  const place = fc.oneof(
    fc.record({ where: fc.constant('body'), bit: fc.nat(Buffer.byteLength(body) * 8 - 1) }),
    fc.record({ where: fc.constant('x-slack-signature'), bit: fc.nat(67 * 8 - 1) }),
    fc.record({ where: fc.constant('x-slack-request-timestamp'), bit: fc.nat(10 * 8 - 1) }),
  );
  await fc.assert(
    fc.asyncProperty(place, async ({ where, bit }) => {
      const headers: Record<string, string> = { ...right };
      let sent: Uint8Array<ArrayBuffer> | string = body;
      if (where === 'body') {
        sent = new Uint8Array(flip(Buffer.from(body), bit));
      } else {
        const value = flip(Buffer.from(headers[where] ?? ''), bit).toString('latin1');
        // What HTTP itself does not carry (or trims) never reaches us as such.
        fc.pre(/^[\x21-\x7e\xa1-\xff]+$/.test(value));
        headers[where] = value;
      }
      const answer = await post(`${rig.url}/slack/events`, sent, headers);
      assert.equal(answer.status, 401, `bit ${bit} of ${where}`);
    }),
    { numRuns: 300 },
  );
  assert.equal(rig.inbox.rows.length, 0);
  assert.equal((await post(`${rig.url}/slack/events`, body, right)).status, 200, 'unchanged, it passes');
  assert.equal(rig.inbox.rows.length, 1);
});

test('missing, empty, malformed and foreign signatures are refused', async () => {
  await using rig = await startRig();
  const body = messageBody();
  const right = signedHeaders(body, rig.now);
  const signature = right['x-slack-signature'] ?? '';
  const wrong: Record<string, string>[] = [
    {},
    { 'x-slack-request-timestamp': right['x-slack-request-timestamp'] ?? '' },
    { 'x-slack-signature': signature },
    { ...right, 'x-slack-signature': '' },
    { ...right, 'x-slack-signature': 'v0=' },
    { ...right, 'x-slack-signature': signature.replace('v0', 'v1') },
    { ...right, 'x-slack-signature': `${signature}0` },
    { ...right, 'x-slack-signature': signature.toUpperCase() },
    { ...right, 'x-slack-request-timestamp': 'NaN' },
    { ...right, 'x-slack-request-timestamp': `${right['x-slack-request-timestamp']}.0` },
    { ...right, 'x-slack-request-timestamp': '99999999999999999999' },
    signedHeaders(body, rig.now, 'another-secret-of-16-bytes'),
    signedHeaders(body, rig.now, 'undefined'),
  ];
  for (const headers of wrong) {
    assert.equal((await post(`${rig.url}/slack/events`, body, headers)).status, 401, JSON.stringify(headers));
  }
  assert.equal(rig.inbox.rows.length, 0);
  assert.equal(rig.inbox.inserts.length, 0);
});

test('the window has two sides: 300 s pass, 301 s do not, neither do an hour or a year ahead', async () => {
  await using rig = await startRig();
  for (const [offsetS, status] of [
    [-300, 200],
    [300, 200],
    [-302, 401],
    [302, 401],
    [3_600, 401],
    [31_536_000, 401],
    [-31_536_000, 401],
  ] as const) {
    const body = messageBody();
    rig.now = new Date('2026-11-20T12:00:00Z');
    const at = new Date(rig.now.getTime() + offsetS * 1000);
    const answer = await post(`${rig.url}/slack/events`, body, signedHeaders(body, at));
    assert.equal(answer.status, status, `${offsetS} s`);
  }
  assert.equal(rig.inbox.rows.length, 2);
});

test('the bare check of our certificate needs no signature and does nothing', async () => {
  await using rig = await startRig();
  for (const body of ['ssl_check=1', 'ssl_check=1&token=Old', 'token=Old&ssl_check=1']) {
    const answer = await post(`${rig.url}/slack/events`, body, {});
    assert.deepEqual([answer.status, answer.text], [200, ''], body);
  }
  assert.equal(rig.inbox.inserts.length, 0);
});

test('the check of our certificate opens the door to nothing beside it', async () => {
  await using rig = await startRig();
  const press = {
    type: 'block_actions',
    user: { id: 'U0ANN' },
    team: { id: 'T0OURS' },
    actions: [{ action_id: 'desk_resolve', value: '018f0000-0000-7000-8000-000000000000' }],
  };
  const payload = asPayload(press);
  const tries = [
    `ssl_check=1&${payload}`,
    `${payload}&ssl_check=1`,
    `ssl_check=1&ssl_check=1&${payload}`,
    `ssl_check=1&token=x&${payload}`,
    'ssl_check=1&command=%2Fdesk&user_id=U0ANN',
    'ssl_check=1&body=x',
    'ssl_check=0',
    'ssl_check=',
    'ssl_check=true',
    'ssl_check=1&Payload=%7B%7D',
    JSON.stringify({ ssl_check: '1', ...press }),
    JSON.stringify({ ssl_check: 1, event: { type: 'message' } }),
  ];
  for (const body of tries) {
    assert.equal((await post(`${rig.url}/slack/events`, body, {})).status, 401, body);
  }
  assert.equal(rig.inbox.inserts.length, 0);
  assert.equal(
    (await postSigned(rig, `ssl_check=1&${payload}`)).status,
    200,
    'signed, it is a press like any other',
  );
  assert.equal(rig.inbox.rows.length, 1);
});

test('a door without a real secret is not built', () => {
  for (const signingSecret of ['', 'short']) {
    const deps = {
      signingSecret,
      calls: { parse: () => null, receive: async () => ({ status: 200, body: null }) },
    };
    assert.throws(
      () => createSlackDoor({ ...deps, now: () => new Date(), metrics: recordedMetrics() }),
      /signing secret is missing or too short/,
    );
  }
});
