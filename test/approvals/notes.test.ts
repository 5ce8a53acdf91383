import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openedNote, voidedNote, votedNote, workLine } from '../../src/texts/approval-notes.ts';

/** What Jira takes of a comment (32,767) and ServiceNow of a journal entry, with room for the byline. */
const LIMIT = 30_000;
const long = 'ß'.repeat(40_000);
const of = {
  ...{ kind: 'k'.repeat(80), policy: 'p'.repeat(80), risk: 'critical' as const },
  ...{ fingerprint: '01234567', id: 'a'.repeat(36), requester: 'r'.repeat(200) },
  work: Array.from({ length: 200 }, () => workLine('f'.repeat(200), long, long)),
};

test('whatever is asked fits into a note of the ticket, and says what it leaves out', () => {
  const asked = Array.from({ length: 500 }, () => 'Somebody with a long name');
  const opened = openedNote(of, asked);
  assert.ok(opened.length < LIMIT, `${opened.length}`);
  assert.match(opened, /39600 more characters/);
  assert.match(opened, /180 more, which the card shows/);
  assert.match(opened, /and 460 more/);
  const voided = voidedNote(of, of.work);
  assert.ok(voided.length < LIMIT, `${voided.length}`);
  const voted = votedNote(of, { by: 'A', instead: 'B', decision: 'deny', surface: 'card', reason: long });
  assert.ok(voted.length < LIMIT, `${voted.length}`);
});

test('what is short stands whole, and half a character is never written', () => {
  assert.equal(workLine('status', null, 'done'), 'status: empty → done');
  assert.ok(workLine('text', null, `${'x'.repeat(399)}🙂`.padEnd(500, 'y')).isWellFormed());
});
