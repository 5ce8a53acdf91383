import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Intake } from '../../src/model/intake.ts';
import { plan } from '../../src/sync/plan.ts';
import {
  ALMA,
  apply,
  BEN,
  blocker,
  CHANNEL,
  click,
  comment,
  deliveryId,
  EVE,
  known,
  link,
  message,
  NOW,
  notices,
  operations,
  planAll,
  ROOT,
  records,
  saw,
  snapshot,
  TEAM,
  ticket,
  tsAt,
} from './paper-world.ts';

const DAY_MS = 86_400_000;

function closed(daysAgo: number) {
  const done = ticket({ status: { name: 'Done', category: 'done' } });
  return known({
    link: link({ status: 'closed', closedAt: new Date(NOW.getTime() - daysAgo * DAY_MS), ticket: done }),
  });
}

test('a reply becomes a comment by name, with people and files by their names', () => {
  const reply: Intake = {
    kind: 'message',
    direct: false,
    message: {
      team: TEAM,
      channel: CHANNEL,
      ts: tsAt(5),
      root: ROOT,
      user: ALMA,
      text: [
        { kind: 'text', text: '  ask ' },
        { kind: 'person', user: BEN },
        { kind: 'text', text: ' or ' },
        { kind: 'person', user: EVE },
        { kind: 'text', text: '\n' },
      ],
      files: ['screen.png'],
    },
  };
  assert.deepEqual(plan(known(), saw([reply])), [
    {
      do: 'item',
      item: {
        origin: 'slack',
        slackChannel: CHANNEL,
        slackTs: tsAt(5),
        commentId: null,
        atMicros: 1_000_000_005,
        late: false,
        visibility: 'public',
      },
      mirror: {
        lane: 'ticket',
        itemId: null,
        body: {
          kind: 'comment',
          author: 'Alma Reyes',
          text: 'ask @Ben Okafor or @A person in Slack\n(file in Slack: screen.png)',
          channel: CHANNEL,
          ts: tsAt(5),
        },
      },
    },
    { do: 'close', delivery: deliveryId(100), reason: 'planned' },
  ]);
});

test('a message that says nothing is remembered and sends nothing', () => {
  const steps = plan(known(), saw([message(tsAt(5), ' \n ')]));
  assert.deepEqual(operations(steps), []);
  assert.deepEqual(
    steps.map((step) => step.do),
    ['item', 'close'],
  );
});

test('a message that follows a later one says when it was written', () => {
  const { plans } = planAll(known(), [
    saw([message(tsAt(90_000_000), 'second')]),
    saw([message(tsAt(5), 'first')]),
  ]);
  assert.deepEqual(operations(plans[1] ?? []), [
    {
      kind: 'comment',
      author: 'Alma Reyes',
      text: '(written 1970-01-01 00:16 UTC, arrived late)\nfirst',
      channel: CHANNEL,
      ts: tsAt(5),
    },
  ]);
});

test('a ticket comment is no later message: only the same side counts for lateness', () => {
  const future = comment(9, { createdAt: new Date('2030-01-01T00:00:00Z') });
  const { plans } = planAll(known(), [
    saw([], snapshot({ comments: [future] })),
    saw([message(tsAt(5), 'now')]),
  ]);
  assert.equal(records(plans[1] ?? []).includes('message.late'), false);
});

test('what is no message is closed with its reason and asks for nothing', () => {
  const others: readonly Intake[] = [
    { kind: 'ignored', reason: 'reaction_added' },
    { kind: 'own-message', channel: CHANNEL, ts: tsAt(1), marker: null },
    { kind: 'open-from-message', message: message(tsAt(1), 'x').message, by: BEN },
  ];
  assert.deepEqual(
    plan(known(), saw(others)).map((step) => (step.do === 'close' ? step.reason : step.do)),
    ['reaction_added', 'own-message', 'open-from-message'],
  );
});

for (const { who, by, allowed } of [
  { who: 'the person who asked', by: ALMA, allowed: true },
  { who: 'a responder', by: BEN, allowed: true },
  { who: 'a stranger', by: EVE, allowed: false },
]) {
  test(`the status of a request, changed by ${who}: ${allowed ? 'asked of the ticket' : 'refused and said'}`, () => {
    const steps = plan(known(), saw([click(by, 'done')]));
    const [operation, ...others] = operations(steps);
    assert.deepEqual(others, []);
    if (allowed) {
      const actor = by === ALMA ? 'Alma Reyes' : 'Ben Okafor';
      assert.deepEqual(operation, { kind: 'write', status: 'done', actor });
      assert.deepEqual(records(steps), ['status.asked']);
    } else {
      assert.deepEqual(records(steps), ['status.refused']);
      assert.match(notices(steps)[0] ?? '', /^A person in Slack cannot change the status here\./);
    }
  });
}

test('a status that the ticket has already is not asked for again', () => {
  assert.deepEqual(operations(plan(known(), saw([click(ALMA, 'new')]))), []);
});

test('a reply to a request that was closed lately opens it again, once for all replies', () => {
  const steps = plan(closed(7), saw([message(tsAt(8), 'b', BEN), message(tsAt(5), 'a')]));
  assert.deepEqual(
    operations(steps).map((body) => (body.kind === 'write' ? `${body.status} by ${body.actor}` : body.kind)),
    ['comment', 'comment', 'open by Ben Okafor'],
  );
  assert.deepEqual(notices(steps), []);
});

test('a reply to a request that was closed long ago is passed on, stays closed, and the person is told', () => {
  const steps = plan(closed(7.01), saw([message(tsAt(5), 'a')]));
  assert.deepEqual(
    operations(steps).map((body) => body.kind),
    ['comment', 'post'],
  );
  assert.match(
    notices(steps)[0] ?? '',
    /^IT-1 has been closed for more than 7 days, so it stays closed\. .*start a new thread\.$/,
  );
});

test('a message that was seen before does not open a closed request again', () => {
  const before = apply(closed(1), plan(closed(1), saw([message(tsAt(5), 'a')])));
  const steps = plan(before, saw([message(tsAt(5), 'a')]));
  assert.deepEqual(steps, [{ do: 'close', delivery: deliveryId(100), reason: 'seen-before' }]);
});

test('a ticket that ends closes the link and says so once; one that begins again says that', () => {
  const done = snapshot({ status: { name: 'Solved', category: 'done' } });
  const open = snapshot({ status: { name: 'Reopened', category: 'active' }, updatedAt: new Date(NOW) });
  const { plans, last } = planAll(known(), [saw([], done), saw([], done), saw([], open), saw([], open)]);
  assert.deepEqual(plans.map(notices), [
    ['IT-1 is Solved. If it is not solved, reply here and it opens again.'],
    [],
    ['IT-1 is open again.'],
    [],
  ]);
  assert.deepEqual(plans.map(records), [['ticket.status'], [], ['ticket.status'], []]);
  assert.equal(last.link.status, 'live');
});

test('a change between open states is written down without a word in the thread', () => {
  const steps = plan(known(), saw([], snapshot({ status: { name: 'Waiting', category: 'active' } })));
  assert.deepEqual(notices(steps), []);
  assert.deepEqual(records(steps), ['ticket.status']);
});

test('the first reading of a new ticket makes its link live without a word', () => {
  const fresh = known({
    link: link({ status: 'provisional', ticket: ticket({ status: null, updatedAt: null }) }),
  });
  const steps = plan(fresh, saw([], snapshot()));
  assert.equal(apply(fresh, steps).link.status, 'live');
  assert.deepEqual([notices(steps), records(steps)], [[], []]);
});

test('a ticket that is gone parks its link and says so once; when it is back the link lives', () => {
  const { plans, last } = planAll(known(), [saw([], 'gone'), saw([], 'gone')]);
  assert.deepEqual(
    plans.map((steps) => notices(steps).length),
    [1, 0],
  );
  assert.match(last.link.parkedReason ?? '', /^IT-1 is gone, or Deskbridge may not see it any more\./);
  assert.equal(last.link.status, 'parked');
  const back = apply(last, plan(last, saw([], snapshot())));
  assert.deepEqual([back.link.status, back.link.parkedReason], ['live', null]);
});

test('a link whose lane is stopped stays parked, however well its ticket can be read', () => {
  const parked = known({ link: link({ status: 'parked', parkedReason: 'no access' }), open: [blocker()] });
  const after = apply(parked, plan(parked, saw([], snapshot())));
  assert.deepEqual([after.link.status, after.link.parkedReason], ['parked', 'no access']);
  const freed = apply(after, plan({ ...after, open: [] }, saw([], snapshot())));
  assert.equal(freed.link.status, 'live');
});

test('comments are looked for a little before the newest one that was read, never further back', () => {
  const reads = [
    snapshot({ comments: [comment(1), comment(60)] }),
    snapshot({ comments: [comment(30)] }),
    snapshot({ comments: [] }),
  ];
  let now = known();
  const since = reads.map((read) => {
    now = apply(now, plan(now, saw([], read)));
    return now.link.ticket?.commentsSince?.getTime();
  });
  const expected = comment(60).createdAt.getTime() - 120_000;
  assert.deepEqual(since, [expected, expected, expected]);
});

test('comments of a lagging copy are taken, its state is not, and it does not move what is looked for', () => {
  const old = snapshot({
    updatedAt: new Date('2026-05-01T09:00:00Z'),
    status: { name: 'Done', category: 'done' },
    comments: [comment(1)],
  });
  const steps = plan(known(), saw([], old));
  assert.deepEqual(
    steps.map((step) => step.do),
    ['item'],
  );
});

test('a comment is shown with its author and the ticket; an empty one is only remembered', () => {
  const steps = plan(known(), saw([], snapshot({ comments: [comment(1), comment(2, { text: ' \n' })] })));
  assert.deepEqual(operations(steps), [
    {
      kind: 'post',
      author: 'Dana on IT-1',
      text: 'comment 1',
      comment: comment(1).id,
      where: 'conversation',
    },
  ]);
  assert.equal(apply(known(), steps).items.length, 2);
});

test('without a ticket a reading is nobody’s', () => {
  assert.deepEqual(plan(known({ link: link({ ticket: null }) }), saw([], snapshot())), []);
});
