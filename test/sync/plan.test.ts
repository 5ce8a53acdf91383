import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Doc } from '../../src/model/doc.ts';
import { SlackTs } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import { plan } from '../../src/sync/plan.ts';
import { planAll, planned, runAll, write } from './paper-lanes.ts';
import {
  AGENTS,
  AGENTS_ROOT,
  ALMA,
  BEN,
  blocker,
  CHANNEL,
  closings,
  comment,
  EVE,
  edited,
  fields,
  kinds,
  known,
  limits,
  link,
  message,
  NOW,
  notices,
  opening,
  operations,
  reading,
  records,
  said,
  saw,
  TEAM,
  ticket,
  ticketFile,
  tsAt,
} from './paper-world.ts';

const DAY_MS = 86_400_000;

/** Just before all of this is looked at, and after everything else. */
const lately = (seconds: number) => SlackTs.parse(`${NOW.getTime() / 1000 - 60 + seconds}.000000`);

function closed(daysAgo: number) {
  const done = ticket({ fields: fields({ status: { name: 'Done', category: 'done' } }) });
  return known({
    link: link({ status: 'closed', closedAt: new Date(NOW.getTime() - daysAgo * DAY_MS), ticket: done }),
  });
}

test('a reply becomes a comment in its writer’s name, with people by their names', () => {
  const body: Doc = {
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [
          { type: 'text', value: 'ask ' },
          { type: 'mention', user: BEN, name: 'U0BEN' },
          { type: 'text', value: ' or ' },
          { type: 'mention', user: EVE, name: 'U0EVE' },
        ],
      },
    ],
  };
  const sight = saw([message(tsAt(5), '', { body })]);
  const named: Doc = {
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [
          { type: 'text', value: 'ask ' },
          { type: 'mention', user: null, name: 'Ben Okafor' },
          { type: 'text', value: ' or ' },
          { type: 'mention', user: null, name: 'a person in Slack' },
        ],
      },
    ],
  };
  assert.deepEqual(plan(known(), sight), [
    {
      do: 'item',
      item: {
        kind: 'message',
        origin: 'slack',
        nativeId: tsAt(5),
        channel: CHANNEL,
        parent: null,
        opens: false,
        atMicros: 1_000_000_005,
        late: false,
        visibility: 'public',
        stamp: null,
        gone: false,
      },
      mirrors: [
        {
          lane: 'ticket',
          itemId: null,
          body: {
            kind: 'comment',
            author: 'Alma Reyes',
            by: ALMA,
            body: named,
            part: 1,
            of: 1,
            visibility: 'public',
            channel: CHANNEL,
            ts: tsAt(5),
            withdrawn: false,
          },
        },
      ],
    },
    { do: 'close', delivery: sight.deliveries[0]?.id, reason: 'planned' },
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

test('a bot speaks under its own name and acts for nobody', () => {
  const [body] = operations(plan(known(), saw([message(tsAt(5), 'build failed', { bot: 'CI' })])));
  assert.deepEqual(body?.kind === 'comment' && [body.author, body.by], ['CI (bot)', null]);
});

test('what agents say in their own thread becomes internal; the requester’s thread stays public', () => {
  const internal = { team: TEAM, channel: AGENTS, root: AGENTS_ROOT };
  const agents = known({ link: link({ internal }) });
  const sight = saw([
    message(tsAt(5), 'rude', { user: BEN, channel: AGENTS, root: AGENTS_ROOT }),
    message(tsAt(6), 'polite', { user: BEN }),
    message(tsAt(7), 'another thread of that channel', { channel: AGENTS, root: tsAt(7) }),
  ]);
  const steps = plan(agents, sight);
  assert.deepEqual(
    operations(steps).map((body) => body.kind === 'comment' && body.visibility),
    ['internal', 'public', 'public'],
  );
  assert.deepEqual(
    steps.flatMap((step) => (step.do === 'item' ? [step.item.visibility] : [])),
    ['internal', 'public', 'public'],
  );
});

test('a word among agents does not open a closed request again', () => {
  const internal = { team: TEAM, channel: AGENTS, root: AGENTS_ROOT };
  const before = closed(1);
  const steps = plan(
    { ...before, link: { ...before.link, internal } },
    saw([message(lately(5), 'was that right?', { user: BEN, channel: AGENTS, root: AGENTS_ROOT })]),
  );
  assert.deepEqual(kinds(steps), ['comment']);
});

test('a message that follows a later one says when it was written', () => {
  const { plans } = planAll(known(), [
    saw([message(tsAt(90_000_000), 'second')]),
    saw([message(tsAt(5), 'first')]),
  ]);
  assert.deepEqual(said(plans[1] ?? []), ['(written 1970-01-01 00:16 UTC, arrived late)\n\nfirst']);
  assert.deepEqual(records(plans[1] ?? []), ['message.late']);
});

test('what stood in a thread before one of its replies became the request came first, and is not late', () => {
  const asked = { ...opening(), nativeId: tsAt(90_000_000), atMicros: 1_090_000_000 };
  const earlier = saw([message(tsAt(0), 'the root'), message(tsAt(5), 'a reply')]);
  const found = { ...earlier, deliveries: earlier.deliveries.map((one) => ({ ...one, found: true })) };
  const { plans, last } = planAll(known({ items: [asked] }), [found, saw([edited(tsAt(5), 1, 'two')])]);
  assert.deepEqual(said(plans[0] ?? []), [
    '(written 1970-01-01 00:16 UTC)\n\nthe root',
    '(written 1970-01-01 00:16 UTC)\n\na reply',
  ]);
  assert.deepEqual(records(plans[0] ?? []), []);
  assert.deepEqual(
    last.known.items.map(({ late }) => late),
    [false, false, false],
  );
  assert.deepEqual(said(plans[1] ?? []), ['(written 1970-01-01 00:16 UTC)\n\ntwo'], 'an edit keeps the note');
});

test('an earlier message that follows a reply stands behind it, and still did not arrive late', () => {
  const asked = { ...opening(), nativeId: tsAt(90_000_000), atMicros: 1_090_000_000 };
  const { plans, last } = planAll(known({ items: [asked] }), [
    saw([message(tsAt(95_000_000), 'a reply')]),
    saw([message(tsAt(0), 'the root')]),
  ]);
  assert.deepEqual(said(plans[1] ?? []), ['(written 1970-01-01 00:16 UTC)\n\nthe root']);
  assert.deepEqual(records(plans[1] ?? []), []);
  assert.equal(last.known.items.at(-1)?.late, true, 'its place is not that of its time');
});

test('a ticket comment is no later message: only the same side counts for lateness', () => {
  const future = comment(9, { createdAt: new Date('2030-01-01T00:00:00Z') });
  const { plans } = planAll(known(), [
    saw([], reading({ comments: [future] })),
    saw([message(tsAt(5), 'now')]),
  ]);
  assert.equal(records(plans[1] ?? []).includes('message.late'), false);
});

test('a long message becomes several comments, numbered and in order', () => {
  const long = Array.from({ length: 40 }, (_, n) => `word-${n}`).join(' ');
  const small = known({ limits: { ...limits, longest: { slack: 100, ticket: 100 } } });
  const bodies = operations(plan(small, saw([message(tsAt(5), long)])));
  assert.ok(bodies.length > 3);
  assert.deepEqual(
    bodies.map((body) => body.kind === 'comment' && [body.part, body.of]),
    bodies.map((_, n) => [n + 1, bodies.length]),
  );
  assert.equal(said(plan(small, saw([message(tsAt(5), long)]))).join(''), long);
});

test('what is no message is closed with its reason and asks for nothing', () => {
  const others: readonly Intake[] = [
    { kind: 'ignored', reason: 'reaction_added' },
    { kind: 'own-message', channel: CHANNEL, ts: tsAt(1), marker: null },
    { kind: 'open-from-message', message: message(tsAt(1), 'x').message, by: BEN },
  ];
  const steps = plan(known(), saw(others));
  assert.deepEqual(closings(steps), ['reaction_added', 'own-message', 'open-from-message']);
  assert.equal(steps.length, 3);
});

test('a reply to a request that was closed lately opens it again, once for all replies', () => {
  const steps = plan(closed(7), saw([message(lately(8), 'b', { user: BEN }), message(lately(5), 'a')]));
  assert.deepEqual(
    operations(steps).map((body) =>
      body.kind === 'write' ? `${body.set.status} by ${body.actor}` : body.kind,
    ),
    ['open by Ben Okafor', 'comment', 'comment'],
  );
  assert.deepEqual(notices(steps), []);
});

test('a bot does not open a closed request again', () => {
  assert.deepEqual(kinds(plan(closed(1), saw([message(lately(5), 'build failed', { bot: 'CI' })]))), [
    'comment',
  ]);
});

test('a reply to a request that was closed long ago is passed on, stays closed, and the person is told', () => {
  const steps = plan(closed(7.01), saw([message(lately(5), 'a')]));
  assert.deepEqual(kinds(steps), ['post', 'comment']);
  assert.match(
    notices(steps)[0] ?? '',
    /^IT-1 has been closed for more than 7 days, so it stays closed\. .*start a new thread\.$/,
  );
});

test('what was written before the end of a request does not open it again, however late it comes', () => {
  const before = SlackTs.parse(`${NOW.getTime() / 1000 - 8 * 86_400 - 1}.000000`);
  const steps = plan(closed(8), saw([message(before, 'thanks, works')]));
  assert.deepEqual([kinds(steps), closings(steps)], [['comment'], ['planned']]);
  const answered = plan(closed(1), saw([message(before, 'thanks, works'), message(lately(5), 'no')]));
  assert.deepEqual(kinds(answered), ['write', 'comment', 'comment']);
});

test('a message that was seen before does not open a closed request again', () => {
  const before = write(closed(1), plan(closed(1), saw([message(lately(5), 'a')])));
  const steps = plan(before, saw([message(lately(5), 'a')]));
  assert.deepEqual([steps.length, closings(steps)], [1, ['seen-before']]);
});

test('a ticket that ends closes the link and says so once; one that begins again says that', () => {
  const done = reading({ status: { name: 'Solved', category: 'done' } });
  const open = reading({ status: { name: 'Reopened', category: 'active' }, updatedAt: new Date(NOW) });
  const { plans, last } = planAll(known(), [saw([], done), saw([], done), saw([], open), saw([], open)]);
  assert.deepEqual(plans.map(notices), [
    ['IT-1 is Solved. If it is not solved, reply here and it opens again.'],
    [],
    ['IT-1 is open again.'],
    [],
  ]);
  assert.deepEqual(plans.map(records), [['ticket.status'], [], ['ticket.status'], []]);
  assert.equal(last.known.link.status, 'live');
});

test('a change between open states is written down without a word in the thread', () => {
  const steps = plan(known(), saw([], reading({ status: { name: 'Waiting', category: 'active' } })));
  assert.deepEqual(notices(steps), []);
  assert.deepEqual(records(steps), ['ticket.status']);
});

test('the first reading of a new ticket makes its link live without a word', () => {
  const fresh = known({
    link: link({ status: 'provisional', ticket: ticket({ fields: null, updatedAt: null }) }),
  });
  const steps = plan(fresh, saw([], reading()));
  assert.equal(write(fresh, steps).link.status, 'live');
  assert.deepEqual([notices(steps), records(steps)], [[], []]);
});

test('a ticket that is gone parks its link and says so once; when it is back the link lives', () => {
  const { plans, last } = planAll(known(), [saw([], 'gone'), saw([], 'gone')]);
  assert.deepEqual(
    plans.map((steps) => notices(steps).length),
    [1, 0],
  );
  assert.match(last.known.link.parkedReason ?? '', /^IT-1 is gone, or Deskbridge may not see it any more\./);
  assert.equal(last.known.link.status, 'parked');
  const back = runAll(planned(last, saw([], reading()))).known.link;
  assert.deepEqual([back.status, back.parkedReason], ['live', null]);
});

test('a link whose lane is stopped stays parked, however well its ticket can be read', () => {
  const parked = known({ link: link({ status: 'parked', parkedReason: 'no access' }), open: [blocker()] });
  const after = write(parked, plan(parked, saw([], reading())));
  assert.deepEqual([after.link.status, after.link.parkedReason], ['parked', 'no access']);
  const freed = write(after, plan({ ...after, open: [] }, saw([], reading())));
  assert.equal(freed.link.status, 'live');
});

test('comments of a lagging copy are taken, its state is not', () => {
  const old = reading({
    updatedAt: new Date('2026-05-01T09:00:00Z'),
    status: { name: 'Done', category: 'done' },
    comments: [comment(1)],
  });
  assert.deepEqual(
    plan(known(), saw([], old)).map((step) => step.do),
    ['item'],
  );
});

test('a comment is shown as what it says when it is shown; an empty one is only remembered', () => {
  const empty = comment(2, { body: { type: 'root', children: [] } });
  const steps = plan(known(), saw([], reading({ comments: [comment(1), empty] })));
  assert.deepEqual(operations(steps), [{ kind: 'say', comment: comment(1).id, part: 1 }]);
  assert.equal(write(known(), steps).items.length, 2);
});

test('while a file of ours may stand on the ticket unknown, no file there is taken for somebody else’s', () => {
  const doubtful = known({ fileInDoubt: true });
  const saw1 = saw([], reading({ comments: [comment(1)], files: [ticketFile(1)] }));
  assert.deepEqual(operations(plan(doubtful, saw1)), [{ kind: 'say', comment: comment(1).id, part: 1 }]);
  assert.equal(operations(plan({ ...doubtful, fileInDoubt: false }, saw1)).length, 2);
});

test('without a ticket a reading is nobody’s', () => {
  assert.deepEqual(plan(known({ link: link({ ticket: null }) }), saw([], reading())), []);
});
