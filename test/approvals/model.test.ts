import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStep } from '../../src/approvals/step.ts';
import { createLot } from '../support/lot.ts';
import { PLANTED } from './planted-bugs.ts';
import { runModel } from './run-model.ts';
import { POLICIES } from './world.ts';

const BOUND = 40_000;

test('no history of a request breaks a promise, and the lot brings it to every state and every event', () => {
  const { steps, violations, taken } = runModel(createStep(POLICIES), createLot(7), BOUND);
  assert.deepEqual(violations, []);
  assert.ok(steps >= BOUND);
  const states = ['open', 'granted', 'executing', 'executed', 'denied', 'expired', 'blocked', 'failed'];
  const events = [
    'request',
    'vote',
    'edit',
    'delegate',
    'revoke',
    'expire',
    'execute',
    'crash',
    'done',
    'not-run',
    'end',
  ];
  const refusals = ['over', 'running', 'has-run', 'not-a-vote', 'another-version', 'too-late', 'not-yet'];
  const others = ['may-not-decide', 'not-asked', 'has-voted', 'reason-missing', 'no-approver', 'not-granted'];
  const ends = ['no-quorum', 'delegation-unsound', 'nothing-to-revoke'];
  const wanted = [
    ...[...states, 'uncertain', 'void'].map((one) => `now ${one}`),
    ...events,
    ...[...refusals, ...others, ...ends].map((one) => `refused: ${one}`),
  ];
  assert.deepEqual(
    wanted.filter((one) => (taken.get(one) ?? 0) < 1),
    [],
    'never seen',
  );
});

for (const [name, step] of Object.entries(PLANTED)) {
  test(`the checker sees that ${name}`, () => {
    const { violations, steps } = runModel(step, createLot(7), BOUND);
    assert.ok(violations.length > 0, `nothing was seen in ${steps} steps`);
  });
}
