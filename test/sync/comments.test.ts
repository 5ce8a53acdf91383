import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import type { TicketComment } from '../../src/model/ticket.ts';
import { plan } from '../../src/sync/plan.ts';
import { paper, planAll, planned, runAll } from './paper-lanes.ts';
import { comment, kinds, known, limits, operations, reading, records, saw } from './paper-world.ts';

const EDITED = new Date('2026-05-01T11:45:00Z');
const truthOf = (one: TicketComment) => new Map([[one.id, one]]);

/** A comment that stands in the thread. */
function shown(one = comment(1), first = known()) {
  return planAll(first, [saw([], reading({ comments: [one] }))], truthOf(one)).last;
}

test('a comment that is edited on the ticket is edited in the thread, not said again', () => {
  const before = shown();
  const changed = comment(1, { body: plainDoc('corrected'), updatedAt: EDITED });
  const after = runAll(planned(before, saw([], reading({ comments: [changed] }))), truthOf(changed));
  assert.deepEqual([[...after.thread.values()], after.made], [['corrected'], 1]);
});

for (const to of ['internal', 'unknown'] as const) {
  test(`a public comment that becomes ${to} is taken out of the thread, and that is written down`, () => {
    // Some systems keep the stamp when only the visibility changes.
    for (const updatedAt of [comment(1).updatedAt, EDITED]) {
      const hidden = comment(1, { visibility: to, updatedAt });
      const before = shown();
      const sight = saw([], reading({ comments: [hidden] }));
      assert.deepEqual(records(plan(before.known, sight)), ['comment.withdrawn']);
      assert.deepEqual([...runAll(planned(before, sight), truthOf(hidden)).thread], []);
    }
  });
}

test('an internal comment that becomes public is said', () => {
  for (const updatedAt of [comment(1).updatedAt, EDITED]) {
    const before = shown(comment(1, { visibility: 'internal' }));
    assert.deepEqual([...before.thread], []);
    const open = comment(1, { updatedAt });
    const after = runAll(planned(before, saw([], reading({ comments: [open] }))), truthOf(open));
    assert.deepEqual([...after.thread.values()], ['comment 1']);
  }
});

test('a reading that is older than what is known changes no comment that is known', () => {
  const before = shown();
  const older = { updatedAt: new Date('2026-05-01T09:00:00Z') };
  for (const lagging of [
    comment(1, { body: plainDoc('as it was before'), updatedAt: new Date('2026-05-01T08:00:00Z') }),
    comment(1, { visibility: 'internal' }),
  ])
    assert.deepEqual(plan(before.known, saw([], reading({ ...older, comments: [lagging] }))), []);
});

test('what an older reading lacks is not gone', () => {
  const before = shown();
  const { id } = comment(1);
  const lagging = reading({ updatedAt: new Date('2026-05-01T09:00:00Z'), comments: [] }, [id]);
  assert.deepEqual(plan(before.known, saw([], lagging)), []);
});

test('a comment that was seen without a stamp is taken as it stands; only its visibility still counts', () => {
  const before = shown();
  const items = before.known.items.map((item) => ({ ...item, stamp: null }));
  const unstamped = { ...before.known, items };
  const same = plan(unstamped, saw([], reading({ comments: [comment(1, { updatedAt: EDITED })] })));
  assert.deepEqual([kinds(same), same[0]?.do], [[], 'item-change']);
  const hidden = comment(1, { visibility: 'internal' });
  assert.deepEqual(kinds(plan(unstamped, saw([], reading({ comments: [hidden] })))), ['say']);
});

test('a long comment is said in parts; each part that it has or had is brought up to date', () => {
  const small = known({ limits: { ...limits, longest: { slack: 64, ticket: 64 } } });
  const long = comment(1, { body: plainDoc(Array.from({ length: 30 }, (_, n) => `word-${n}`).join(' ')) });
  const before = shown(long, small);
  assert.ok(before.thread.size > 2);
  const short = comment(1, { body: plainDoc('short'), updatedAt: EDITED });
  const steps = plan(before.known, saw([], reading({ comments: [short] })));
  assert.deepEqual(
    operations(steps).map((body) => body.kind === 'say' && body.part),
    Array.from({ length: before.thread.size }, (_, n) => n + 1),
  );
  const after = runAll(planned(before, saw([], reading({ comments: [short] }))), truthOf(short));
  assert.deepEqual([...after.thread.values()], ['short']);
});

test('what waits unsent is not asked for a second time, whatever happens to the comment meanwhile', () => {
  let now = planned(paper(known()), saw([], reading({ comments: [comment(1)] })));
  for (const changed of [
    comment(1, { body: plainDoc('b'), updatedAt: EDITED }),
    comment(1, { visibility: 'internal', updatedAt: EDITED }),
    comment(1, { updatedAt: new Date('2026-05-01T11:50:00Z') }),
  ])
    now = planned(now, saw([], reading({ comments: [changed] })));
  assert.equal(now.known.open.length, 1);
});
