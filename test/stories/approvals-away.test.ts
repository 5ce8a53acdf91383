/** Who decides while somebody is away: named in Slack, with a card of his own, and never whoever asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import {
  ALMA,
  BEN,
  becomes,
  CHEN,
  cardOf,
  cardsOf,
  employ,
  form,
  hears,
  LIMIT_MS,
  latest,
  press,
} from './approval-people.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const WAITS = /desk_approval_approve/;
const DAY_S = 86_400;
const asking = { name: 'database', when: { words: ['database'] }, queue: 'access', kind: 'iam' };
const routing = { rules: [{ ...asking, flow: 'approval', approval: 'access' }] };

const now = (story: Story) => Math.floor(story.clock.now().getTime() / 1000);
const dates = (story: Story, days: number) => ({
  from: { value: String(now(story)) },
  until: { value: String(now(story) + days * DAY_S) },
});
async function openedForm(story: Story): Promise<string> {
  const said = await story.slack.people.command(BEN, HELP, '/desk', 'away');
  assert.ok(said.ok, said.message ?? '');
  return form(story, BEN, /Who decides for me/);
}
const homeSays = (story: Story, words: RegExp) =>
  until(`the Home says ${words}`, LIMIT_MS, () => words.test(JSON.stringify(story.slack.people.home(BEN))));

test('Ben is away: Chen gets his card too and decides in his seat; whoever asks never stands in', async (t) => {
  const approvals = settingsWith('on', { delegates: { longest_days: 10 } });
  const story = await startStory(t, { ...{ kind: jiraKind, desk: jiraDesk, routing }, approvals });
  await employ(story);
  const { people } = story.slack;
  people.openHome(BEN);
  await homeSays(story, /While I am away/);
  await opened(story, 'Please let me into the database');
  await cardOf(story, BEN, WAITS);
  assert.equal(cardsOf(story, CHEN), 0);

  const refusals = [
    { to: BEN, days: 1, says: /cannot stand in for yourself/ },
    { to: CHEN, days: 11, says: /longer than 10 days/ },
    { to: CHEN, days: -1, says: /after the beginning/ },
  ];
  for (const { to, days, says } of refusals) {
    await people.submit(BEN, await openedForm(story), { to: { value: to }, ...dates(story, days) });
    people.close(BEN, await form(story, BEN, says));
  }
  assert.deepEqual(await story.query('select 1 from approval_delegation'), []);

  // What waits already is asked of her, too.
  await people.submit(BEN, await openedForm(story), { to: { value: CHEN }, ...dates(story, 3) });
  people.close(BEN, await form(story, BEN, /Written down: chen decides for you/));
  await homeSays(story, /<@U0CHEN> decides for you/);
  await press(story, CHEN, await cardOf(story, CHEN, WAITS), 'approve');
  await becomes(story, 'executed');
  await cardOf(story, BEN, /<@U0CHEN> approved in the place of <@U0BEN>/);

  // Alma instead: she asks, so only Ben decides.
  await people.submit(BEN, await openedForm(story), { to: { value: ALMA }, ...dates(story, 3) });
  people.close(BEN, await form(story, BEN, /Written down: alma decides for you/));
  await opened(story, 'Please let me into the other database');
  await cardOf(story, BEN, WAITS);
  assert.equal(cardsOf(story, ALMA), 0);
  const { id } = await latest(story);
  const asked = await story.query('select 1 from approval_asked where approval_id = $1', [id]);
  assert.equal(asked.length, 1);

  await homeSays(story, /<@U0ALMA> decides for you/);
  await people.actInHome(BEN, { actionId: 'desk_away_end' });
  await hears(story, BEN, /nobody stands in for you any more/);
  await homeSays(story, /Whoever you name gets your approvals too/);
  const kinds = await story.query<{ kind: string }>(
    "select kind from audit_event where kind like 'approval.delegate-%' order by at, id",
  );
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['approval.delegate-named', 'approval.delegate-named', 'approval.delegate-ended'],
  );
});
