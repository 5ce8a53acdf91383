import assert from 'node:assert/strict';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import { type Rule, refused, retried, value } from '../trial.ts';

const actor = 'Ada Lovelace';

/** From where each category is entered: its usual predecessor. */
const before: Readonly<Record<StatusCategory, StatusCategory>> = {
  new: 'active',
  active: 'new',
  done: 'active',
};

function writes(status: StatusCategory): Rule {
  return {
    name: `status "${status}" that we write is what agents see and what we read`,
    async run({ connector, outside, attempt, ticket, seen }) {
      const { id } = await ticket();
      await outside.setStatus(id, before[status]);
      value(await connector.write.send({ ticket: id, status, actor }, attempt()));
      assert.equal((await seen(id)).statusCategory, status);
      assert.equal(value(await connector.read(id, null)).status.category, status);
    },
  };
}

function reads(status: StatusCategory): Rule {
  return {
    name: `status "${status}" that agents set is what we read`,
    async run({ connector, outside, ticket }) {
      const { id } = await ticket();
      await outside.setStatus(id, before[status]);
      await outside.setStatus(id, status);
      const read = value(await connector.read(id, null)).status;
      assert.equal(read.category, status);
      assert.notEqual(read.name, '');
    },
  };
}

const reopens: Rule = {
  name: 'a ticket that is done can be made active again',
  async run({ connector, attempt, ticket, seen }) {
    const { id } = await ticket();
    for (const status of ['active', 'done', 'active'] as const) {
      value(await connector.write.send({ ticket: id, status, actor }, attempt()));
      assert.equal((await seen(id)).statusCategory, status);
    }
  },
};

const twice: Rule = {
  name: 'writing a status twice is harmless',
  async run({ connector, attempt, ticket, seen }) {
    const { id } = await ticket();
    const change = { ticket: id, status: 'active', actor } as const;
    value(await connector.write.send(change, attempt()));
    const once = await seen(id);
    value(await connector.write.send(change, attempt()));
    const again = await seen(id);
    assert.equal(again.statusCategory, 'active');
    assert.deepEqual(again.comments, once.comments);
  },
};

const lostAnswer: Rule = {
  name: 'a status whose answer is lost is unknown, and writing it again is harmless',
  async run({ connector, outside, attempt, ticket, seen, within }) {
    for (const fault of [
      { kind: 'fail-after', status: 500 },
      { kind: 'reset-after' },
      { kind: 'html' },
    ] as const) {
      const { id } = await ticket();
      const change = { ticket: id, status: 'active', actor } as const;
      const only = attempt();
      outside.fault('writes', fault, 1);
      retried(await within({ timeoutMs: 5000 }).write.send(change, only), 'unknown');
      outside.clearFaults();
      assert.equal((await connector.write.find(change, only)).kind, 'ok');
      value(await connector.write.send(change, only));
      assert.equal((await seen(id)).statusCategory, 'active');
    }
  },
};

const missing: Rule = {
  name: 'a ticket that does not exist is not found: read, status, comment',
  async run({ bench, connector, attempt, words }) {
    const { ticket } = bench.missing;
    refused(await connector.read(ticket, null), 'not-found');
    refused(await connector.write.send({ ticket, status: 'done', actor }, attempt()), 'not-found');
    refused(await connector.comment.send(words(ticket, 'Anybody there?'), attempt()), 'not-found');
  },
};

export const writeRules: readonly Rule[] = [
  writes('new'),
  writes('active'),
  writes('done'),
  reads('new'),
  reads('active'),
  reads('done'),
  reopens,
  twice,
  lostAnswer,
  missing,
];
