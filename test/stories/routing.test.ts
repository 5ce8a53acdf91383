/** What the routing table yields, on a whole bridge: tags as fields of the ticket, what is handed over, and who is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { startSite } from '../sandbox/jira/site.ts';
import { until } from '../support/until.ts';
import { DESK_HOOK_SECRET, DESK_SECRET } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';
import { incidentKind, jiraDesk, jiraDeskAt, jiraKind, serviceNowDesk } from './vendor-desks.ts';

const rules = [
  {
    name: 'tunnel',
    when: { area: 'vpn' },
    ...{ queue: 'access', kind: 'iam', flow: 'hand-off', tags: { department: 'Sales' } },
  },
  { name: 'burning', when: { words: ['on fire'] }, queue: 'general', kind: 'incident', flow: 'incident' },
  {
    name: 'exception',
    when: { words: ['exception'] },
    ...{ queue: 'access', kind: 'security', flow: 'approval', approval: 'policy-exception' },
  },
];
const answered = { name: 'question', when: { words: ['handbook'] }, queue: 'general', flow: 'answer' };
const areas = { vpn: { words: ['tunnel'], title: 'Remote access' } };

test('tags are labels of the issue, and every flow says what happens next on both sides', async (t) => {
  const { ...parts } = { apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET };
  let site: Awaited<ReturnType<typeof startSite>> | null = null;
  const story = await startStory(t, {
    kind: jiraKind,
    routing: { rules: [...rules, answered], areas },
    async desk(clock) {
      site = await startSite({ clock, ...parts });
      return jiraDeskAt(site);
    },
  });
  const labels = (id: string) =>
    site?.sandbox.people
      .tickets()
      .find((ticket) => ticket.id === id)
      ?.labels.join(' ') ?? '';
  const notes = (id: string) =>
    (story.desk.tickets().find((ticket) => ticket.id === id)?.comments ?? [])
      .map(({ text }) => text)
      .join('\n');
  const says = (ts: string, words: RegExp) =>
    until(String(words), 20_000, () => ours(story, ts).some((message) => words.test(shown(message))));

  const first = await opened(story, 'The tunnel is gone');
  assert.match(labels(first.ticket.id), /area-remote-access.*department-sales.*channel-help-it/);
  await says(first.ts, /takes over from here/);
  await until('the agents read it', 20_000, () => notes(first.ticket.id).includes('hands this to a person'));
  story.desk.setStatus(first.ticket.id, 'active');
  site = site ?? assert.fail('there is a site');

  const fire = await opened(story, 'My chair is on fire');
  await says(fire.ts, /cannot call anybody yet/);
  await until('the agents read it', 20_000, () => notes(fire.ticket.id).includes('calls nobody yet'));

  const question = await opened(story, 'What is the handbook for?');
  await says(question.ts, /cannot answer this by myself yet, so a person/);
  await until('the agents read it', 20_000, () =>
    notes(question.ticket.id).includes('so it is handed to you'),
  );

  const exception = await opened(story, 'I need an exception');
  await says(exception.ts, /has to approve/);
  await until('the agents read it', 20_000, () =>
    notes(exception.ticket.id).includes('needs an approval (policy-exception)'),
  );
  await quiet(story);
  assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
  const solved = "update ticket set assignee = 'Vera', status_category = 'done' where ticket_id = $1";
  await story.query(solved, [first.ticket.id]);
  const again = await opened(story, 'The tunnel is slow', 'U0BEN');
  await until('the agents read who knows such things', 20_000, () =>
    notes(again.ticket.id).includes('Solved earlier tickets about Remote access: Vera (1).'),
  );
});

const asking = { rules, areas, classifier: { ask: true } };
const ALMA = 'U0ALMA';
const Actions = z.object({
  elements: z.array(z.object({ action_id: z.string(), text: z.object({ text: z.string() }) })),
});

/** The buttons of a question, in their order. */
const buttonsIn = ({ blocks }: SlackMessageView) =>
  z
    .array(z.unknown())
    .parse(blocks)
    .flatMap((block) => Actions.safeParse(block).data?.elements ?? []);

async function press(story: Story, user: string, [message, label]: readonly [SlackMessageView, RegExp]) {
  const button = buttonsIn(message).find(({ text }) => label.test(text.text));
  const pressed = await story.slack.people.click(user, HELP, message.ts, button?.action_id ?? 'none');
  assert.ok(pressed.ok, pressed.message ?? '');
}

async function questionOf(story: Story, ts: string): Promise<SlackMessageView> {
  const found = () => ours(story, ts).find((message) => shown(message).includes('desk_kind_0'));
  await until('the question is there', 20_000, () => found() !== undefined);
  return found() ?? assert.fail('the question is gone');
}

test('who is asked chooses the queue before the ticket opens; who says nothing finds it in the default queue', async (t) => {
  const story = await startStory(t, { kind: jiraKind, routing: asking, desk: jiraDesk });
  const says = (ts: string, words: string) =>
    until(words, 20_000, () => ours(story, ts).some((message) => shown(message).includes(words)));

  const first = story.slack.people.post(ALMA, HELP, 'zzzz');
  const asked = await questionOf(story, first);
  assert.deepEqual(story.desk.tickets(), [], 'the ticket waits');
  const labels = buttonsIn(asked).map(({ text }) => text.text);
  assert.ok(labels.length <= 6 && labels.at(-1) === 'Something else', labels.join());
  await press(story, 'U0BEN', [asked, /General/]);
  await press(story, ALMA, [asked, /Identity.*iam/]);
  await until('the ticket lies where she said', 20_000, () =>
    story.desk.tickets().some(({ key }) => key.startsWith('IAM-')),
  );
  await says(first, 'It goes to Identity & Access');

  const second = story.slack.people.post(ALMA, HELP, 'qqqq');
  const again = await questionOf(story, second);
  await story.pass(61_000);
  const late = () => story.desk.tickets().find(({ key }) => key.startsWith('OPS-'));
  await until('it opened by itself', 40_000, () => late() !== undefined);
  await says(second, 'OPS-');
  await press(story, ALMA, [again, /Identity.*iam/]);
  await until('the agents are told', 20_000, () =>
    (late()?.comments ?? []).some(({ text }) => text.includes('belongs to Identity & Access')),
  );
  await quiet(story);
  assert.equal(story.desk.tickets().length, 2);
  const corrections = await story.query('select how, kind, was, became from route_correction');
  const picked = { how: 'picked', kind: 'iam', was: 'general', became: 'access' };
  assert.deepEqual(corrections, [picked, picked]);
  assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
});

test('an agent who gives a ticket to another group has corrected the table', async (t) => {
  const story = await startStory(t, { kind: incidentKind, desk: serviceNowDesk });
  const { ticket } = await opened(story, 'The printer is jammed');
  await quiet(story);
  story.desk.setField(ticket.id, 'group', 'Identity & Access');
  await until('it is written down', 20_000, async () => {
    return (await story.query('select 1 from route_correction')).length === 1;
  });
  assert.deepEqual(await story.query('select how, kind, was, became from route_correction'), [
    { how: 'moved', kind: null, was: 'Endpoint Support', became: 'Identity & Access' },
  ]);
});
