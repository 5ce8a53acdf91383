/**
 * A bridge may die at any instruction. Here it dies at every named point of opening and syncing a request, before, in
 * the middle of and after every call to Slack and to the ticket system; its successor has to leave a world in which
 * nothing is lost and nothing happened twice.
 */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { IO_POINTS } from '../../src/model/io.ts';
import { bundleBridge } from './bundle-bridge.ts';
import { crashPairs, crashPlans, insidePlans, NEVER_MET } from './crash-points.ts';
import { crashesOf } from './crash-suite.ts';
import { dropTemplate } from './migrated-database.ts';
import { jira, serviceDesk, serviceNow } from './systems.ts';

/** CRASH_EVERYWHERE=1 plays every point with every system, and many pairs: some minutes. */
const everywhere = process.env['CRASH_EVERYWHERE'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? 20261121);

// Half of the time of a crash is waiting for ticks, so three worlds keep two processors busy.
suite('SIGKILL', { concurrency: 3 }, () => {
  let bundle: Awaited<ReturnType<typeof bundleBridge>> | null = null;
  before(async () => {
    bundle = await bundleBridge();
  });
  after(async () => {
    await bundle?.remove();
    await dropTemplate();
  });
  const program = () => {
    if (bundle === null) throw new Error('The child program has not been built');
    return bundle.program;
  };

  test('every named point is hit by some plan, or has a reason not to be', () => {
    const prefixes = [
      'slack.',
      'ticket.create.',
      'ticket.comment.',
      'ticket.write.',
      'ticket.read',
      'ticket.changes',
    ];
    const planned = new Set(prefixes.flatMap(crashPlans).flat());
    const named = IO_POINTS.flatMap((point) =>
      ['before', 'exchanged', 'after'].map((moment) => `${point}:${moment}`),
    );
    const missed = named.filter((name) => !planned.has(name) && NEVER_MET[name] === undefined);
    assert.deepEqual(missed, []);
    assert.ok(planned.size + Object.keys(NEVER_MET).length === named.length);
  });

  crashesOf({
    label: 'creating and commenting in Jira',
    kind: jira,
    program,
    plans: [...crashPlans('ticket.create.'), ...crashPlans('ticket.comment.')],
  });
  crashesOf({
    label: 'changing and reading in Jira',
    kind: jira,
    program,
    plans: [...crashPlans('ticket.write.'), ...crashPlans('ticket.read'), ...crashPlans('ticket.changes')],
  });
  crashesOf({ label: 'calls to Slack', kind: serviceNow, program, plans: crashPlans('slack.') });
  crashesOf({
    label: 'calls to ServiceNow',
    kind: serviceNow,
    program,
    // The points of Jira are the same code; what differs here is the proof of a comment by its content.
    plans: everywhere ? crashPlans('ticket.') : insidePlans('ticket.comment.'),
  });
  crashesOf({
    label: `pairs drawn with seed ${seed} (CRASH_SEED)`,
    kind: jira,
    program,
    plans: crashPairs(seed, everywhere ? 40 : 2),
  });
  crashesOf({
    label: 'creating a request on a service desk',
    kind: serviceDesk,
    program,
    plans: everywhere ? crashPlans('ticket.') : insidePlans('ticket.create.').slice(-1),
  });
  crashesOf({
    label: 'Redis is emptied while the bridge is dead',
    kind: serviceNow,
    program,
    redis: { flush: 'meanwhile' },
    plans: [['ticket.create.send:exchanged'], ['ticket.comment.send:before']],
  });
  crashesOf({
    label: 'Redis is emptied when the successor has just started',
    kind: jira,
    program,
    redis: { flush: 'at return' },
    plans: [['slack.post.send:after']],
  });
});
