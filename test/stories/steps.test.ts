/** Steps of a ticket's own workflow, with what their screens ask, taken from the card. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { incidentKind, jiraDesk, serviceNowDesk } from './vendor-desks.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const DANA = 'U0DANA';

const PEOPLE_DESK = {
  service_desk: '2',
  request_type: '40',
  project: 'HRSD',
  fields: { customfield_10073: 'Lisbon' },
};
const value = (text: string) => ({ value: text });
const shown = (one: unknown) => JSON.stringify(one ?? '');
const viewOf = ({ slack: { people } }: Story, user = DANA) => people.views(user)[0];

/** A request with its ticket, and the card below it. */
async function opened(story: Story) {
  const { people } = story.slack;
  const root = people.post(ALMA, HELP, 'My contract is gone');
  const card = () =>
    people.messages(HELP).find((one) => one.threadTs === root && shown(one).includes('desk_menu'));
  await until('the ticket and its card are there', LIMIT_MS, () => {
    const key = story.desk.tickets()[0]?.key;
    return key !== undefined && shown(card()).includes(key);
  });
  const link = /change:([0-9a-f-]{36})/.exec(shown(card()))?.[1] ?? assert.fail('the card has no link');
  return { root, ts: card()?.ts ?? assert.fail(), link };
}

/** Opens the form of the fields, and from there that of the steps. */
async function steps(story: Story, { ts, link }: Awaited<ReturnType<typeof opened>>, user = DANA) {
  const { people } = story.slack;
  const chose = await people.choose(user, HELP, ts, { actionId: 'desk_menu', value: `change:${link}` });
  assert.ok(chose.ok, chose.message ?? '');
  const view = viewOf(story, user) ?? assert.fail('no form is open');
  assert.ok((await people.chooseInView(user, view.viewId, { blockId: 'status', value: 'done' })).ok);
  assert.equal(viewOf(story, user)?.viewId, view.viewId, 'a plain state is set when the form is sent');
  assert.ok((await people.chooseInView(user, view.viewId, { blockId: 'status', value: 'steps' })).ok);
  await until('the ticket was asked', LIMIT_MS, () => !/One moment/.test(shown(viewOf(story, user))));
  return view.viewId;
}

async function choose(story: Story, viewId: string, step: string, until_: RegExp) {
  const { people } = story.slack;
  const id = new RegExp(`"text":"${step}"[^{}]*\\},"value":"([^"]+)"`).exec(shown(viewOf(story)))?.[1];
  assert.ok(id !== undefined, `no step ${step} in ${shown(viewOf(story))}`);
  assert.ok((await people.chooseInView(DANA, viewId, { blockId: 'step', value: id })).ok);
  await until(`it asks ${until_}`, LIMIT_MS, () => until_.test(shown(viewOf(story))));
}

/** Sends a form as a person does: once more when Slack could not connect in time. */
const sent = ({ slack: { people } }: Story, viewId: string, values: Parameters<typeof people.submit>[2]) =>
  until('the step is sent', LIMIT_MS, async () => (await people.submit(DANA, viewId, values)).ok);

const inThread = ({ slack: { people } }: Story, root: string, pattern: RegExp) =>
  people.messages(HELP).findLast((one) => one.threadTs === root && pattern.test(shown(one)));

suite('steps of a workflow', { concurrency: false }, () => {
  test('Jira: what the screen of a transition asks is asked, and set with it', async (t) => {
    const story = await startStory(t, {
      kind: { targets: { general: PEOPLE_DESK, access: PEOPLE_DESK } },
      desk: jiraDesk,
      responders: [DANA],
    });
    const request = await opened(story);
    const viewId = await steps(story, request);
    assert.match(shown(viewOf(story)), /Respond to customer → Waiting for customer/);
    await choose(story, viewId, 'Resolve this issue → Resolved', /Root cause/);
    assert.match(shown(viewOf(story)), /Resolution.*Won't Do.*Duplicate/);
    const { people } = story.slack;
    const empty = await people.submit(DANA, viewId, {});
    assert.equal(empty.ok, false);
    assert.equal(Object.keys(viewOf(story)?.errors ?? {}).length, 2, 'both have to be answered');
    const answers = {
      'ask:choice:@resolution': value('2'),
      'ask:choice:@customfield_10090': value('2'),
    };
    await sent(story, viewId, answers);
    await until('it is resolved', LIMIT_MS, () => story.desk.tickets()[0]?.category === 'done');
    await until(
      'the thread knows how',
      LIMIT_MS,
      () => inThread(story, request.root, /Duplicate/) !== undefined,
    );
  });

  test('who does not answer requests is told so; his own he can still solve', async (t) => {
    const story = await startStory(t, {
      kind: { targets: { general: PEOPLE_DESK, access: PEOPLE_DESK } },
      desk: jiraDesk,
      responders: [DANA],
    });
    const request = await opened(story);
    for (const user of [ALMA, BEN]) {
      await steps(story, request, user);
      assert.match(shown(viewOf(story, user)), /The people who answer requests take these steps/);
    }
  });

  test('ServiceNow: on hold with its reason; what is missing comes back at its field', async (t) => {
    const story = await startStory(t, { kind: incidentKind, desk: serviceNowDesk, responders: [DANA] });
    const request = await opened(story);
    const viewId = await steps(story, request);
    assert.doesNotMatch(shown(viewOf(story)), /"Closed"|"Canceled"/, 'only an administrator does that');
    await choose(story, viewId, 'On Hold', /On hold reason/);
    const { people } = story.slack;
    await sent(story, viewId, { 'ask:choice:@hold_reason': value('1') });
    await until(
      'it is refused',
      LIMIT_MS,
      () => inThread(story, request.root, /desk_step_again/) !== undefined,
    );
    const told = inThread(story, request.root, /desk_step_again/) ?? assert.fail();
    assert.match(shown(told), /Additional comments/);
    assert.ok((await people.click(DANA, HELP, told.ts, 'desk_step_again')).ok);
    await until('the step stands', LIMIT_MS, () => /hold_reason/.test(shown(viewOf(story))));
    assert.match(shown(viewOf(story)), /initial_option.*ServiceNow asks for/);
    const again = viewOf(story)?.viewId ?? assert.fail();
    const comment = { 'ask:text:@comments': value('Which laptop is it?') };
    await sent(story, again, comment);
    await until(
      'it is on hold',
      LIMIT_MS,
      () =>
        story.desk.tickets()[0]?.comments.some(({ text }) => text.includes('Which laptop is it?')) === true,
    );
    await until('the card says so', LIMIT_MS, () => {
      const card = people.messages(HELP).find(({ ts }) => ts === request.ts);
      return shown(card).includes('On Hold');
    });

    const third = await steps(story, request);
    await choose(story, third, 'Resolved', /Close code/);
    const closing = {
      'ask:choice:@close_code': value('User error'),
      'ask:text:@close_notes': value('It was switched off'),
    };
    await sent(story, third, closing);
    await until('it is resolved', LIMIT_MS, () => story.desk.tickets()[0]?.category === 'done');
    await until('with its code', LIMIT_MS, () => inThread(story, request.root, /User error/) !== undefined);
  });
});
