import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { Known } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import { type Paper, paper, planned, runAll, runOne } from './paper-lanes.ts';
import {
  closings,
  deleted,
  edited,
  kinds,
  known,
  limits,
  message,
  opening,
  operations,
  said,
  saw,
  slackFile,
  tsAt,
  waiting,
} from './paper-world.ts';

const TS = tsAt(5);
const small = { ...limits, longest: { slack: 64, ticket: 64 } };
const LONG = Array.from({ length: 30 }, (_, n) => `word-${n}`).join(' ');

/** The world after these intakes came one by one, everything sent in between. */
function after(first: Known, intakes: readonly Intake[]): Paper {
  let now = paper(first);
  for (const intake of intakes) now = runAll(planned(now, saw([intake])));
  return now;
}

/** All comments of ours, in the order in which they were made. */
const comments = (world: Paper) => [...world.ticket.values()];

test('an edit changes the comment that is there; it adds none', () => {
  const once = after(known(), [message(TS, 'the pritner')]);
  const steps = plan(once.known, saw([edited(TS, 1, 'the printer')]));
  assert.deepEqual([kinds(steps), closings(steps)], [['comment'], ['planned']]);
  const twice = after(known(), [message(TS, 'the pritner'), edited(TS, 1, 'the printer')]);
  assert.deepEqual([comments(twice), twice.made], [['the printer'], 1]);
});

test('an edit that is older than what is known, or the same, does nothing', () => {
  const now = after(known(), [message(TS, 'a'), edited(TS, 20, 'c')]);
  for (const again of [edited(TS, 10, 'b'), edited(TS, 20, 'c'), message(TS, 'a')]) {
    const steps = plan(now.known, saw([again]));
    assert.deepEqual([steps.length, closings(steps)], [1, ['seen-before']]);
  }
});

test('stamps are compared as numbers: a later one with fewer digits is still the later one', () => {
  const now = after(known(), [
    message(TS, 'a'),
    { kind: 'edited', message: message(TS, 'b', { edited: '999.000100' }).message },
    { kind: 'edited', message: message(TS, 'c', { edited: '1000.000100' }).message },
  ]);
  assert.deepEqual(comments(now), ['c']);
});

test('an edit that comes before its message is the message; the first version that comes later is nothing new', () => {
  const now = after(known(), [edited(TS, 1, 'the printer'), message(TS, 'the pritner')]);
  assert.deepEqual([comments(now), now.made], [['the printer'], 1]);
});

test('an edit while the comment waits unsent replaces its words', () => {
  const unsent = planned(paper(known()), saw([message(TS, 'the pritner')]));
  const steps = plan(unsent.known, saw([edited(TS, 1, 'the printer')]));
  assert.deepEqual(
    steps.map((step) => step.do),
    ['item-change', 'replace', 'close'],
  );
  const sent = runAll(planned(unsent, saw([edited(TS, 1, 'the printer')])));
  assert.deepEqual([comments(sent), sent.made], [['the printer'], 1]);
});

test('an edit while the comment may be under way waits behind it', () => {
  const unsent = planned(paper(known()), saw([message(TS, 'a')])).known;
  const stopped = unsent.open.map((one) => ({ ...one, state: 'parked' as const, blocks: true }));
  const steps = plan({ ...unsent, open: stopped }, saw([edited(TS, 1, 'b')]));
  assert.deepEqual([kinds(steps), steps.some((step) => step.do === 'replace')], [['comment'], false]);
});

test('a message that grows has more comments, one that shrinks says so where the rest stood', () => {
  const grown = after(known({ limits: small }), [message(TS, 'short'), edited(TS, 1, LONG)]);
  assert.ok(grown.ticket.size > 2);
  assert.equal(comments(grown).join(''), LONG);
  const shrunk = runAll(planned(grown, saw([edited(TS, 2, 'short again')])));
  assert.equal(shrunk.ticket.size, grown.ticket.size);
  assert.deepEqual(comments(shrunk), [
    'short again',
    ...Array.from({ length: grown.ticket.size - 1 }, () => '(Deleted or shortened in Slack.)'),
  ]);
  const again = runAll(planned(shrunk, saw([edited(TS, 3, LONG)])));
  assert.deepEqual([comments(again).join(''), again.made], [LONG, grown.made]);
});

test('a message that shrinks while only its first part was sent drops the others unsent', () => {
  const begun = runOne(planned(paper(known({ limits: small })), saw([message(TS, LONG)])), 'ticket');
  const steps = plan(begun.known, saw([edited(TS, 1, 'short')]));
  assert.equal(steps.filter((step) => step.do === 'drop').length, begun.known.open.length);
  const done = runAll(planned(begun, saw([edited(TS, 1, 'short')])));
  assert.deepEqual([comments(done), done.made], [['short'], 1]);
});

test('a message that was empty and gets words by an edit reaches the ticket', () => {
  const now = after(known(), [message(TS, ' '), edited(TS, 1, 'words')]);
  assert.deepEqual(comments(now), ['words']);
});

test('a deleted message leaves a tombstone in its place, and later edits do not bring it back', () => {
  const now = after(known(), [message(TS, 'password: hunter2'), deleted(TS), edited(TS, 9, 'hunter2 again')]);
  assert.deepEqual(comments(now), ['This message was deleted in Slack.']);
  const steps = plan(now.known, saw([deleted(TS)]));
  assert.deepEqual([steps.length, closings(steps)], [1, ['seen-before']]);
});

test('every part of a long message goes when it is deleted', () => {
  const now = after(known({ limits: small }), [message(TS, LONG), deleted(TS)]);
  const [first, ...others] = comments(now);
  assert.equal(first, 'This message was deleted in Slack.');
  assert.ok(others.length > 1);
  assert.deepEqual([...new Set(others)], ['(Deleted or shortened in Slack.)']);
});

test('a message that is deleted while it waits unsent is never sent', () => {
  const unsent = planned(paper(known({ limits: small })), saw([message(TS, LONG)]));
  const now = runAll(planned(unsent, saw([deleted(TS)])));
  assert.deepEqual([comments(now), now.made], [[], 0]);
});

test('a deletion that comes before its message keeps it off the ticket', () => {
  const now = after(known(), [deleted(TS), message(TS, 'hunter2'), edited(TS, 1, 'hunter2')]);
  assert.deepEqual([comments(now), now.known.items.length], [[], 1]);
});

test('a message, its edit and its deletion at once are nothing, in any order', () => {
  const all = [message(TS, 'a'), edited(TS, 1, 'b'), deleted(TS)];
  for (const [x, y, z] of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
    [2, 0, 1],
  ] as const) {
    const order = [x, y, z].flatMap((n) => all[n] ?? []);
    const steps = plan(known(), saw(order));
    assert.deepEqual([operations(steps), closings(steps)], [[], ['planned', 'planned', 'planned']]);
  }
});

test('an edit of the opening message is said once on the ticket and then kept up to date', () => {
  const root = opening().nativeId;
  const ts = message(tsAt(0), '').message.ts;
  assert.equal(ts, root);
  const now = after(known({ items: [opening()] }), [
    edited(ts, 1, 'It is the scanner'),
    edited(ts, 2, 'Both'),
  ]);
  assert.deepEqual([comments(now), now.made], [['The request was edited in Slack. It says now:\n\nBoth'], 1]);
});

test('an edit of the opening message before the ticket exists changes the description, and its files follow', () => {
  const file = slackFile(1);
  const root = message(tsAt(0), 'the pritner', { files: [file] });
  const create = waiting(
    1,
    {
      kind: 'create',
      target: { queue: 'q' },
      summary: 'the pritner',
      description: plainDoc('the pritner'),
      requester: { name: 'Alma Reyes', email: null },
    },
    null,
  );
  const hung = {
    ...opening(),
    id: opening().id.replace('1f4', '1f5'),
    kind: 'file' as const,
    nativeId: file.id,
    parent: root.message.ts,
    opens: false,
  };
  const attach = waiting(
    2,
    { kind: 'attach', author: 'Alma Reyes', by: null, file, withdrawn: false },
    hung.id,
  );
  const before = known({ items: [opening(), hung], open: [create, attach] });
  const steps = plan(before, saw([edited(tsAt(0), 1, 'the printer')]));
  const replaced = steps.flatMap((step) => (step.do === 'replace' ? [step] : []));
  assert.deepEqual(
    replaced.map(({ operation, body }) => [operation, body.kind === 'create' && body.description]),
    [[create.id, plainDoc('the printer')]],
  );
  assert.deepEqual(
    steps.flatMap((step) => (step.do === 'drop' ? [step.operation] : [])),
    [attach.id],
    'the file was taken out of the message',
  );
});

test('a request that is deleted before its ticket exists never gets its words there', () => {
  const create = waiting(
    1,
    {
      kind: 'create',
      target: { queue: 'q' },
      summary: 'my password is hunter2',
      description: plainDoc('my password is hunter2'),
      requester: { name: 'Alma Reyes', email: null },
    },
    null,
  );
  const steps = plan(known({ items: [opening()], open: [create] }), saw([deleted(tsAt(0))]));
  assert.deepEqual(kinds(steps), []);
  const [replaced] = steps.flatMap((step) => (step.do === 'replace' ? [step] : []));
  assert.equal(replaced?.operation, create.id);
  assert.doesNotMatch(JSON.stringify(replaced.body), /hunter2/);
});

test('a deleted opening message is told on the ticket: its description stands there', () => {
  const now = after(known({ items: [opening()] }), [deleted(tsAt(0))]);
  assert.deepEqual(comments(now), ['The message that opened this request was deleted in Slack.']);
});

test('an edit keeps the note that its message arrived late', () => {
  const late = [message(tsAt(90_000_000), 'second'), message(TS, 'frist'), edited(TS, 1, 'first')];
  const now = after(known(), late);
  assert.deepEqual(comments(now), ['second', '(written 1970-01-01 00:16 UTC, arrived late)\n\nfirst']);
});

test('an edit by somebody who is not named keeps people’s ids away', () => {
  const steps = plan(known(), saw([edited(TS, 1, 'b', { bot: 'CI' })]));
  assert.deepEqual(said(steps), ['b']);
  assert.deepEqual(
    operations(steps).map((body) => body.kind === 'comment' && body.author),
    ['CI (bot)'],
  );
});
