import assert from 'node:assert/strict';
import { FORM_FIELD_KINDS } from '../../../src/connectors/capabilities.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import { type Author, PRIORITIES } from '../../../src/model/ticket.ts';
import { able, capable, specialOf } from '../bench.ts';
import { type Rule, refused, retried, type Trial, value } from '../trial.ts';

/** Who was asked, as himself. */
function himself({ bench }: Trial): Author {
  const { name, grant } = able(bench.signed);
  return { name, grant };
}

async function asked(trial: Trial, decision: 'approved' | 'declined' = 'approved') {
  const approvals = capable(trial.connector, trial.bench, 'approvals');
  const special = specialOf(trial.bench);
  const by = himself(trial);
  const { id: ticket } = await trial.ticket();
  const approval = await special.askApproval(ticket);
  return { approvals, answer: { ticket, approval, decision, by, comment: null } as const };
}

const approvalsListed: Rule = {
  name: 'an approval is listed with who decides, and where he can',
  async run(trial) {
    const { approvals, answer } = await asked(trial);
    const all = value(await approvals.list(answer.ticket));
    assert.deepEqual(
      all.map(({ id, state }) => [id, state]),
      [[answer.approval, 'pending']],
    );
    const [{ url, approvers } = { url: '', approvers: [] }] = all;
    assert.ok(URL.canParse(url), `"${url}" is no address`);
    assert.deepEqual(
      approvers.map(({ name, decision }) => [name, decision]),
      [[answer.by.name, 'pending']],
    );
    const other = await trial.ticket();
    assert.deepEqual(value(await approvals.list(other.id)), []);
  },
};

const approvalAnswered: Rule = {
  name: 'an approver answers as himself, which is read back; a second answer is a conflict',
  async run(trial) {
    for (const decision of ['approved', 'declined'] as const) {
      const { approvals, answer } = await asked(trial, decision);
      assert.equal(value(await approvals.answer.find(answer, trial.attempt())), null);
      const done = value(await approvals.answer.send(answer, trial.attempt()));
      const [own] = done.approvers;
      assert.deepEqual([done.state, own?.decision, own?.decidedBy], [decision, decision, 'person']);
      assert.equal(value(await approvals.answer.find(answer, trial.attempt()))?.state, decision);
      assert.equal(value(await approvals.list(answer.ticket))[0]?.state, decision);
      const again = { ...answer, decision: decision === 'approved' ? 'declined' : 'approved' } as const;
      refused(await approvals.answer.send(again, trial.attempt()), 'conflict');
      assert.equal(value(await approvals.list(answer.ticket))[0]?.state, decision);
    }
  },
};

const approvalNobodyElse: Rule = {
  name: 'nobody decides in the name of somebody else: without his own sign-in, or with a refused one, nothing is decided',
  async run(trial) {
    const { approvals, answer } = await asked(trial);
    const { name, refused: withdrawn } = able(trial.bench.signed);
    const before = trial.outside.requests();
    const unsigned = { ...answer, by: { name, grant: null } };
    refused(await approvals.answer.send(unsigned, trial.attempt()), 'forbidden');
    assert.equal(trial.outside.requests(), before, 'nothing was asked');
    refused(
      await approvals.answer.send({ ...answer, by: { name, grant: withdrawn } }, trial.attempt()),
      'auth',
    );
    assert.equal(value(await approvals.list(answer.ticket))[0]?.state, 'pending');
  },
};

const approvalDelegated: Rule = {
  name: 'a delegate is told as one, and decides in the place of whoever was asked',
  async run(trial) {
    const approvals = capable(trial.connector, trial.bench, 'approvals');
    const ask = able(specialOf(trial.bench).askInHisPlace);
    const by = himself(trial);
    const { id: ticket } = await trial.ticket();
    const approval = await ask(ticket);
    const [asked] = value(await approvals.list(ticket));
    const [approver] = asked?.approvers ?? [];
    assert.notEqual(approver?.name, by.name);
    assert.equal(approver?.delegates.length, 1);
    const answer = { ticket, approval, decision: 'approved', by, comment: null } as const;
    assert.equal(value(await approvals.answer.send(answer, trial.attempt())).state, 'approved');
    assert.equal(value(await approvals.answer.find(answer, trial.attempt()))?.state, 'approved');
  },
};

const approvalSigned: Rule = {
  name: 'what has to be signed in the system itself says so, and is not answered from here',
  async run(trial) {
    const demand = able(specialOf(trial.bench).demandSignature);
    const { approvals, answer } = await asked(trial);
    await demand();
    const [shown] = value(await approvals.list(answer.ticket));
    assert.ok((shown?.onlyThere ?? '').length > 10, 'no word of a signature');
    assert.ok(URL.canParse(shown?.url ?? ''), `"${shown?.url}" is no address`);
    refused(await approvals.answer.send(answer, trial.attempt()), 'forbidden');
    assert.equal(value(await approvals.list(answer.ticket))[0]?.state, 'pending');
  },
};

const articleFound: Rule = {
  name: 'an article is found by its words, in plain words, where the person can open it',
  async run(trial) {
    const knowledge = capable(trial.connector, trial.bench, 'knowledge');
    const { words, title } = specialOf(trial.bench).article;
    const found = value(await knowledge.search(words, { limit: 3, as: himself(trial) }));
    assert.ok(found.length > 0 && found.length <= 3);
    const [first] = found;
    assert.equal(first?.title, title);
    assert.ok(URL.canParse(first?.url ?? ''), `"${first?.url}" is no address`);
    assert.ok(!/[<>]|@@@/.test(first?.excerpt ?? ''), first?.excerpt);
    assert.deepEqual(value(await knowledge.search('qqqqzzzz', { limit: 3, as: himself(trial) })), []);
  },
};

const clocksRead: Rule = {
  name: 'the clocks of a ticket have a name, a state and no time where there is none; a missing ticket has no clocks',
  async run({ connector, bench, ticket }) {
    const clocks = capable(connector, bench, 'clocks');
    const { id } = await ticket();
    for (const clock of value(await clocks.read(id))) {
      assert.notEqual(clock.name, '');
      if (clock.state === 'met') assert.equal(clock.remainingMs, null, clock.name);
      if (clock.state === 'running')
        assert.ok((clock.remainingMs ?? 0) > 0 && clock.due !== null, clock.name);
    }
    // Some systems tell a ticket that is not there from one without clocks, and some do not.
    const missing = await clocks.read(bench.missing.ticket);
    if (missing.kind === 'ok') assert.deepEqual(missing.value, []);
    else refused(missing, 'not-found');
  },
};

const formShown: Rule = {
  name: 'the form of a target can be filled in, and a target of another system has none',
  async run({ connector, bench, outside }) {
    const catalog = capable(connector, bench, 'catalog');
    const { name, fields } = value(await catalog.form(bench.target));
    assert.notEqual(name, '');
    assert.equal(new Set(fields.map(({ id }) => id)).size, fields.length);
    for (const { label, kind, options } of fields) {
      assert.notEqual(label, '');
      assert.ok(FORM_FIELD_KINDS.includes(kind));
      assert.equal(options.length > 0, kind === 'choice' || kind === 'choices', label);
    }
    const before = outside.requests();
    refused(await catalog.form({ nobody: 'knows' }), 'invalid');
    assert.equal(outside.requests(), before);
  },
};

const linkedBack: Rule = {
  name: 'the link back to the thread is one link, however often it is set, also when its answer was lost',
  async run(trial) {
    const { connector, bench, outside, ticket, attempt } = trial;
    const backlink = capable(connector, bench, 'backlink');
    const special = specialOf(bench);
    const { id } = await ticket();
    const link = (to: TicketId, url: string) => ({
      ticket: to,
      thread: 'T1.C1.1700000000.000100',
      url,
      title: 'The thread',
      isDone: false,
    });
    const [first, second] = [
      'https://example.slack.com/archives/C1/p1',
      'https://example.slack.com/archives/C2/p2',
    ];
    outside.fault('writes', { kind: 'reset-after' }, 1);
    retried(await backlink.send(link(id, first), attempt()), 'unknown');
    outside.clearFaults();
    value(await backlink.send(link(id, first), attempt()));
    assert.deepEqual(await special.links(id), [first]);
    value(await backlink.send(link(id, second), attempt()));
    assert.deepEqual(await special.links(id), [second]);
    refused(await backlink.send(link(bench.missing.ticket, first), attempt()), 'not-found');
  },
};

const prioritiesMeant: Rule = {
  name: 'the name of a priority means what writes it, and a name that nobody gave means nothing',
  async run({ connector, bench, change, ticket, attempt }) {
    const priorities = capable(connector, bench, 'priorities');
    const { id } = await ticket();
    let shown = 0;
    for (const priority of PRIORITIES) {
      if (value(await connector.write.send(change(id, { priority }), attempt())).left.length > 0) continue;
      const { priority: name } = value(await connector.read(id));
      if (name === null) continue;
      shown += 1;
      const meant = value(await priorities.meaning(id, [name, `no priority is called ${name}`]));
      assert.deepEqual([...meant.keys()], [name]);
      // Two of ours may have one name there: then writing what it means changes nothing.
      const wanted = change(id, { priority: meant.get(name) ?? priority });
      assert.deepEqual(value(await connector.write.find(wanted, attempt())), { left: [] }, name);
    }
    assert.ok(shown > 1, 'hardly any priority could be written');
  },
};

/** What only some systems have; a connector without it is told of, with its reason. */
export const capabilityRules: readonly Rule[] = [
  approvalsListed,
  approvalAnswered,
  approvalNobodyElse,
  approvalDelegated,
  approvalSigned,
  articleFound,
  clocksRead,
  formShown,
  prioritiesMeant,
  linkedBack,
];
