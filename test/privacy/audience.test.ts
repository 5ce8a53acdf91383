import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersFor, decideHome, decideSend, mayAct } from '../../src/privacy/audience.ts';
import { runAudience } from './run-audience.ts';

test('over the matrix of places, tickets and readers nothing leaks and nothing is kept back needlessly', async () => {
  const run = await runAudience({ step: 16 });
  assert.ok(run.paths >= 5, `${run.paths} paths`);
  assert.deepEqual(run.leaks, []);
  assert.deepEqual(run.needless, []);
  assert.ok(run.cases >= 100_000, `${run.cases} cases`);
});

test('a decision that forgets another company is found in the matrix, and so is a flow that forgets to ask', async () => {
  const forgetful = await runAudience({
    step: 1_000,
    decide: (sending) => decideSend({ ...sending, place: { ...sending.place, shared: false } }),
  });
  assert.ok(forgetful.leaks.length > 10);
  const careless = await runAudience({
    step: 1_000,
    decide: (sending) => decideSend({ ...sending, agents: true }),
  });
  assert.ok(careless.leaks.some((leak) => leak.includes('other helper')));
  const blind = await runAudience({
    step: 12,
    sabotage: (world) => ({
      ...world,
      slack: {
        ...world.slack,
        place: async () => ({ kind: 'ok', value: { kind: 'private', shared: false } }),
      },
    }),
  });
  assert.ok(blind.leaks.length > 0);
});

test('what is confidential goes on in a direct message, whatever the channel wants', () => {
  for (const answers of ['thread', 'ephemeral', 'direct'] as const)
    assert.equal(decideHome({ confidential: true, answers }), 'direct');
  assert.equal(decideHome({ confidential: false, answers: 'thread' }), 'thread');
  assert.equal(decideHome({ confidential: false, answers: 'direct' }), 'direct');
  assert.equal(answersFor({ iam: 'direct', default: 'ephemeral' }, 'iam'), 'direct');
  assert.equal(answersFor({ iam: 'direct', default: 'ephemeral' }, 'endpoint'), 'ephemeral');
  assert.equal(answersFor(undefined, 'iam'), 'thread');
});

test('who is no member of the company changes nothing', () => {
  assert.deepEqual((['member', 'guest', 'stranger'] as const).map(mayAct), [true, false, false]);
});
