/** What an emoji of somebody who answers requests asks for, and what takes it back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Intake } from '../../src/model/intake.ts';
import type { BodyOf } from '../../src/model/link.ts';
import type { Priority, TicketFields } from '../../src/model/ticket.ts';
import { plan } from '../../src/sync/plan.ts';
import { subjectOf } from '../../src/sync/reactions.ts';
import {
  BEN,
  CHANNEL,
  fields,
  kinds,
  known,
  link,
  operations,
  saw,
  TEAM,
  ticket,
  tsAt,
  whispers,
} from './paper-world.ts';

type React = Extract<Intake, { kind: 'react' }>;
const react = (act: React['act'], on: boolean): React => ({
  ...{ kind: 'react', team: TEAM, by: BEN, channel: CHANNEL, ts: tsAt(1), act, on },
});
const on = (changes: Partial<TicketFields>) => link({ ticket: ticket({ fields: fields(changes) }) });
const responders = new Set([BEN]);
const sets = (steps: ReturnType<typeof plan>) =>
  operations(steps).flatMap((body) => (body.kind === 'write' ? [body.set] : []));

/** What the desk calls them: words that say something else to whoever knows other desks. */
const OWN = new Map<string, Priority>([
  ['High noon', 'low'],
  ['Sev 3', 'medium'],
  ['Not critical', 'high'],
  ['Sev 1', 'critical'],
]);

test('one step up is counted as the ticket system means its own names', () => {
  for (const [word, wanted] of [
    ['High noon', { priority: 'medium' }],
    ['Sev 3', { priority: 'high' }],
    ['Not critical', { priority: 'critical' }],
  ] as const) {
    const steps = plan(
      known({ link: on({ priority: word }), responders, priorities: OWN }),
      saw([react('raise', true)]),
    );
    assert.deepEqual(sets(steps), [wanted], word);
  }
  const highest = plan(
    known({ link: on({ priority: 'Sev 1' }), responders, priorities: OWN }),
    saw([react('raise', true)]),
  );
  assert.match(whispers(highest)[0]?.text ?? '', /the highest already/);
});

test('a name of which nobody says what it means is not guessed at, and whoever asked is told so', () => {
  for (const word of ['Highland', 'High', 'Sev 1']) {
    const at = known({ link: on({ priority: word }), responders, priorities: new Map() });
    const steps = plan(at, saw([react('raise', true)]));
    assert.deepEqual(kinds(steps), ['whisper'], word);
    assert.match(whispers(steps)[0]?.text ?? '', new RegExp(`above the priority "${word}"`));
  }
  const fresh = plan(known({ link: on({ priority: null }), responders }), saw([react('raise', true)]));
  assert.deepEqual(sets(fresh), [{ priority: 'high' }], 'a ticket without one is as it was asked for');
});

function undone(
  act: React['act'],
  made: Pick<BodyOf<'write'>, 'set'> & {
    readonly before: Partial<TicketFields>;
    readonly now: Partial<TicketFields>;
  },
  stands: boolean,
) {
  const taken = react(act, false);
  const done = {
    ...{ kind: 'write' as const, set: made.set, before: fields(made.before), actor: 'Ben', by: BEN },
    ...{ implied: false, because: subjectOf(taken) },
  };
  const reacted = new Map([[subjectOf(taken), { done, stands }]]);
  return plan(known({ link: on(made.now), responders, reacted, priorities: OWN }), saw([taken]));
}

test('whoever took a ticket gives it back when it is his by its system’s own ids, whatever it calls him', () => {
  const set = { assignee: { name: 'Ben Okafor', email: 'ben@example.com', account: null } };
  const made = { set, before: { assignee: null }, now: { assignee: 'Okafor, Ben (IT)' } };
  assert.deepEqual(sets(undone('take', made, true)), [{ assignee: null }]);
  const namesake = { ...made, now: { assignee: 'Ben Okafor' } };
  const told = undone('take', namesake, false);
  assert.deepEqual(kinds(told), ['whisper'], 'somebody else of the same name keeps it');
  assert.match(whispers(told)[0]?.text ?? '', /changed nothing/);
});

test('a raised priority goes back to what its own name meant, and only when it stands', () => {
  const made = {
    ...{
      set: { priority: 'high' as const },
      before: { priority: 'Sev 3' },
      now: { priority: 'Not critical' },
    },
  };
  assert.deepEqual(sets(undone('raise', made, true)), [{ priority: 'medium' }]);
  assert.deepEqual(kinds(undone('raise', made, false)), ['whisper']);
  assert.deepEqual(kinds(undone('raise', { ...made, before: { priority: 'Odd' } }, true)), ['whisper']);
});
