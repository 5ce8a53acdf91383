import assert from 'node:assert/strict';
import type { FieldName, WantedFields } from '../../../src/model/ticket.ts';
import { type Rule, retried, type Trial, value } from '../trial.ts';

type Wanted = (trial: Trial) => WantedFields;

const FIELDS: Readonly<Record<Exclude<FieldName, 'status'>, Wanted>> = {
  summary: () => ({ summary: 'The door of the archive' }),
  priority: () => ({ priority: 'critical' }),
  impact: () => ({ impact: 'high' }),
  urgency: () => ({ urgency: 'high' }),
  assignee: ({ bench }) => {
    const { account, name, email } = bench.person;
    return { assignee: { account, name, email } };
  },
  group: ({ bench }) => ({ group: bench.group }),
};

function isWritten([name, wanted]: readonly [string, Wanted]): Rule {
  const field = FIELD_NAMES.find((one) => one === name) ?? 'summary';
  return {
    name: `field "${name}" that we write is what agents see and what we read, or is left with a reason`,
    async run(trial) {
      const { connector, outside, attempt } = trial;
      const { id } = await trial.ticket();
      const before = value(await connector.read(id));
      const [input, only] = [trial.change(id, wanted(trial), { before }), attempt()];
      const { left } = value(await connector.write.send(input, only));
      const after = value(await connector.read(id));
      if (left.length > 0) {
        assert.deepEqual(
          left.map((one) => one.field),
          [field],
        );
        for (const { reason } of left) assert.ok(reason.length > 15, `left because "${reason}"`);
        assert.equal(after[field], before[field], 'it was left and changed all the same');
      } else {
        assert.notEqual(after[field], before[field], 'nothing was written, and nothing said why');
        assert.equal(after[field], (await trial.seen(id))[field], 'agents see something else');
      }
      await outside.settle();
      assert.deepEqual(value(await connector.write.find(input, only)), { left });
      // Somebody who wants what is there already has nothing to lose: once more changes nothing.
      const again = value(await connector.write.send(input, only));
      assert.deepEqual(
        again.left.map((one) => one.field),
        left.map((one) => one.field),
      );
      assert.equal(value(await connector.read(id))[field], after[field]);
    },
  };
}
const FIELD_NAMES = ['summary', 'priority', 'impact', 'urgency', 'assignee', 'group'] as const;

const nobody: Rule = {
  name: 'a ticket that is assigned can be assigned to nobody, or says why not',
  async run(trial) {
    const { connector, attempt } = trial;
    const { id } = await trial.ticket();
    const given = value(await connector.write.send(trial.change(id, FIELDS.assignee(trial)), attempt()));
    assert.deepEqual(given.left, [], 'the person of the bench has to be assignable');
    const { left } = value(await connector.write.send(trial.change(id, { assignee: null }), attempt()));
    const { assignee } = value(await connector.read(id));
    assert.equal(
      assignee === null,
      left.length === 0,
      `assigned to ${assignee}, left ${JSON.stringify(left)}`,
    );
  },
};

const impossible: Rule = {
  name: 'what cannot be set is left with a reason that names it, and the other fields are written',
  async run(trial) {
    const { connector, attempt } = trial;
    const { id } = await trial.ticket();
    const before = value(await connector.read(id));
    const assignee = { account: null, name: 'Nobody Atall', email: 'nobody.atall@nowhere.example' };
    const set = { assignee, group: 'No such group 4711', summary: 'Written all the same' };
    const { left } = value(await connector.write.send(trial.change(id, set), attempt()));
    assert.deepEqual(left.map((one) => one.field).toSorted(), ['assignee', 'group']);
    for (const { field, reason } of left) {
      assert.ok(reason.length > 15 && reason.length <= 500, `left because "${reason}"`);
      if (field === 'assignee') assert.ok(reason.includes('Nobody Atall'), reason);
    }
    const after = value(await connector.read(id));
    assert.deepEqual([after.assignee, after.group], [before.assignee, before.group]);
    assert.equal(after.summary, 'Written all the same');
  },
};

const changedMeanwhile: Rule = {
  name: 'a field that somebody changed meanwhile is left, the others are written',
  async run(trial) {
    const { connector, outside, attempt } = trial;
    const { id } = await trial.ticket();
    const before = value(await connector.read(id));
    await outside.setField(id, 'summary', 'What the agent says');
    const set = { summary: 'What we say', status: 'active' } as const;
    const { left } = value(await connector.write.send(trial.change(id, set, { before }), attempt()));
    assert.deepEqual(
      left.map((one) => one.field),
      ['summary'],
    );
    assert.ok(left[0]?.reason.includes('What the agent says'), left[0]?.reason);
    const after = await trial.seen(id);
    assert.deepEqual([after.summary, after.statusCategory], ['What the agent says', 'active']);
  },
};

const statusMeanwhile: Rule = {
  name: 'a status that an agent changed meanwhile is left',
  async run(trial) {
    const { connector, outside, attempt } = trial;
    const { id } = await trial.ticket();
    const before = value(await connector.read(id));
    await outside.setStatus(id, 'active');
    await outside.setStatus(id, 'done');
    const wanted = trial.change(id, { status: 'active' }, { before });
    const { left } = value(await connector.write.send(wanted, attempt()));
    assert.deepEqual(
      left.map((one) => one.field),
      ['status'],
    );
    assert.equal((await trial.seen(id)).statusCategory, 'done');
  },
};

const wantedAlready: Rule = {
  name: 'a field that says already what is wanted is not left, whoever wrote it',
  async run(trial) {
    const { connector, outside, attempt } = trial;
    const { id } = await trial.ticket();
    const before = value(await connector.read(id));
    await outside.setField(id, 'summary', 'As everybody wants it');
    const wanted = trial.change(id, { summary: 'As everybody wants it' }, { before });
    assert.deepEqual(value(await connector.write.send(wanted, attempt())).left, []);
    assert.deepEqual(value(await connector.write.find(wanted, attempt())), { left: [] });
  },
};

const lostAnswer: Rule = {
  name: 'fields whose answer is lost are unknown, and the look-up tells whether they were written',
  async run(trial) {
    const { connector, outside, attempt } = trial;
    const faults = [
      { kind: 'fail-after', status: 500 },
      { kind: 'reset-after' },
      { kind: 'fail-before', status: 502 },
    ] as const;
    for (const fault of faults) {
      const { id } = await trial.ticket();
      const before = value(await connector.read(id));
      const [input, only] = [trial.change(id, { summary: `Met ${fault.kind}` }, { before }), attempt()];
      outside.fault('writes', fault, 1);
      retried(await connector.write.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const isThere = fault.kind !== 'fail-before';
      assert.deepEqual(
        value(await connector.write.find(input, only)),
        isThere ? { left: [] } : null,
        fault.kind,
      );
      assert.deepEqual(value(await connector.write.send(input, only)).left, []);
      assert.equal((await trial.seen(id)).summary, `Met ${fault.kind}`);
    }
  },
};

const hostile: Rule = {
  name: 'hostile words in fields change nothing but their own field',
  async run(trial) {
    const { connector, attempt } = trial;
    const { id } = await trial.ticket();
    const before = await trial.seen(id);
    const texts = [
      'x^state=7^ORDERBYnumber',
      '"; DROP TABLE x; --',
      '{"set":[]}',
      'a\nb\u0000c',
      '[code]<b>x</b>[/code]',
      'javascript:gs.log(1)',
    ];
    for (const text of texts) {
      const assignee = { account: null, name: text, email: text };
      const set = { summary: `Summary ${text}`, group: text, assignee };
      const { left } = value(await connector.write.send(trial.change(id, set), attempt()));
      assert.deepEqual(left.map((one) => one.field).toSorted(), ['assignee', 'group'], text);
      const { summary, statusCategory, group, assignee: who } = await trial.seen(id);
      assert.ok(summary.startsWith('Summary') && !/[\n\0]|\[code/.test(summary), JSON.stringify(summary));
      assert.deepEqual([statusCategory, group, who], [before.statusCategory, before.group, before.assignee]);
    }
    const { left } = value(await connector.write.send(trial.change(id, { summary: ' \n' }), attempt()));
    assert.deepEqual(
      left.map((one) => one.field),
      ['summary'],
      'an empty summary',
    );
  },
};

export const fieldRules: readonly Rule[] = [
  ...Object.entries(FIELDS).map(isWritten),
  nobody,
  impossible,
  changedMeanwhile,
  statusMeanwhile,
  wantedAlready,
  lostAnswer,
  hostile,
];
