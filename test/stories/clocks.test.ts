/** Our database's clock may be an hour away from a vendor's: a proof is found all the same, and nothing is done twice. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';
import { incidentKind, serviceNowDesk } from './vendor-desks.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';

/** Only the bridge's clock moves. */
const skew = (story: Story, minutes: number) =>
  story.query(
    `insert into clock_offset (offset_by) values (make_interval(mins => $1))
     on conflict (singleton) do update set offset_by = clock_offset.offset_by + excluded.offset_by`,
    [minutes],
  );

/** Time passes until every operation of the request is done. */
async function settle(story: Story): Promise<void> {
  await until('everything is done', LIMIT_MS, async () => {
    await story.pass(5_000);
    const open = await story.query("select 1 from operation where state <> 'done'");
    return open.length === 0;
  });
  await quiet(story);
}

suite('clocks', { concurrency: false }, () => {
  for (const minutes of [50, -50]) {
    test(`Slack: our clock is ${minutes} minutes away`, async (t) => {
      const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
      const { ts, ticket } = await opened(story, 'The printer is jammed');
      await skew(story, minutes);
      story.slack.faults.add('chat.postMessage', { kind: 'fail-after', status: 500 }, 1);
      story.desk.comment(ticket.id, 'said once');
      const said = () => ours(story, ts).filter((message) => shown(message).includes('said once'));
      await until('it is said', LIMIT_MS, () => said().length > 0);
      await settle(story);
      assert.equal(said().length, 1);
    });

    test(`ServiceNow: our clock is ${minutes} minutes away`, async (t) => {
      const story = await startStory(t, { kind: incidentKind, desk: serviceNowDesk });
      const { ts } = await opened(story, 'The printer is jammed');
      await skew(story, minutes);
      story.desk.failAfterCommit(1);
      story.slack.people.post(ALMA, HELP, 'said once', ts);
      const said = () =>
        story.desk.tickets()[0]?.comments.filter(({ text }) => text.includes('said once')) ?? [];
      await until('it is on the ticket', LIMIT_MS, () => said().length > 0);
      await settle(story);
      assert.equal(said().length, 1);
    });
  }
});
