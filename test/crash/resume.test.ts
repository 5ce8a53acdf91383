/** What a killed worker had in hand goes on in another one, in real time and with the settings of production. */
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { after, test } from 'node:test';
import { until } from '../support/until.ts';
import { dropTemplate } from './crash-database.ts';
import { serviceNow } from './systems.ts';
import { beginTalk } from './talk.ts';
import { startWorld } from './world.ts';

/** As promised: the lease (9 s) has run out and the next tick has come. */
const RESUMED_WITHIN_MS = 15_000;
const MOST_REQUESTS = 12;

after(dropTemplate);

test('a second worker resumes the links of a killed one within 15 s', async (t) => {
  const world = await startWorld(t, { kind: serviceNow });
  const production = { leaseMs: null, jobLockMs: null, pollEveryMs: 30_000 } as const;
  const survivor = await world.startBridge({ ...production, role: 'all' });
  // Nothing of it is in `sending` there: that would have to wait for its proof.
  const victim = await world.startBridge({ ...production, role: 'worker', crashAt: 'ticket.read:before' });

  for (let n = 0; n < MOST_REQUESTS && !victim.isGone(); n += 1) {
    beginTalk(world);
    await until('the request is on its way', 20_000, async () => {
      const [row] = await world.query<{ n: number }>(
        `select count(*)::int as n from operation where kind = 'create' and state = 'done'`,
      );
      return victim.isGone() || (row?.n ?? 0) > n;
    });
  }
  await until('the worker dies with a link in its hands', 20_000, () => victim.isGone());
  const died = performance.now();
  assert.equal(victim.diedAt(), 'ticket.read:before', victim.log());
  const owned = await world.query(
    'select 1 from link where lease_until > clock_timestamp() and ticket_stale > ticket_seen',
  );
  assert.notEqual(owned.length, 0, 'the dead worker still owns a link');

  await until('the survivor has finished it', RESUMED_WITHIN_MS - (performance.now() - died), async () => {
    const [left] = await world.query<{ n: number }>(`select (
      (select count(*) from link where lease_owner is not null or ticket_stale > ticket_seen)
      + (select count(*) from operation where state in ('ready', 'sending'))
      + (select count(*) from delivery where state in ('new', 'sorted')))::int as n`);
    return left?.n === 0;
  });
  t.diagnostic(`resumed after ${Math.round(performance.now() - died)} ms`);
  assert.ok(!survivor.isGone());
  assert.deepEqual(await world.query(`select kind from operation where state = 'parked'`), []);
});
