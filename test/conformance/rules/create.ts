import assert from 'node:assert/strict';
import { type Rule, refused, retried, value } from '../trial.ts';

const foundByMarker: Rule = {
  name: 'a created ticket is found by its marker',
  async run({ connector, outside, draft, attempt }) {
    const [input, first] = [draft(), attempt()];
    const created = value(await connector.create.send(input, first));
    assert.ok(URL.canParse(created.url), `"${created.url}" is no address`);
    assert.notEqual(created.key, '');
    await outside.settle();
    const found = value(await connector.create.find(input, first));
    assert.deepEqual(found, created);
    assert.equal(value(await connector.read(created.id)).summary, input.summary);
  },
};

const unknownMarker: Rule = {
  name: 'an unknown marker is found nowhere, and looking changes nothing',
  async run({ connector, outside, draft, attempt, ticket }) {
    await ticket();
    await outside.settle();
    const before = await outside.tickets();
    assert.equal(value(await connector.create.find(draft(), attempt())), null);
    assert.deepEqual(await outside.tickets(), before);
  },
};

const tenAtOnce: Rule = {
  name: 'ten creates at once are ten tickets',
  async run({ connector, outside, draft, attempt }) {
    const wanted = Array.from({ length: 10 }, () => ({ input: draft(), attempt: attempt() }));
    const sent = wanted.map(async (one) => value(await connector.create.send(one.input, one.attempt)));
    const created = await Promise.all(sent);
    assert.equal(new Set(created.map((ref) => ref.id)).size, 10);
    await outside.settle();
    for (const [index, one] of wanted.entries()) {
      assert.equal(value(await connector.create.find(one.input, one.attempt))?.id, created[index]?.id);
    }
  },
};

const lostAnswer: Rule = {
  name: 'a create whose answer is lost is unknown, then found exactly once',
  async run({ connector, outside, draft, attempt, within }) {
    value(await connector.check());
    const faults = [
      { kind: 'fail-after', status: 500 },
      { kind: 'html-after' },
      { kind: 'reset-after' },
      { kind: 'hang-after' },
    ] as const;
    for (const fault of faults) {
      const [input, only] = [draft(), attempt()];
      outside.fault('writes', fault, 1);
      retried(await within({ timeoutMs: 1500 }).create.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const found = value(await connector.create.find(input, only));
      const there = (await outside.tickets()).filter((ticket) => ticket.summary === input.summary);
      assert.deepEqual(
        there.map((ticket) => ticket.id),
        [found?.id],
        `after ${fault.kind}`,
      );
    }
  },
};

const neverHappened: Rule = {
  name: 'a create that met a web page, a 5xx or a reset is unknown, and its absence is seen',
  async run({ connector, outside, draft, attempt }) {
    const faults = [
      { kind: 'html' },
      { kind: 'fail-before', status: 503 },
      { kind: 'reset-before' },
    ] as const;
    for (const fault of faults) {
      const [input, only] = [draft(), attempt()];
      outside.fault('writes', fault, 1);
      retried(await connector.create.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      assert.equal(value(await connector.create.find(input, only)), null, `after ${fault.kind}`);
    }
  },
};

const tellsItsStory: Rule = {
  name: 'agents see who asked, what, why it landed here, and where it came from',
  async run({ connector, draft, attempt, seen }) {
    const input = draft({ requester: { name: 'Grace Hopper', email: 'grace@example.com' } });
    const { description } = await seen(value(await connector.create.send(input, attempt())).id);
    const { permalink } = input;
    assert.ok(permalink !== null);
    for (const part of ['Grace Hopper', 'First line', 'Second line', input.reason, permalink]) {
      assert.ok(description.includes(part), `"${part}" is missing in: ${description}`);
    }
  },
};

const strangeTarget: Rule = {
  name: 'a target of another system is refused as invalid, without a request',
  async run({ connector, outside, draft, attempt }) {
    for (const target of [null, undefined, 7, 'IAM', [], {}, { nobody: 'knows' }]) {
      const before = outside.requests();
      refused(await connector.create.send(draft({ target }), attempt()), 'invalid');
      assert.equal(outside.requests(), before);
    }
  },
};

export const createRules: readonly Rule[] = [
  foundByMarker,
  unknownMarker,
  tenAtOnce,
  lostAnswer,
  neverHappened,
  tellsItsStory,
  strangeTarget,
];
