/** What stands in a call under the names that every object has is data, at every door and in every setting. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { checkConfigText } from '../../src/config/read-config-file.ts';
import { readJiraHook } from '../../src/connectors/jira/hook.ts';
import { parseSlackBody } from '../../src/slack/in/body.ts';
import { MINIMAL } from '../config/installation.ts';
import { asPayload, commandBody, messageEvent, postSigned, startRig, submission } from './rig.ts';

const HOOK_SECRET = 'sandbox-hook-secret-0123456789';
const ODD = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
];
const SHARED = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Promise.prototype];

/** Every name and value that all objects of this process share. */
const sharedState = () =>
  SHARED.map((one) => Reflect.ownKeys(one).map((key) => [key, Object.getOwnPropertyDescriptor(one, key)]));

/** JSON as text, in which odd names are names like any other; an object of JavaScript could not hold all of them. */
const oddJson = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('null', 'true', '0', '"x"', '"__proto__"', '"polluted"', '[]'),
    tie('object'),
    fc.array(tie('value'), { maxLength: 2 }).map((items) => `[${items.join(',')}]`),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...ODD, 'polluted', 'text', 'id'), tie('value')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
})).object;

/** The same call with odd members put into each of its objects in turn. */
function planted(json: string, odd: string): readonly string[] {
  const inner = odd.slice(1, -1);
  return [...json.matchAll(/\{(?=")/g)].map(
    ({ index }) => `${json.slice(0, index + 1)}${inner},${json.slice(index + 1)}`,
  );
}

test('calls of Slack with odd names in any of their objects are taken as calls, and leave every object as it was', async () => {
  await using rig = await startRig({ knowsChannel: async () => true });
  const before = sharedState();
  const calls = [
    (odd: string) => planted(JSON.stringify(messageEvent()), odd),
    (odd: string) =>
      planted(JSON.stringify(submission({ summary: 'A lamp', category: 'other' })), odd).map((payload) =>
        new URLSearchParams({ payload }).toString(),
      ),
    (odd: string) => ODD.map((name) => `${commandBody()}&${name}=${encodeURIComponent(odd)}`),
    (odd: string) => [asPayload({ type: odd }), odd],
  ];
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(oddJson, fc.constantFrom(...calls), async (odd, call) => {
      for (const body of call(odd)) {
        const { status } = await postSigned(rig, body);
        assert.ok(status < 500, `${status} for ${body}`);
      }
    }),
    { numRuns: 40 },
  );
  for (const row of rig.inbox.rows) {
    await rig.slackIn.interpret(parseSlackBody(row.body));
    kept += 1;
  }
  assert.ok(kept > 40, `${kept} calls were kept and read`);
  assert.deepEqual(sharedState(), before);
});

test('a hook with odd names is read as the ticket that it names, or refused', () => {
  const before = sharedState();
  const hook = { webhookEvent: 'jira:issue_updated', timestamp: 1, issue: { id: '10001', key: 'IT-1' } };
  let named = 0;
  fc.assert(
    fc.property(oddJson, (odd) => {
      for (const text of [...planted(JSON.stringify(hook), odd), odd]) {
        const body = Buffer.from(text);
        const signature = createHmac('sha256', HOOK_SECRET).update(body).digest('hex');
        const headers = { 'x-hub-signature': `sha256=${signature}`, 'x-atlassian-webhook-identifier': 'a' };
        const reading = readJiraHook(HOOK_SECRET, { headers, body, now: new Date() });
        if (reading.kind === 'refused') assert.equal(reading.status, 400);
        else named += reading.ticket === '10001' ? 1 : 0;
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(named > 100, `${named} hooks named their ticket`);
  assert.deepEqual(sharedState(), before);
});

test('a setting with an odd name is a problem of the file, and changes nothing else', () => {
  const before = sharedState();
  for (const name of ODD) {
    for (const text of [
      `${MINIMAL}${name}: { polluted: true }\n`,
      MINIMAL.replace('{ mode: http }', `{ mode: http, "${name}": { polluted: true } }`),
      MINIMAL.replace('target: { queue: desk }', `target: { queue: desk, "${name}": { polluted: true } }`),
    ]) {
      const { settings } = checkConfigText('/deskbridge.yaml', text);
      assert.ok(settings === null || !JSON.stringify(settings).includes('polluted'), text);
    }
  }
  assert.deepEqual(sharedState(), before);
});
