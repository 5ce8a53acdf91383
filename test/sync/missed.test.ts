import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlackTs } from '../../src/model/ids.ts';
import type { Item } from '../../src/model/item.ts';
import { missedIn, type ThreadSight } from '../../src/sync/missed.ts';
import { CHANNEL, uuid } from './paper-world.ts';

interface Seen {
  readonly ts: SlackTs;
  readonly edited: SlackTs | null;
  readonly gone: boolean;
}

const NOW_S = 2_000_000_000;
/** A ts of so many seconds ago. */
const ago = (seconds: number) => SlackTs.parse(`${NOW_S - seconds}.000100`);
const DAY_S = 86_400;

const seen = (ts: SlackTs, changes: Partial<Seen> = {}): Seen => ({
  ts,
  edited: null,
  gone: false,
  ...changes,
});
const told = (ts: SlackTs, changes: { gone?: boolean; dismissed?: boolean } = {}) => ({
  ts,
  gone: false,
  dismissed: false,
  ...changes,
});
const item = (ts: SlackTs, changes: Partial<Item> = {}): Item => ({
  id: uuid(1),
  kind: 'message',
  origin: 'slack',
  nativeId: ts,
  channel: CHANNEL,
  parent: null,
  opens: false,
  atMicros: 0,
  late: false,
  visibility: 'public',
  stamp: null,
  gone: false,
  copies: [],
  ...changes,
});

function missed(sight: Partial<ThreadSight<Seen>>): readonly string[] {
  const found = missedIn<Seen>({
    seen: [],
    whole: true,
    told: [],
    items: [],
    now: new Date(NOW_S * 1000),
    onItsWayMs: 20_000,
    ...sight,
  });
  return found.map((one) => {
    if (one.kind === 'deletion') return `deletion ${one.ts}`;
    if (one.kind === 'edit') return `edit ${one.seen.ts}`;
    return `message ${one.seen.ts}${one.again ? ' again' : ''}${one.known ? ' known' : ''}`;
  });
}

const MINUTE = ago(60);

test('a message that nobody told us is missed, unless its event may still be on its way', () => {
  assert.deepEqual(missed({ seen: [seen(MINUTE)] }), [`message ${MINUTE}`]);
  assert.deepEqual(missed({ seen: [seen(ago(5))] }), []);
  assert.deepEqual(missed({ seen: [seen(ago(5))], onItsWayMs: 0 }), [`message ${ago(5)}`]);
  assert.deepEqual(missed({ seen: [seen(MINUTE)], told: [told(MINUTE)] }), [], 'it waits to be planned');
});

test('what is in the ledger by another way is told, and known', () => {
  assert.deepEqual(missed({ seen: [seen(MINUTE)], items: [item(MINUTE)] }), [`message ${MINUTE} known`]);
});

test('what was given up when its thread was no request comes again, once', () => {
  const dismissed = [told(MINUTE, { dismissed: true })];
  assert.deepEqual(missed({ seen: [seen(MINUTE)], told: dismissed }), [`message ${MINUTE} again`]);
  assert.deepEqual(missed({ seen: [seen(MINUTE)], told: dismissed, items: [item(MINUTE)] }), []);
});

test('an edit is missed when Slack shows a later one than the ledger knows', () => {
  const base = { told: [told(MINUTE)] };
  const edited = [seen(MINUTE, { edited: ago(40) })];
  assert.deepEqual(missed({ ...base, seen: edited, items: [item(MINUTE)] }), [`edit ${MINUTE}`]);
  assert.deepEqual(missed({ ...base, seen: edited, items: [item(MINUTE, { stamp: ago(50) })] }), [
    `edit ${MINUTE}`,
  ]);
  for (const stamp of [ago(40), ago(30)]) {
    assert.deepEqual(missed({ ...base, seen: edited, items: [item(MINUTE, { stamp })] }), []);
  }
  assert.deepEqual(missed({ ...base, seen: edited, items: [item(MINUTE, { gone: true })] }), []);
  const young = [seen(MINUTE, { edited: ago(3) })];
  assert.deepEqual(missed({ ...base, seen: young, items: [item(MINUTE)] }), [], 'on its way');
});

test('a deletion: a tombstone, or a message that a whole reading lacks', () => {
  const hour = ago(3_600);
  const base = { told: [told(hour)], items: [item(hour)] };
  assert.deepEqual(missed({ ...base, seen: [seen(hour, { gone: true })] }), [`deletion ${hour}`]);
  assert.deepEqual(missed(base), [`deletion ${hour}`]);
  assert.deepEqual(missed({ ...base, whole: false }), [], 'it may stand on a page that was not read');
  assert.deepEqual(missed({ ...base, told: [told(hour, { gone: true })] }), [], 'we were told');
  assert.deepEqual(missed({ ...base, items: [item(hour, { gone: true })] }), []);
  assert.deepEqual(missed({ ...base, items: [] }), [], 'it was not carried over yet');
});

test('what may only be late in a reading, or fell to the retention of the workspace, is no deletion', () => {
  for (const ts of [ago(90), ago(9 * DAY_S)]) {
    assert.deepEqual(missed({ told: [told(ts)], items: [item(ts)] }), []);
  }
  const week = ago(7 * DAY_S);
  assert.deepEqual(missed({ told: [told(week)], items: [item(week)] }), [`deletion ${week}`]);
});
