/**
 * A bridge may die at any instruction. Here it dies before, in the middle of and after calls to Slack and to the ticket
 * system; its successor has to leave a world in which nothing is lost and nothing happened twice. These are the points
 * that differ most; `npm run chaos` plays all of them with all systems, and CRASH_PAIRS pairs that CRASH_SEED draws.
 */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { bundleBridge } from './bundle-bridge.ts';
import { dropTemplate } from './crash-database.ts';
import { ALL_POINTS, crashPairs, NEVER_MET, plansFor, proofPlan } from './crash-points.ts';
import { crashesOf } from './crash-suite.ts';
import { jira, serviceNow } from './systems.ts';

const seed = Number(process.env['CRASH_SEED'] ?? 20261121);
const pairs = Number(process.env['CRASH_PAIRS'] ?? 0);

// Half of the time of a crash is waiting for ticks, so two worlds keep two processors busy.
suite('SIGKILL', { concurrency: 2 }, () => {
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

  test('every named point is in the plans of some system, or has a reason not to be', () => {
    const planned = new Set(plansFor(jira).flat());
    const missed = ALL_POINTS.filter((name) => !planned.has(name) && NEVER_MET[name] === undefined);
    assert.deepEqual(missed, []);
    assert.equal(planned.size + Object.keys(NEVER_MET).length, ALL_POINTS.length);
  });

  test('a journal without links meets all of them but what cannot be done to it', () => {
    const planned = new Set(plansFor(serviceNow).flat());
    const missed = [...new Set(plansFor(jira).flat())].filter((name) => !planned.has(name));
    assert.deepEqual(new Set(missed.map((name) => name.split('.')[1])), new Set(['edit', 'remove', 'link']));
  });

  crashesOf({
    label: 'Jira',
    kind: jira,
    program,
    plans: [proofPlan('ticket.create.send'), proofPlan('ticket.link.send'), ['slack.remove.send:exchanged']],
  });
  crashesOf({
    label: 'ServiceNow, with Redis, which is emptied while the bridge is dead',
    kind: serviceNow,
    program,
    redis: { flush: 'meanwhile' },
    // The proof of a comment is its content here.
    plans: [
      ['ticket.comment.send:after', 'ticket.comment.find:after'],
      ['slack.file.send:after', 'slack.file.find:exchanged'],
    ],
  });
  const drawn = crashPairs(seed, pairs);
  if (drawn.length > 0)
    crashesOf({ label: `pairs drawn with CRASH_SEED=${seed}`, kind: jira, program, plans: drawn });
});
