import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outlook } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import { receiptOf, receiptText } from '../../src/sync/receipt.ts';
import { paper, planned, runAll } from './paper-lanes.ts';
import {
  ALMA,
  askedForReceipt,
  blocker,
  CHANNEL,
  comment,
  kinds,
  known,
  link,
  message,
  reading,
  saw,
  tsAt,
  waiting,
  whispers,
} from './paper-world.ts';

const read = link({ stale: 3, seen: 3 });

test('both sides agree when nothing waits and the ticket was read since the last hint', () => {
  const now = runAll(
    planned(paper(known({ link: read })), saw([message(tsAt(5), 'a'), message(tsAt(6), ' ')])),
  );
  assert.deepEqual(receiptOf(now.known), { state: 'in-sync', carried: 1, readAt: null });
  assert.equal(
    receiptText(now.known),
    'In sync: this thread and IT-1 agree, with 1 messages and files carried over.',
  );
});

test('what waits is lagging, with the side that it waits for', () => {
  const sight = saw([message(tsAt(5), 'a')], reading({ comments: [comment(1)] }));
  const { known: now } = planned(paper(known({ link: read })), sight);
  assert.deepEqual(receiptOf(now), {
    state: 'lagging',
    waiting: 2,
    why: [
      'Something waits for its turn to go to the ticket.',
      'Something waits for its turn to go to Slack.',
    ],
  });
});

test('an operation that may have happened is being checked, and a hint that was not followed yet is lagging', () => {
  const sending = {
    ...waiting(1, { kind: 'say', comment: comment(1).id, part: 1 }, null),
    state: 'sending' as const,
  };
  const receipt = receiptOf({ link: link({ stale: 4, seen: 3 }), items: [], open: [sending] });
  assert.deepEqual(receipt, {
    state: 'lagging',
    waiting: 1,
    why: [
      'It is being checked whether something has reached Slack.',
      'The ticket has changed and is being read.',
    ],
  });
});

test('a request whose ticket does not exist yet is not in sync', () => {
  assert.equal(
    receiptOf({ link: link({ ...read, status: 'provisional' }), items: [], open: [] }).state,
    'lagging',
  );
});

test('what was stopped is apart, with its reason', () => {
  const parked = link({ ...read, status: 'parked', parkedReason: 'No access to IT-1.' });
  assert.deepEqual(receiptOf({ link: parked, items: [], open: [] }), {
    state: 'apart',
    why: ['No access to IT-1.'],
  });
  assert.equal(receiptOf({ link: read, items: [], open: [blocker()] }).state, 'apart');
  assert.match(
    receiptText({ link: parked, items: [], open: [] }),
    /^Apart: No access to IT-1\. .*deskbridge parked/,
  );
});

const nothing = {
  waiting: [],
  parkedSince: null,
  away: [],
  threadDue: false,
  givenUp: 0,
  readAt: new Date('2026-11-20T10:00:00Z'),
};
const receipt = (outlook: Partial<typeof nothing> | Pick<Outlook, 'away'>) =>
  receiptText({ link: read, items: [], open: [], outlook: { ...nothing, ...outlook } });

test('what nobody can know at the moment is not in sync', () => {
  assert.match(receipt({}), /^In sync: .* The ticket was read last 2026-11-20 10:00 UTC\.$/);
  assert.match(
    receipt({ away: [{ lane: 'ticket', reason: 'Jira could not be reached.' }] }),
    /^Lagging: 0 still .* The ticket system does not answer at the moment \(Jira could not be reached\)/,
  );
  assert.match(receipt({ threadDue: true }), /^Lagging: .* The thread is being read again\.$/);
  assert.match(receipt({ givenUp: 2 }), /^Apart: An operator has skipped 2 things\./);
});

test('the card and what was whispered do not count: they show the state and are none', () => {
  const open = [
    waiting(1, { kind: 'card' }, null),
    waiting(2, { kind: 'whisper', user: ALMA, channel: CHANNEL, text: 'x' }, null),
  ];
  assert.equal(receiptOf({ link: read, items: [], open }).state, 'in-sync');
});

test('whoever asks the card gets the receipt alone, and nothing else happens', () => {
  const steps = plan(known({ link: read }), saw([askedForReceipt(ALMA)]));
  assert.deepEqual(kinds(steps), ['whisper']);
  assert.deepEqual(whispers(steps), [{ user: ALMA, text: receiptText(known({ link: read })) }]);
});
