import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { tsMicros } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { TicketComment, TicketSnapshot } from '../../src/model/ticket.ts';
import type { Observed } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import {
  ALMA,
  BEN,
  click,
  comment,
  deliveryId,
  EVE,
  known,
  link,
  message,
  notices,
  OUR_COMMENT,
  OUR_MARKER,
  operations,
  planAll,
  snapshot,
  tsAt,
} from './paper-world.ts';

const RUNS = { seed: 20_260_501, numRuns: 400 };

/** Messages of which some carry no words, with close, distant and huge timestamps. */
const messages = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 50 })), {
    minLength: 1,
    maxLength: 12,
  })
  .chain((micros) =>
    fc.tuple(
      ...micros.map((at) =>
        fc.constantFrom(`said at ${at}`, `said at ${at}`, '  ').map((text) => message(tsAt(at), text)),
      ),
    ),
  );

/** The messages in any order, some several times, cut into plans. Every message comes at least once. */
const mail = messages.chain((all) =>
  fc
    .tuple(
      fc.shuffledSubarray([...all], { minLength: all.length }),
      fc.array(fc.tuple(fc.nat(all.length - 1), fc.nat(40)), { maxLength: 12 }),
      fc.array(fc.nat(40), { maxLength: 5 }),
    )
    .map(([order, repeats, cuts]) => {
      const arriving = [...order];
      for (const [which, where] of repeats) {
        const again = all[which];
        if (again !== undefined) arriving.splice(where % (arriving.length + 1), 0, again);
      }
      return { all, rounds: cut(arriving, cuts) };
    }),
);

function cut<T>(list: readonly T[], cuts: readonly number[]): readonly (readonly T[])[] {
  const places = [...new Set(cuts.map((at) => at % (list.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, n) => list.slice(from, places[n]));
}

let delivered = 0;
function observed(intakes: readonly Intake[], ticket: Observed['ticket'] = null): Observed {
  return {
    ticket,
    deliveries: intakes.map((intake) => {
      delivered += 1;
      return { id: deliveryId(delivered), intake };
    }),
  };
}

test('every Slack message reaches the ticket once, however often and in whatever order it comes', () => {
  fc.assert(
    fc.property(mail, ({ all, rounds }) => {
      const { plans, last } = planAll(
        known(),
        rounds.map((round) => observed(round)),
      );
      const sent = plans.flatMap((steps) => operations(steps));
      const wanted = all.filter(({ message: { text } }) =>
        text.some((part) => part.kind === 'text' && part.text.trim() !== ''),
      );
      assert.deepEqual(
        sent.map((body) => (body.kind === 'comment' ? body.ts : body.kind)).sort(),
        wanted.map(({ message: { ts } }) => ts).sort(),
      );
      assert.equal(last.items.length, all.length);
    }),
    RUNS,
  );
});

test('every delivery is closed exactly once', () => {
  fc.assert(
    fc.property(mail, ({ rounds }) => {
      const sights = rounds.map((round) => observed(round));
      const { plans } = planAll(known(), sights);
      for (const [n, steps] of plans.entries()) {
        const closed = steps.flatMap((step) => (step.do === 'close' ? [step.delivery] : []));
        assert.deepEqual(closed.sort(), (sights[n]?.deliveries ?? []).map(({ id }) => id).sort());
      }
    }),
    RUNS,
  );
});

test('a plan writes comments in the order of their messages, and marks as late what follows a later one', () => {
  fc.assert(
    fc.property(mail, ({ rounds }) => {
      const { plans } = planAll(
        known(),
        rounds.map((round) => observed(round)),
      );
      let newest = 0n;
      for (const steps of plans) {
        const items = steps.flatMap((step) => (step.do === 'item' ? [step] : []));
        const before = newest;
        let previous = 0n;
        for (const { item, mirror } of items) {
          const at = BigInt(item.atMicros);
          assert.ok(at > previous, 'within a plan the order is that of the timestamps');
          previous = at;
          assert.equal(item.late, at < before);
          if (mirror?.body.kind === 'comment') {
            assert.equal(tsMicros(mirror.body.ts), at);
            assert.equal(mirror.body.text.includes('arrived late'), item.late);
          }
          if (at > newest) newest = at;
        }
        const told = steps.filter((step) => step.do === 'record' && step.kind === 'message.late').length;
        assert.equal(told, items.filter(({ item, mirror }) => item.late && mirror !== null).length);
      }
    }),
    RUNS,
  );
});

const OURS = [
  comment(Number(OUR_COMMENT), { text: 'ours 77' }),
  comment(5, { marker: OUR_MARKER, text: 'ours 5' }),
];
const theirs: fc.Arbitrary<TicketComment> = fc
  .tuple(
    fc.integer({ min: 100, max: 130 }),
    fc.constantFrom<TicketComment['visibility']>('public', 'internal', 'unknown'),
    fc.constantFrom(null, 'dsk-somebodyelse000000'),
  )
  .map(([n, visibility, marker]) => comment(n, { visibility, marker, text: `said ${n}` }));
const everything = fc
  .uniqueArray(theirs, { selector: (one) => one.id, maxLength: 10 })
  .map((list) => [...list, ...OURS]);

/** Readings of a ticket: any of its comments, in any order, some twice. */
const readings = everything.chain((all) =>
  fc
    .array(
      fc.array(fc.constantFrom(...all), { maxLength: 14 }).map((comments) => snapshot({ comments })),
      { minLength: 1, maxLength: 6 },
    )
    .map((snapshots) => ({ all, snapshots })),
);

test('every public comment reaches the thread once; internal, unknown and our own ones never', () => {
  fc.assert(
    fc.property(readings, ({ all, snapshots }) => {
      const { plans } = planAll(
        known(),
        snapshots.map((read) => observed([], read)),
      );
      const shown = new Set(snapshots.flatMap((read) => read.comments.map((one) => one.id)));
      const wanted = all.filter(
        (one) => shown.has(one.id) && one.visibility === 'public' && !OURS.some((own) => own.id === one.id),
      );
      const posts = plans.flatMap((steps) => operations(steps));
      assert.deepEqual(
        posts.map((body) => (body.kind === 'post' ? body.comment : body.kind)).sort(),
        wanted.map((one) => one.id).sort(),
      );
      const said = JSON.stringify(posts);
      for (const one of all) assert.equal(said.includes(`"${one.text}"`), wanted.includes(one), one.text);
    }),
    RUNS,
  );
});

test('what was internal when it was seen does not cross when a later reading calls it public', () => {
  fc.assert(
    fc.property(theirs, (one) => {
      const hidden: TicketComment = {
        ...one,
        visibility: one.visibility === 'public' ? 'internal' : one.visibility,
      };
      const { plans } = planAll(known(), [
        observed([], snapshot({ comments: [hidden] })),
        observed([], snapshot({ comments: [{ ...one, visibility: 'public' }] })),
      ]);
      assert.deepEqual(plans.flatMap(operations), []);
    }),
    RUNS,
  );
});

const state: fc.Arbitrary<TicketSnapshot> = fc
  .tuple(
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom<TicketSnapshot['status']>(
      { name: 'Open', category: 'new' },
      { name: 'In Progress', category: 'active' },
      { name: 'Done', category: 'done' },
      { name: 'Cancelled', category: 'done' },
    ),
  )
  .map(([minute, status]) => snapshot({ status, updatedAt: new Date(Date.UTC(2026, 4, 1, 10, minute)) }));

test('the state never moves backwards, whatever lagging copies are read', () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 10 }), (states) => {
      let now = known();
      let newest = now.link.ticket?.updatedAt?.getTime() ?? 0;
      for (const read of states) {
        const steps = plan(now, observed([], read));
        now = planAll(now, [observed([], read)]).last;
        if (read.updatedAt.getTime() < newest) {
          assert.deepEqual(steps, []);
          continue;
        }
        newest = read.updatedAt.getTime();
        assert.deepEqual(now.link.ticket?.status, read.status);
        assert.equal(now.link.status, read.status.category === 'done' ? 'closed' : 'live');
      }
      assert.equal(now.link.ticket?.updatedAt?.getTime(), newest);
    }),
    RUNS,
  );
});

test('a thread is told once when its request ends and once when it begins again', () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 10 }), (states) => {
      const sorted = [...states].sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime());
      const { plans } = planAll(
        known(),
        sorted.map((read) => observed([], read)),
      );
      let closed = false;
      for (const [n, steps] of plans.entries()) {
        const done = sorted[n]?.status.category === 'done';
        assert.equal(notices(steps).length, done === closed ? 0 : 1);
        closed = done;
      }
    }),
    RUNS,
  );
});

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

test('plan is pure: the same answer twice, and nothing that it was given is changed', () => {
  const anything = fc.tuple(
    mail,
    readings,
    fc.constantFrom('live' as const, 'closed' as const, 'parked' as const, 'provisional' as const),
    fc.array(
      fc.tuple(
        fc.constantFrom(ALMA, BEN, EVE),
        fc.constantFrom('new' as const, 'active' as const, 'done' as const),
      ),
      { maxLength: 3 },
    ),
    fc.integer({ min: 0, max: 20 }),
  );
  fc.assert(
    fc.property(anything, ([{ rounds }, { snapshots }, status, clicks, days]) => {
      const closedAt = status === 'closed' ? new Date(known().now.getTime() - days * 86_400_000) : null;
      const given = known({ link: link({ status, closedAt }) });
      const sight = observed(
        [...rounds.flat(), ...clicks.map(([by, to]) => click(by, to))],
        snapshots[0] ?? 'gone',
      );
      const before = structuredClone([given, sight]);
      const first = structuredClone(plan(freeze(given), freeze(sight)));
      assert.deepEqual(plan(given, sight), first);
      assert.deepEqual([given, sight], before);
    }),
    RUNS,
  );
});
