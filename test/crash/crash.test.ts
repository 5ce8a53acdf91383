/**
 * A bridge may die at any instruction. Here it dies at every named point of opening and syncing a request, before, in
 * the middle of and after every call to Slack and to the ticket system; its successor has to leave a world in which
 * nothing is lost and nothing happened twice.
 */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { IO_POINTS } from '../../src/model/io.ts';
import { bundleBridge } from './bundle-bridge.ts';
import { crashPairs, crashPlans, NEVER_MET } from './crash-points.ts';
import { crashesOf } from './crash-suite.ts';
import { jira, serviceDesk, serviceNow } from './systems.ts';

const PAIRS = 6;
const seed = Number(process.env['CRASH_SEED'] ?? 20261121);

suite('SIGKILL', { concurrency: 2 }, () => {
  let bundle: Awaited<ReturnType<typeof bundleBridge>> | null = null;
  before(async () => {
    bundle = await bundleBridge();
  });
  after(() => bundle?.remove());
  const program = () => {
    if (bundle === null) throw new Error('The child program has not been built');
    return bundle.program;
  };

  test('every named point is hit by some plan, or has a reason not to be', () => {
    const planned = new Set(crashPlans('').flat());
    const named = IO_POINTS.flatMap((point) =>
      ['before', 'exchanged', 'after'].map((moment) => `${point}:${moment}`),
    );
    const missed = named.filter((name) => !planned.has(name) && NEVER_MET[name] === undefined);
    assert.deepEqual(missed, []);
    assert.ok(planned.size + Object.keys(NEVER_MET).length === named.length);
  });

  crashesOf({ label: 'calls to Jira', kind: jira, program, plans: crashPlans('ticket.') });
  crashesOf({ label: 'calls to ServiceNow', kind: serviceNow, program, plans: crashPlans('ticket.') });
  crashesOf({ label: 'calls to Slack', kind: serviceNow, program, plans: crashPlans('slack.') });
  crashesOf({
    label: 'creating a request on a service desk',
    kind: serviceDesk,
    program,
    plans: crashPlans('ticket.create.'),
  });
  crashesOf({
    label: `pairs drawn with seed ${seed} (CRASH_SEED)`,
    kind: jira,
    program,
    plans: crashPairs(seed, PAIRS),
  });
  crashesOf({
    label: 'Redis is emptied while the bridge is dead',
    kind: jira,
    program,
    redis: { flush: 'meanwhile' },
    plans: [
      ['slack.post.send:after'],
      ['ticket.create.send:exchanged'],
      ['ticket.comment.send:before'],
      ['ticket.changes:after'],
    ],
  });
  crashesOf({
    label: 'Redis is emptied when the successor has just started',
    kind: serviceNow,
    program,
    redis: { flush: 'at return' },
    plans: [['ticket.comment.send:after', 'ticket.comment.find:before']],
  });
});
