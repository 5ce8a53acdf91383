import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { CommentId } from '../../src/model/ids.ts';
import type { TicketComment, TicketFields, Visibility } from '../../src/model/ticket.ts';
import type { TicketReading } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import { type Paper, paper, planAll, planned, runAll, runOne, TOMBSTONE } from './paper-lanes.ts';
import {
  comment,
  known,
  limits,
  notices,
  OUR_COMMENT,
  OUR_MARKER,
  operations,
  reading,
  saw,
} from './paper-world.ts';

const RUNS = { numRuns: 300 };
const small = known({ limits: { ...limits, longest: { slack: 80, ticket: 80 } } });
const LONG = Array.from({ length: 30 }, (_, n) => `word-${n}`).join(' ');

/** What agents do to the ticket, and what we do meanwhile. */
type Act =
  | { readonly do: 'comment'; readonly text: string; readonly visibility: Visibility }
  | { readonly do: 'edit'; readonly nth: number; readonly text: string }
  | { readonly do: 'flip'; readonly nth: number; readonly visibility: Visibility }
  | { readonly do: 'delete'; readonly nth: number }
  /** `lag`: what is read is so many acts old. */
  | { readonly do: 'read'; readonly lag: number }
  | { readonly do: 'run' };

const words = fc.oneof(
  fc.integer({ min: 1, max: 99 }).map((n) => `said ${n}`),
  fc.constantFrom(LONG, '  '),
);
const visibility = fc.constantFrom<Visibility>('public', 'public', 'internal', 'unknown');
const nth = fc.nat(5);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('comment' as const), text: words, visibility }),
  fc.record({ do: fc.constant('edit' as const), nth, text: words }),
  fc.record({ do: fc.constant('flip' as const), nth, visibility }),
  fc.record({ do: fc.constant('delete' as const), nth }),
  fc.record({ do: fc.constant('read' as const), lag: fc.constantFrom(0, 0, 1, 3) }),
  fc.record({ do: fc.constant('run' as const) }),
);
const acts = fc.array(act, { minLength: 1, maxLength: 30 });

const ours = [
  comment(Number(OUR_COMMENT), { body: plainDoc('ours 77') }),
  comment(5, { marker: OUR_MARKER, body: plainDoc('ours 5') }),
];
type Ticket = ReadonlyMap<string, TicketComment>;

/** The ticket after an act of an agent, at the given second. */
function done(before: Ticket, one: Act, second: number): Ticket {
  const updatedAt = new Date(Date.UTC(2026, 4, 1, 11, 0, second));
  if (one.do === 'comment') {
    const body = plainDoc(one.text);
    const made = comment(100 + second, { body, visibility: one.visibility, createdAt: updatedAt, updatedAt });
    return new Map(before).set(made.id, made);
  }
  const theirs = [...before.values()].filter((found) => !ours.includes(found));
  const target = 'nth' in one ? theirs[one.nth % Math.max(1, theirs.length)] : undefined;
  if (target === undefined) return before;
  const after = new Map(before);
  if (one.do === 'delete') after.delete(target.id);
  if (one.do === 'edit') after.set(target.id, { ...target, updatedAt, body: plainDoc(one.text) });
  if (one.do === 'flip') after.set(target.id, { ...target, updatedAt, visibility: one.visibility });
  return after;
}

/** A reading of an older state, with a second look at the true one for whatever it lacks. */
function read(shown: Ticket, at: number, { truth, now }: { truth: Ticket; now: Paper }): TicketReading {
  const lacking = now.known.items.filter(
    (item) =>
      item.origin === 'ticket' && !item.gone && !shown.has(item.nativeId) && !truth.has(item.nativeId),
  );
  return reading(
    { comments: [...shown.values()], updatedAt: new Date(Date.UTC(2026, 4, 1, 11, 0, at)) },
    lacking.map((item) => CommentId.parse(item.nativeId)),
  );
}

function live(all: readonly Act[]): { readonly now: Paper; readonly truth: Ticket } {
  const states: Ticket[] = [new Map(ours.map((one) => [one.id, one]))];
  let now = paper(small);
  const truth = () => states.at(-1) ?? new Map();
  for (const one of all) {
    if (one.do === 'run') now = runOne(now, 'slack', truth());
    else if (one.do === 'read') {
      const at = Math.max(0, states.length - 1 - one.lag);
      now = planned(now, saw([], read(states[at] ?? new Map(), at, { truth: truth(), now })));
    } else states.push(done(truth(), one, states.length));
  }
  const last = states.length - 1;
  now = planned(now, saw([], read(truth(), last, { truth: truth(), now })));
  return { now: runAll(now, truth()), truth: truth() };
}

const squeezed = (text: string) => text.replaceAll(/\s+/g, '');

test('whatever agents do, and however stale the readings in between, in the end the thread shows what the ticket says', () => {
  fc.assert(
    fc.property(acts, (all) => {
      const { now, truth } = live(all);
      const accounted = new Set<string>();
      for (const item of now.known.items) {
        const parts = [...item.copies].sort((a, b) => a.part - b.part);
        const shown = parts.map(({ nativeId }) => {
          accounted.add(nativeId);
          return [...now.thread].find(([ts]) => ts === nativeId)?.[1] ?? 'lost';
        });
        const said = truth.get(item.nativeId);
        if (said === undefined) assert.deepEqual(shown, shown.length === 0 ? [] : [TOMBSTONE]);
        else if (said.visibility !== 'public') assert.deepEqual(shown, []);
        else assert.equal(squeezed(shown.join('')), squeezed(docText(said.body)));
      }
      assert.deepEqual(
        [...now.thread.keys()].filter((ts) => !accounted.has(ts)),
        [],
      );
      const theirs = [...truth.keys()].filter((id) => !ours.some((own) => own.id === id));
      const items = now.known.items.map((item) => item.nativeId);
      assert.deepEqual(
        theirs.filter((id) => !items.includes(id)),
        [],
      );
    }),
    RUNS,
  );
});

test('nothing internal, unknown or ours is ever said, not even for a moment', () => {
  fc.assert(
    fc.property(acts, (all) => {
      const secret = all.map(
        (one): Act =>
          one.do === 'comment' || one.do === 'flip'
            ? { ...one, visibility: one.visibility === 'public' ? 'internal' : one.visibility }
            : one,
      );
      const { now } = live(secret);
      assert.deepEqual([now.thread.size, now.made, now.known.open.length], [0, 0, 0]);
    }),
    RUNS,
  );
});

test('a comment that is only missing from a reading is not gone: it takes a second look that misses it, too', () => {
  const first = planAll(
    known(),
    [saw([], reading({ comments: [comment(1)] }))],
    new Map([['1', comment(1)]]),
  );
  assert.deepEqual(
    plan(first.last.known, saw([], reading({ updatedAt: new Date('2026-05-01T11:30:00Z') }))).flatMap(
      (step) => step.do,
    ),
    ['ticket'],
  );
  const gone = reading({ updatedAt: new Date('2026-05-01T11:30:00Z') }, [comment(1).id]);
  const after = runAll(planned(first.last, saw([], gone)));
  assert.deepEqual([...after.thread.values()], [TOMBSTONE]);
});

const state = fc
  .tuple(
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom<TicketFields['status']>(
      { name: 'Open', category: 'new' },
      { name: 'In Progress', category: 'active' },
      { name: 'Done', category: 'done' },
      { name: 'Cancelled', category: 'done' },
    ),
  )
  .map(([minute, status]) => reading({ status, updatedAt: new Date(Date.UTC(2026, 4, 1, 10, minute)) }));

test('the state never moves backwards, whatever lagging copies are read', () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 10 }), (states) => {
      let now = paper(known());
      let newest = now.known.link.ticket?.updatedAt?.getTime() ?? 0;
      for (const one of states) {
        const steps = plan(now.known, saw([], one));
        now = runAll(planned(now, saw([], one)));
        const at = one.snapshot.updatedAt.getTime();
        if (at < newest) {
          assert.deepEqual(steps, []);
          continue;
        }
        newest = at;
        assert.deepEqual(now.known.link.ticket?.fields?.status, one.snapshot.status);
        assert.equal(now.known.link.status, one.snapshot.status.category === 'done' ? 'closed' : 'live');
      }
      assert.equal(now.known.link.ticket?.updatedAt?.getTime(), newest);
    }),
    RUNS,
  );
});

test('a thread is told once when its request ends and once when it begins again', () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 10 }), (states) => {
      const at = (one: TicketReading) => one.snapshot.updatedAt.getTime();
      const sorted = [...states].sort((a, b) => at(a) - at(b));
      const { plans } = planAll(
        known(),
        sorted.map((one) => saw([], one)),
      );
      let closed = false;
      for (const [n, steps] of plans.entries()) {
        const isDone = sorted[n]?.snapshot.status.category === 'done';
        assert.equal(notices(steps).length, isDone === closed ? 0 : 1);
        assert.equal(operations(steps).length, notices(steps).length);
        closed = isDone;
      }
    }),
    RUNS,
  );
});
