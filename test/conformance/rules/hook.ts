import assert from 'node:assert/strict';
import type { HookReading, HookRequest } from '../../../src/connectors/connector.ts';
import { type Rule, type Trial, value } from '../trial.ts';

function accepted(reading: HookReading): Extract<HookReading, { kind: 'accepted' }> {
  if (reading.kind !== 'accepted') assert.fail(`a genuine hook was refused: ${reading.reason}`);
  return reading;
}

/** A ticket, and a hook about it that really arrived. */
async function oneHook({ outside, ticket }: Trial): Promise<HookRequest> {
  const { id } = await ticket();
  await outside.setStatus(id, 'active');
  await outside.settle();
  const last = outside.hooks().at(-1);
  assert.ok(last, 'a change sent no hook');
  return last;
}

const namesTicket: Rule = {
  name: 'the hook of a change verifies and names the ticket',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    await outside.settle();
    const earlier = outside.hooks().length;
    await outside.setStatus(id, 'active');
    await outside.settle();
    const afterStatus = outside.hooks().slice(earlier);
    await outside.comment(id, 'Anything new?', { internal: false });
    await outside.settle();
    const afterComment = outside.hooks().slice(earlier + afterStatus.length);
    for (const batch of [afterStatus, afterComment]) {
      const readings = batch.map((hook) => accepted(connector.readHook(hook)));
      assert.ok(readings.some((reading) => reading.ticket === id));
      assert.ok(readings.every((reading) => reading.event !== ''));
    }
  },
};

const stableKey: Rule = {
  name: 'a retried hook keeps its key, another hook has another',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    await outside.settle();
    const earlier = outside.hooks().length;
    outside.refuseHooks(1);
    await outside.setStatus(id, 'active');
    await outside.settle();
    const keys = outside
      .hooks()
      .slice(earlier)
      .map((hook) => accepted(connector.readHook(hook)).key);
    assert.ok(keys.length >= 2, 'a hook that we answered with 503 was not sent again');
    assert.equal(new Set(keys).size, keys.length - 1, `keys of one hook, refused once: ${keys}`);
    await outside.setStatus(id, 'done');
    await outside.settle();
    const all = outside.hooks().map((hook) => accepted(connector.readHook(hook)).key);
    assert.ok(new Set(all).size > new Set(all.slice(0, earlier + keys.length)).size);
  },
};

const tampered: Rule = {
  name: 'a hook whose body was touched is refused with 401',
  async run(trial) {
    const hook = await oneHook(trial);
    const bodies = [0, 1, hook.body.length >> 1, hook.body.length - 1].map((at) => {
      const body = Uint8Array.from(hook.body);
      body[at] = (body[at] ?? 0) ^ 1;
      return body;
    });
    for (const body of [
      ...bodies,
      hook.body.slice(0, -1),
      Uint8Array.from([...hook.body, 32]),
      new Uint8Array(),
    ]) {
      const reading = trial.connector.readHook({ ...hook, body });
      assert.deepEqual([reading.kind, reading.kind === 'refused' && reading.status], ['refused', 401]);
    }
  },
};

const wrongSecret: Rule = {
  name: 'a hook signed with another secret is refused with 401',
  async run(trial) {
    const reading = trial.bench.stranger.readHook(await oneHook(trial));
    assert.deepEqual([reading.kind, reading.kind === 'refused' && reading.status], ['refused', 401]);
  },
};

const unsigned: Rule = {
  name: 'a hook without a signature, or with a broken one, is refused with 401',
  async run(trial) {
    const hook = await oneHook(trial);
    const names = Object.keys(hook.headers).filter((name) => name.includes('signature'));
    assert.ok(names.length > 0, 'no header of the hook is called a signature');
    const spoilt: readonly ((signature: string) => string | null)[] = [
      () => null,
      () => '',
      () => 'sha256=',
      () => 'v1,',
      () => 'sha256=zz',
      () => '…',
      (signature) => signature.slice(0, -2),
      (signature) => signature.replace(/sha256|v1/, 'sha1'),
    ];
    for (const spoil of spoilt) {
      const headers = Object.fromEntries(
        Object.entries(hook.headers).flatMap(([name, old]) => {
          const fresh = names.includes(name) ? spoil(old) : old;
          return fresh === null ? [] : [[name, fresh]];
        }),
      );
      const reading = trial.connector.readHook({ ...hook, headers });
      assert.deepEqual([reading.kind, reading.kind === 'refused' && reading.status], ['refused', 401]);
    }
    assert.equal(accepted(trial.connector.readHook(hook)).kind, 'accepted');
  },
};

const agreesWithRead: Rule = {
  name: 'what a hook hints at is there when the ticket is read again',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    const comment = await outside.comment(id, 'Have you seen this?', { internal: false });
    await outside.settle();
    const hinted = outside.hooks().map((hook) => accepted(connector.readHook(hook)).ticket);
    assert.ok(hinted.includes(id));
    const read = value(await connector.read(id));
    assert.ok(read.comments.some((candidate) => candidate.id === comment));
  },
};

export const hookRules: readonly Rule[] = [
  namesTicket,
  stableKey,
  tampered,
  wrongSecret,
  unsigned,
  agreesWithRead,
];
