import assert from 'node:assert/strict';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import { takesFiles } from '../bench.ts';
import { type Rule, refused, retried, value } from '../trial.ts';

/** From where each category is entered: its usual predecessor. */
const before: Readonly<Record<StatusCategory, StatusCategory>> = {
  new: 'active',
  active: 'new',
  done: 'active',
};

function writes(status: StatusCategory): Rule {
  return {
    name: `status "${status}" that we write is what agents see and what we read`,
    async run({ connector, outside, attempt, change, ticket, seen }) {
      const { id } = await ticket();
      await outside.setStatus(id, before[status]);
      value(await connector.write.send(change(id, { status }), attempt()));
      assert.equal((await seen(id)).statusCategory, status);
      assert.equal(value(await connector.read(id)).status.category, status);
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
      const read = value(await connector.read(id)).status;
      assert.equal(read.category, status);
      assert.notEqual(read.name, '');
    },
  };
}

const reopens: Rule = {
  name: 'a ticket that is done can be made active again',
  async run({ connector, attempt, change, ticket, seen }) {
    const { id } = await ticket();
    for (const status of ['active', 'done', 'active'] as const) {
      value(await connector.write.send(change(id, { status }), attempt()));
      assert.equal((await seen(id)).statusCategory, status);
    }
  },
};

const twice: Rule = {
  name: 'writing a status twice is harmless',
  async run({ connector, attempt, change, ticket, seen }) {
    const { id } = await ticket();
    const wanted = change(id, { status: 'active' });
    value(await connector.write.send(wanted, attempt()));
    const once = await seen(id);
    value(await connector.write.send(wanted, attempt()));
    const again = await seen(id);
    assert.equal(again.statusCategory, 'active');
    assert.deepEqual(again.comments, once.comments);
  },
};

const lostAnswer: Rule = {
  name: 'a status whose answer is lost is unknown, its look-up tells, and writing it again is harmless',
  async run({ connector, outside, attempt, change, ticket, seen, within }) {
    for (const fault of [
      { kind: 'fail-after', status: 500 },
      { kind: 'reset-after' },
      { kind: 'html' },
    ] as const) {
      const { id } = await ticket();
      const wanted = change(id, { status: 'active' });
      const only = attempt();
      outside.fault('writes', fault, 1);
      retried(await within({ timeoutMs: 5000 }).write.send(wanted, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const found = value(await connector.write.find(wanted, only));
      assert.equal(
        found !== null,
        fault.kind !== 'html',
        `found after ${fault.kind}: ${JSON.stringify(found)}`,
      );
      assert.deepEqual(value(await connector.write.send(wanted, only)).left, []);
      assert.equal((await seen(id)).statusCategory, 'active');
    }
  },
};

const missing: Rule = {
  name: 'a ticket that does not exist is not found: read, fields, comment, file',
  async run({ bench, connector, attempt, words, revision, file, change }) {
    const { ticket, comment, file: gone } = bench.missing;
    refused(await connector.read(ticket), 'not-found');
    refused(await connector.write.send(change(ticket, { status: 'done' }), attempt()), 'not-found');
    const draft = words(ticket, 'Anybody there?');
    refused(await connector.comments.add.send(draft, attempt()), 'not-found');
    refused(await connector.comments.revise.send(revision(draft, comment, 'Hello?'), attempt()), 'not-found');
    if (!takesFiles(connector)) return;
    refused(await connector.files.add.send(file(ticket, 'Anybody there?'), attempt()), 'not-found');
    refused(await connector.files.open(ticket, gone), 'not-found');
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
