import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskedFields, Intake } from '../../src/model/intake.ts';
import type { OperationBody } from '../../src/model/link.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import { isPingPong } from '../../src/sync/breaker.ts';
import { plan } from '../../src/sync/plan.ts';
import { planAll, write } from './paper-lanes.ts';
import {
  ALMA,
  asked,
  BEN,
  CHANNEL,
  closings,
  EVE,
  fields,
  kinds,
  known,
  link,
  message,
  NOW,
  notices,
  operations,
  reading,
  records,
  saw,
  TEAM,
  ticket,
  tsAt,
  whispers,
} from './paper-world.ts';

const done = { name: 'Done', category: 'done' } as const;

for (const { who, by, may, mayNot } of [
  {
    who: 'the person who asked',
    by: ALMA,
    may: [{ status: 'done' }, { summary: 'Other' }, { urgency: 'high' }],
    mayNot: [{ priority: 'high' }, { impact: 'low' }, { assignee: BEN }, { group: 'Endpoint' }],
  },
  {
    who: 'a responder',
    by: BEN,
    may: [
      { status: 'done' },
      { priority: 'high' },
      { impact: 'low' },
      { assignee: BEN },
      { group: 'Endpoint' },
    ],
    mayNot: [],
  },
  {
    who: 'a stranger',
    by: EVE,
    may: [],
    mayNot: [
      { status: 'done' },
      { summary: 'Other' },
      { assignee: null },
      { status: 'done', priority: 'low' },
    ],
  },
] as const satisfies readonly {
  may: readonly AskedFields[];
  mayNot: readonly AskedFields[];
  who: string;
  by: unknown;
}[]) {
  test(`fields, changed by ${who}: what he may is asked of the ticket, what he may not is whispered to him alone`, () => {
    for (const set of may) {
      const steps = plan(known(), saw([asked(by, set)]));
      assert.deepEqual([kinds(steps), records(steps)], [['write'], ['change.asked']], JSON.stringify(set));
    }
    for (const set of mayNot) {
      const steps = plan(known(), saw([asked(by, set)]));
      assert.deepEqual(
        [kinds(steps), records(steps)],
        [['whisper'], ['change.refused']],
        JSON.stringify(set),
      );
      const [told] = whispers(steps);
      assert.equal(told?.user, by);
      for (const field of Object.keys(set)) assert.ok(told?.text.includes(field), field);
      assert.deepEqual(closings(steps), ['planned']);
    }
    assert.ok(may.length + mayNot.length > 3);
  });
}

test('one field that he may not change keeps the whole form from being written', () => {
  const steps = plan(known(), saw([asked(ALMA, { summary: 'Other', priority: 'critical' })]));
  assert.deepEqual(kinds(steps), ['whisper']);
});

test('a change carries what whoever asked saw, who he is, and people as the ticket system knows them', () => {
  const set: AskedFields = { status: 'done', priority: 'high', assignee: BEN, summary: 'Other' };
  assert.deepEqual(operations(plan(known(), saw([asked(BEN, set)]))), [
    {
      kind: 'write',
      set: {
        priority: 'high',
        summary: 'Other',
        status: 'done',
        assignee: { name: 'Ben Okafor', email: null, account: 'acc-ben' },
      },
      before: fields(),
      actor: 'Ben Okafor',
      by: BEN,
      implied: false,
    },
  ] satisfies OperationBody[]);
});

test('nobody as assignee is somebody who is asked for, too; a person without a linked account goes by his address', () => {
  const [none, alma] = operations(
    plan(known(), saw([asked(BEN, { assignee: null }), asked(BEN, { assignee: ALMA })])),
  );
  assert.deepEqual(none?.kind === 'write' && none.set, { assignee: null });
  assert.deepEqual(alma?.kind === 'write' && alma.set, {
    assignee: { name: 'Alma Reyes', email: 'alma@example.com', account: null },
  });
});

test('a status that the ticket has already is not asked for again; what else was asked still is', () => {
  assert.deepEqual(operations(plan(known(), saw([asked(ALMA, { status: 'new' })]))), []);
  const [body] = operations(plan(known(), saw([asked(ALMA, { status: 'new', summary: 'Other' })])));
  assert.deepEqual(body?.kind === 'write' && body.set, { summary: 'Other' });
});

test('whoever reopens wants it not to be done any more, whatever state that is', () => {
  const closed = known({
    link: link({ status: 'closed', closedAt: NOW, ticket: ticket({ fields: fields({ status: done }) }) }),
  });
  for (const status of ['new', 'active'] as const) {
    const [body] = operations(plan(closed, saw([asked(ALMA, { status })])));
    assert.deepEqual(body?.kind === 'write' && body.set, { status: 'open' });
  }
});

test('before the ticket was ever read, a change is asked for without knowing what was there', () => {
  const unread = known({ link: link({ ticket: ticket({ fields: null, updatedAt: null }) }) });
  const [body] = operations(plan(unread, saw([asked(ALMA, { status: 'new' })])));
  assert.deepEqual(body?.kind === 'write' && [body.set, body.before], [{ status: 'open' }, null]);
});

test('an empty form asks for nothing', () => {
  assert.deepEqual(operations(plan(known(), saw([asked(ALMA, {})]))), []);
});

test('nobody is told of what he did himself; the person who asked is told who did it', () => {
  const closing = reading({ status: done });
  const by = (user: typeof ALMA) =>
    known({ link: link({ ownChange: { status: 'done', by: user, at: NOW } }) });
  assert.deepEqual(notices(plan(by(ALMA), saw([], closing))), []);
  assert.deepEqual(notices(plan(by(BEN), saw([], closing))), [
    'IT-1 is Done (Ben Okafor). If it is not solved, reply here and it opens again.',
  ]);
  assert.equal(write(by(ALMA), plan(by(ALMA), saw([], closing))).link.ownChange, null);
});

test('a change that somebody else made is told, also when another one was asked for from Slack', () => {
  const wanted = known({ link: link({ ownChange: { status: 'open', by: ALMA, at: NOW } }) });
  assert.deepEqual(notices(plan(wanted, saw([], reading({ status: done })))), [
    'IT-1 is Done. If it is not solved, reply here and it opens again.',
  ]);
});

test('a reading that does not show his change yet does not make it news to him', () => {
  const before = known({ link: link({ ownChange: { status: 'done', by: ALMA, at: NOW } }) });
  const lagging = reading({ updatedAt: ticket().updatedAt ?? NOW });
  const { plans, last } = planAll(before, [saw([], lagging), saw([], reading({ status: done }))]);
  assert.deepEqual(plans.map(notices), [[], []]);
  assert.equal(last.known.link.ownChange, null);
});

test('a change that never shows is not waited for: neither when minutes have passed, nor when another came instead', () => {
  const at = new Date(NOW.getTime() - 6 * 60_000);
  const after = (changed: typeof at, status: TicketFields['status']) => {
    const before = known({ link: link({ ownChange: { status: 'done', by: ALMA, at: changed } }) });
    return write(before, plan(before, saw([], reading({ status })))).link.ownChange;
  };
  assert.notEqual(after(NOW, fields().status), null);
  assert.equal(after(at, fields().status), null);
  assert.equal(after(NOW, { name: 'Waiting', category: 'active' }), null);
});

test('two hundred field updates by agents are not a single post', () => {
  const updates = Array.from({ length: 200 }, (_, n) =>
    saw(
      [],
      reading({
        updatedAt: new Date(NOW.getTime() + n * 1_000),
        summary: `Laptop ${n}`,
        priority: n % 2 === 0 ? 'High' : 'Low',
        assignee: `Agent ${n % 7}`,
        group: `Group ${n % 3}`,
        impact: n % 5 === 0 ? '1 - High' : null,
        status:
          n % 2 === 0 ? { name: 'In Progress', category: 'active' } : { name: 'Waiting', category: 'new' },
      }),
    ),
  );
  const { plans, last } = planAll(known(), updates);
  assert.deepEqual(plans.flatMap(kinds), []);
  assert.equal(last.known.link.ticket?.fields?.summary, 'Laptop 199', 'the card shows the last of them');
});

test('things that cross both ways faster than people write are a loop; a flood from one side is none', () => {
  assert.equal(isPingPong({ slack: 20, ticket: 20 }), true);
  assert.equal(isPingPong({ slack: 19, ticket: 1_000 }), false);
  assert.equal(isPingPong({ slack: 1_000, ticket: 0 }), false);
});

test('who is no member of the company changes nothing by emoji, by form or by an alarm, also when he answers requests', () => {
  const at = { team: TEAM, by: BEN, channel: CHANNEL };
  const reaction = { ...at, kind: 'react', ts: tsAt(1), act: 'solve' } as const;
  const intakes = [
    { ...reaction, on: true },
    { ...reaction, on: false },
    { ...at, kind: 'escalate', at: { link: link().id }, why: 'It burns' },
    asked(BEN, { status: 'done' }),
    { ...at, kind: 'ask-card', link: link().id, ask: 'watch' },
    { ...at, kind: 'ask-card', link: link().id, ask: 'why' },
  ] as const satisfies readonly Intake[];
  for (const intake of intakes) {
    const steps = plan(known({ outsiders: new Set([BEN]) }), saw([intake]));
    assert.deepEqual(kinds(steps), ['whisper'], intake.kind);
    assert.match(whispers(steps)[0]?.text ?? '', /Only people of the company/);
  }
  for (const intake of intakes) {
    const steps = plan(known({ unverified: new Set([BEN]) }), saw([intake]));
    assert.deepEqual(kinds(steps), ['whisper'], `${intake.kind} of somebody of whom Slack says nothing`);
    assert.match(whispers(steps)[0]?.text ?? '', /does not tell me at the moment whether you may/);
  }
  const member = plan(known(), saw([intakes[0]]));
  assert.deepEqual(kinds(member), ['write']);
});

test('while an approval is open nobody moves the ticket: by the card, by a reaction or by a reply to what is closed', () => {
  const deciding = { names: ['Chen Li', 'Dana Roe'], isDecided: false };
  const priorities = new Map([['Medium', 'medium' as const]]);
  const at = { team: TEAM, channel: CHANNEL, by: BEN, on: true };
  const reactions = (['take', 'solve', 'raise'] as const).map(
    (act) => ({ ...at, kind: 'react', ts: tsAt(1), act }) as const,
  );
  const changes: readonly AskedFields[] = [
    { status: 'done' },
    { priority: 'high' },
    { impact: 'low' },
    { assignee: BEN },
    { group: 'Endpoint' },
  ];
  for (const intake of [...changes.map((set) => asked(BEN, set)), ...reactions]) {
    assert.deepEqual(
      kinds(plan(known({ priorities }), saw([intake]))),
      ['write'],
      `${JSON.stringify(intake)} could be done`,
    );
    const steps = plan(known({ priorities, deciding }), saw([intake]));
    assert.deepEqual(
      [kinds(steps), records(steps)],
      [['whisper'], ['change.refused']],
      JSON.stringify(intake),
    );
    const [told] = whispers(steps);
    assert.equal(told?.user, BEN);
    assert.match(
      told?.text ?? '',
      /Chen Li and Dana Roe have to decide.*nothing was changed\. Ask for the decision/,
    );
    assert.deepEqual(closings(steps), ['planned']);
  }
  // Who may not change it anyway hears that, and no names.
  const [stranger] = whispers(plan(known({ deciding }), saw([asked(EVE, { status: 'done' })])));
  assert.doesNotMatch(stranger?.text ?? '', /Chen/);

  const closed = link({
    status: 'closed',
    closedAt: NOW,
    ticket: ticket({ fields: fields({ status: done }) }),
  });
  const reply = saw([message(tsAt((NOW.getTime() - 999_000) * 1_000), 'It is back')]);
  assert.deepEqual(kinds(plan(known({ link: closed }), reply)), ['write', 'comment']);
  assert.deepEqual(kinds(plan(known({ link: closed, deciding }), reply)), ['whisper', 'comment']);

  const asks = { kind: 'ask-card', ask: 'watch' } as const;
  const watch = { ...asks, team: TEAM, by: BEN, link: link().id, channel: CHANNEL };
  const running = { names: [], isDecided: true };
  for (const one of [deciding, running])
    assert.deepEqual(
      plan(known({ deciding: one }), saw([watch])).some((step) => step.do === 'watch'),
      true,
    );
  const [waits] = whispers(plan(known({ deciding: running }), saw([asked(BEN, { status: 'done' })])));
  assert.match(waits?.text ?? '', /what was approved is being done.*Try again/);
});

test('Escalate tells people also while an approval is open, and leaves the priority that it is bound to', () => {
  const alarm: Intake = {
    kind: 'escalate',
    team: TEAM,
    by: BEN,
    at: { link: link().id },
    channel: CHANNEL,
    why: 'Now',
  };
  const world = {
    priorities: new Map([['Medium', 'medium' as const]]),
    alarms: { last: new Map(), everyMs: 60_000, responders: [] },
  };
  assert.ok(kinds(plan(known(world), saw([alarm]))).includes('write'));
  const deciding = { names: [], isDecided: false };
  const steps = plan(known({ ...world, deciding }), saw([alarm]));
  assert.ok(!kinds(steps).includes('write'));
  assert.match(whispers(steps)[0]?.text ?? '', /Escalated\..*stays as it is while an approval is open/);
});
