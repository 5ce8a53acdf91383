/** What those who answer requests do with an emoji. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 30_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const CHEN = 'U0CHEN';
const DANA = 'U0DANA';

const start = (t: Parameters<typeof startStory>[0]): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, responders: [DANA, ALMA] });
const says = (story: Story, ts: string, words: string) =>
  ours(story, ts).some((message) => shown(message).includes(words));
const category = (story: Story) => story.desk.tickets()[0]?.category;

function cardOf(story: Story, ts: string): string {
  const card = ours(story, ts).find((message) => shown(message).includes('desk_menu'));
  assert.ok(card, 'the card is in the thread');
  return card.ts;
}

async function counted(story: Story, pattern: RegExp): Promise<number> {
  const page = await (await fetch(`${story.url}/metrics`)).text();
  return Number(pattern.exec(page)?.[1] ?? 0);
}

suite('reactions', { concurrency: false }, () => {
  test('a responder acts by emoji, and taking it away undoes it', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const { ts } = await opened(story, 'The printer is on fire', BEN);
    const card = cardOf(story, ts);
    people.react(DANA, HELP, card, 'arrow_up');
    await until('it is more urgent', LIMIT_MS, () => says(story, ts, 'Priority*\\nHigh'));
    people.unreact(DANA, HELP, card, 'arrow_up');
    await until('it is as urgent as before', LIMIT_MS, () => says(story, ts, 'Priority*\\nMedium'));
    people.react(DANA, HELP, ts, 'white_check_mark');
    await until('it is solved', LIMIT_MS, () => category(story) === 'done' && says(story, ts, 'desk_reopen'));
    people.unreact(DANA, HELP, ts, 'white_check_mark');
    await until(
      'it is open again',
      LIMIT_MS,
      () => category(story) !== 'done' && says(story, ts, 'desk_resolve'),
    );
    people.react(ALMA, HELP, ts, 'eyes');
    await until('it is hers', LIMIT_MS, () => says(story, ts, 'Assignee*\\nAlma'));
    people.unreact(ALMA, HELP, ts, 'eyes');
    await until(
      'it is nobody’s, whatever the desk calls her',
      LIMIT_MS,
      () => !says(story, ts, 'Assignee*\\nAlma'),
    );
    story.desk.setStatus(story.desk.tickets()[0]?.id ?? '', 'done');
    await until('it was solved there', LIMIT_MS, () => says(story, ts, 'desk_reopen'));
    people.react(DANA, HELP, ts, 'leftwards_arrow_with_hook');
    await until('she opened it again', LIMIT_MS, () => category(story) !== 'done');
  });

  test('nobody else’s emoji counts, also of the person whose request it is; a later change is not undone', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const { ts, ticket } = await opened(story, 'The printer is on fire', BEN);
    const passed = /deskbridge_deliveries_sorted_total\{[^}]*reason="reaction-of-another"[^}]*\} (\d+)/;
    for (const emoji of ['white_check_mark', 'arrow_up', 'eyes']) {
      people.react(BEN, HELP, ts, emoji);
      people.react(CHEN, HELP, cardOf(story, ts), emoji);
    }
    await until('all were looked at', LIMIT_MS, async () => (await counted(story, passed)) === 6);
    await quiet(story);
    assert.notEqual(category(story), 'done');
    assert.equal((await story.query("select 1 from audit_event where kind = 'change.asked'")).length, 0);

    people.react(DANA, HELP, ts, 'white_check_mark');
    await until('it is solved', LIMIT_MS, () => category(story) === 'done' && says(story, ts, 'desk_reopen'));
    story.desk.setStatus(ticket.id, 'active');
    await until('an agent opened it again', LIMIT_MS, () => says(story, ts, 'desk_resolve'));
    people.unreact(DANA, HELP, ts, 'white_check_mark');
    await until('she is told', LIMIT_MS, () => says(story, ts, 'does not surely say'));
    await quiet(story);
    assert.equal(category(story), 'active');
  });
});
