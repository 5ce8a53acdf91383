import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { parseSlackBody } from '../../../src/slack/in/body.ts';
import { asPayload, gate, KNOWN_CHANNEL, postSigned, type Rig, startRig, TEAM } from '../../web/rig.ts';
import { startRecordingSlack } from './recording-slack.ts';

const LINK = '018f0000-0000-7000-8000-000000000000';
const ROOT = '1700000000.000100';
const METADATA = JSON.stringify({ link: LINK, channel: KNOWN_CHANNEL });

const View = z.object({
  type: z.literal('modal'),
  callback_id: z.literal('desk_change_form'),
  private_metadata: z.string(),
  title: z.object({ text: z.string().max(24) }),
  submit: z.object({ text: z.string().max(24) }),
  blocks: z.array(
    z.object({
      type: z.literal('input'),
      block_id: z.string(),
      optional: z.literal(true),
      element: z.object({
        type: z.string(),
        action_id: z.literal('value'),
        max_length: z.number().optional(),
        options: z.array(z.object({ value: z.string() })).optional(),
      }),
    }),
  ),
});

const action = {
  button: { type: 'button', action_id: 'desk_change', value: LINK },
  menu: { type: 'overflow', action_id: 'desk_menu', selected_option: { value: `change:${LINK}` } },
};

const press = (chosen: object, more: Record<string, unknown> = {}) =>
  asPayload({
    type: 'block_actions',
    trigger_id: '13.37.abc',
    user: { id: 'U0ANN', team_id: TEAM },
    team: { id: TEAM },
    channel: { id: KNOWN_CHANNEL },
    container: { type: 'message', message_ts: ROOT, channel_id: KNOWN_CHANNEL },
    message: { ts: '1700000000.000200', thread_ts: ROOT },
    actions: [{ block_id: 'card', ...chosen }],
    ...more,
  });

const choice = (value: string | null) => ({
  type: 'static_select',
  selected_option: value === null ? null : { value },
});
const person = (id: string | null) => ({ type: 'users_select', selected_user: id });
const typed = (value: string | null) => ({ type: 'plain_text_input', value });
const EMPTY = {
  status: choice(null),
  priority: choice(null),
  impact: choice(null),
  urgency: choice(null),
  assignee: person(null),
  group: typed(null),
  summary: typed(null),
};

const sent = (
  inputs: Record<string, object>,
  { view = {}, ...more }: { view?: Record<string, unknown> } & Record<string, unknown> = {},
) =>
  asPayload({
    type: 'view_submission',
    team: { id: TEAM },
    user: { id: 'U0ANN', team_id: TEAM },
    view: {
      id: 'V0CHANGE',
      callback_id: 'desk_change_form',
      private_metadata: METADATA,
      state: {
        values: Object.fromEntries(
          Object.entries({ ...EMPTY, ...inputs }).map(([name, value]) => [name, { value }]),
        ),
      },
      ...view,
    },
    ...more,
  });

const Errors = z.object({
  response_action: z.literal('errors'),
  errors: z.record(z.string(), z.string().min(1)),
});
const errorsOf = (text: string) => Errors.parse(JSON.parse(text)).errors;

/** What the one stored delivery means. */
async function stored(rig: Rig) {
  assert.equal(rig.inbox.rows.length, 1);
  const [row] = rig.inbox.rows.splice(0);
  assert.ok(row !== undefined);
  return rig.slackIn.interpret(parseSlackBody(row.body));
}

test('the button and the menu of a card open the form at once, while the store is blocked, and nothing is kept', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true, view: { id: 'V1' } }));
  await using rig = await startRig({ slackUrl: slack.url });
  const held = gate();
  rig.inbox.gate = held.opened;
  for (const chosen of [action.button, action.menu]) {
    const answer = await postSigned(rig, press(chosen));
    assert.deepEqual([answer.status, answer.text], [200, '']);
  }
  held.open();
  assert.deepEqual(
    slack.calls.map((call) => [call.method, call.fields.get('trigger_id')]),
    [
      ['views.open', '13.37.abc'],
      ['views.open', '13.37.abc'],
    ],
  );
  assert.equal(rig.inbox.inserts.length, 0);
  const view = View.parse(JSON.parse(slack.calls[0]?.fields.get('view') ?? ''));
  assert.deepEqual(JSON.parse(view.private_metadata), { link: LINK, channel: KNOWN_CHANNEL });
  assert.deepEqual(
    view.blocks.map(({ block_id, element }) => [
      block_id,
      element.type,
      element.options?.map(({ value }) => value) ?? element.max_length,
    ]),
    [
      ['status', 'static_select', ['done', 'active', 'steps']],
      ['priority', 'static_select', ['critical', 'high', 'medium', 'low']],
      ['impact', 'static_select', ['high', 'medium', 'low']],
      ['urgency', 'static_select', ['high', 'medium', 'low']],
      ['assignee', 'users_select', undefined],
      ['group', 'plain_text_input', 100],
      ['summary', 'plain_text_input', 250],
    ],
  );
});

test('when Slack does not open the form, the person reads why in the thread, alone', async () => {
  await using slack = await startRecordingSlack(({ method }) =>
    method === 'views.open' ? { ok: false, error: 'expired_trigger_id' } : { ok: true, message_ts: ROOT },
  );
  await using rig = await startRig({ slackUrl: slack.url });
  assert.equal((await postSigned(rig, press(action.button))).status, 200);
  const [opening, whisper, ...more] = slack.calls;
  assert.equal(more.length, 0, 'nothing is tried twice');
  assert.equal(opening?.method, 'views.open');
  assert.equal(whisper?.method, 'chat.postEphemeral');
  const said = ['channel', 'user', 'thread_ts'].map((name) => whisper?.fields.get(name));
  assert.deepEqual(said, [KNOWN_CHANNEL, 'U0ANN', ROOT]);
  assert.match(whisper?.fields.get('text') ?? '', /expired_trigger_id.*Nothing was changed/);
});

test('a Slack that says nothing costs the person no more than 2 s and a few', async () => {
  await using slack = await startRecordingSlack(() => null);
  await using rig = await startRig({ slackUrl: slack.url });
  const started = performance.now();
  assert.equal((await postSigned(rig, press(action.button))).status, 200);
  assert.ok(performance.now() - started < 2_500);
});

test('a stranger, a broken link id and a missing trigger open nothing', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true }));
  await using rig = await startRig({ slackUrl: slack.url });
  const stranger = { user: { id: 'U0STRANGER', team_id: 'T0THEIRS' } };
  for (const body of [
    press(action.button, stranger),
    press(action.menu, stranger),
    press({ ...action.button, value: "'; drop table link" }),
    press({ ...action.menu, selected_option: null }),
  ]) {
    assert.equal((await postSigned(rig, body)).status, 200);
  }
  assert.equal(slack.calls.length, 0);
  await postSigned(rig, press(action.button, { trigger_id: undefined }));
  assert.deepEqual(
    slack.calls.map((call) => call.method),
    ['chat.postEphemeral'],
  );
});

test('what was filled in is asked for, and nothing else', async () => {
  await using rig = await startRig();
  const common = { kind: 'change', team: TEAM, by: 'U0ANN', link: LINK, channel: KNOWN_CHANNEL };
  for (const [inputs, set] of [
    [{ status: choice('done') }, { status: 'done' }],
    [{ summary: typed('  VPN <down>\n & out\u0000 ') }, { summary: 'VPN <down> & out' }],
    [
      {
        status: choice('active'),
        priority: choice('critical'),
        impact: choice('high'),
        urgency: choice('low'),
        assignee: person('U0BO'),
        group: typed('Network'),
        summary: typed('x'.repeat(250)),
      },
      {
        status: 'active',
        priority: 'critical',
        impact: 'high',
        urgency: 'low',
        assignee: 'U0BO',
        group: 'Network',
        summary: 'x'.repeat(250),
      },
    ],
  ] as const) {
    const answer = await postSigned(rig, sent(inputs));
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.deepEqual(await stored(rig), { ...common, set });
  }
  const direct = { private_metadata: JSON.stringify({ link: LINK, channel: null }) };
  await postSigned(rig, sent({ status: choice('done') }, { view: direct }));
  assert.deepEqual(await stored(rig), { ...common, channel: null, set: { status: 'done' } });
});

test('a form that asks for nothing, or for what is not there, is told so and not kept', async () => {
  await using rig = await startRig();
  for (const [body, fields, words] of [
    [sent({}), ['status'], /Nothing is filled in/],
    [sent({ summary: typed(' \n ') }), ['status'], /Nothing is filled in/],
    [sent({ summary: typed('\u0000') }), ['status'], /Nothing is filled in/],
    [sent({ summary: typed('x'.repeat(251)) }), ['summary'], /Keep it to 250 characters/],
    [sent({ group: typed('x'.repeat(101)), status: choice('new') }), ['group', 'status'], /./],
    [sent({ priority: choice('highest') }), ['priority'], /Choose one of the list/],
    [sent({ assignee: person('not a person') }), ['assignee'], /Choose a person/],
    [sent({ status: choice('done') }, { view: { private_metadata: '{' } }), ['status'], /could not read/],
    [
      sent({ status: choice('done') }, { view: { private_metadata: '{"link":"x"}' } }),
      ['status'],
      /could not/,
    ],
    [sent({ status: choice('done') }, { view: { state: null } }), ['status'], /could not read/],
  ] as const) {
    const errors = errorsOf((await postSigned(rig, body)).text);
    assert.deepEqual(Object.keys(errors).sort(), fields);
    assert.match(Object.values(errors).join(), words);
  }
  assert.equal(rig.inbox.inserts.length, 0);
});

test("another company's people change nothing", async () => {
  await using rig = await startRig();
  const stranger = { user: { id: 'U0STRANGER', team_id: 'T0THEIRS' } };
  const answer = await postSigned(rig, sent({ status: choice('done') }, stranger));
  assert.deepEqual([answer.status, answer.text], [200, '']);
  assert.equal(rig.inbox.inserts.length, 0);
});
