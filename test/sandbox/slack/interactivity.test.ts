import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { KnownBlock, View } from '@slack/types';
import { boltOverHttp, type OpenBolt } from './open-bolt.ts';
import {
  type OpenSlack,
  openSlack,
  type RecordingApp,
  recordingApp,
  refusal,
  soon,
  until,
} from './open-slack.ts';

const CHANNEL = 'C0HELPIT';

const CARD: KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: 'IT-1' } },
  {
    type: 'actions',
    block_id: 'card',
    elements: [
      { type: 'button', action_id: 'done', value: 'link-1', text: { type: 'plain_text', text: 'Done' } },
    ],
  },
];

const FORM: View = {
  type: 'modal',
  callback_id: 'new_request',
  private_metadata: 'from a test',
  notify_on_close: true,
  title: { type: 'plain_text', text: 'New request' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'summary',
      label: { type: 'plain_text', text: 'Summary' },
      element: { type: 'plain_text_input', action_id: 'value' },
    },
    {
      type: 'input',
      block_id: 'kind',
      optional: true,
      label: { type: 'plain_text', text: 'Kind' },
      element: {
        type: 'static_select',
        action_id: 'value',
        options: [
          { text: { type: 'plain_text', text: 'Access' }, value: 'iam' },
          { text: { type: 'plain_text', text: 'Laptop' }, value: 'endpoint' },
        ],
      },
    },
  ],
};

describe('interactivity with Bolt over HTTP', () => {
  let open: OpenSlack;
  let bolt: OpenBolt;
  beforeEach(async () => {
    open = await openSlack();
    bolt = await boltOverHttp(open);
  });
  afterEach(async () => {
    await bolt.close();
    await open.close();
  });

  async function card(): Promise<string> {
    const posted = await open.client.chat.postMessage({ channel: CHANNEL, text: 'IT-1', blocks: CARD });
    return String(posted.ts);
  }

  /** Opens FORM for Alma through a shortcut; answers the view's id. */
  async function openForm(): Promise<string> {
    bolt.app.shortcut('open_request', async ({ ack, client, shortcut }) => {
      await ack();
      await client.views.open({ trigger_id: shortcut.trigger_id, view: FORM });
    });
    const ts = open.slack.people.post('U0ALMA', CHANNEL, 'please help');
    assert.deepEqual(await open.slack.people.shortcut('U0ALMA', CHANNEL, ts, 'open_request'), {
      ok: true,
      message: null,
    });
    await until('the modal', () => open.slack.people.views('U0ALMA').length === 1);
    return open.slack.people.views('U0ALMA')[0]?.viewId ?? '';
  }

  it('hands a button press over with the message, and takes the answer back through response_url', async () => {
    const pressed: unknown[] = [];
    bolt.app.action('done', async ({ ack, body, action, respond }) => {
      await ack();
      pressed.push(body, action);
      await respond({ text: 'Closed', replace_original: true });
    });
    const ts = await card();
    assert.deepEqual(await open.slack.people.click('U0BEN', CHANNEL, ts, 'done'), {
      ok: true,
      message: null,
    });
    await until('the replaced card', () => open.slack.people.messages(CHANNEL)[0]?.text === 'Closed');
    const [body, action] = pressed;
    assert.partialDeepStrictEqual(action, {
      type: 'button',
      action_id: 'done',
      block_id: 'card',
      value: 'link-1',
    });
    assert.partialDeepStrictEqual(body, {
      type: 'block_actions',
      user: { id: 'U0BEN', team_id: 'T0SANDBOX' },
      container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
      channel: { id: CHANNEL, name: 'help-it' },
      message: { ts, text: 'IT-1' },
    });
  });

  it('opens a modal for a trigger, once, within 3 s', async () => {
    const triggers: string[] = [];
    bolt.app.action('done', async ({ ack, body }) => {
      await ack();
      if ('trigger_id' in body) triggers.push(String(body.trigger_id));
    });
    const ts = await card();
    await open.slack.people.click('U0ALMA', CHANNEL, ts, 'done');
    await open.slack.people.click('U0ALMA', CHANNEL, ts, 'done');
    await until('two triggers', () => triggers.length === 2);
    const [first = '', second = ''] = triggers;
    const view = (trigger: string) => open.client.views.open({ trigger_id: trigger, view: FORM });
    await view(first);
    assert.equal((await refusal(view(first))).error, 'exchanged_trigger_id');
    assert.equal((await refusal(view('1.2.3'))).error, 'invalid_trigger_id');
    open.clock.advance(3_001);
    assert.equal((await refusal(view(second))).error, 'expired_trigger_id');
  });

  it('submits a modal: required fields, errors of the app, then success', async () => {
    const submitted: unknown[] = [];
    bolt.app.view('new_request', async ({ ack, view }) => {
      submitted.push(view);
      const isShort = (view.state.values['summary']?.['value']?.value ?? '').length < 5;
      if (isShort) await ack({ response_action: 'errors', errors: { summary: 'Say a little more.' } });
      else await ack();
    });
    const viewId = await openForm();
    const { people } = open.slack;
    assert.equal((await people.submit('U0ALMA', viewId, {})).ok, false);
    assert.deepEqual(people.views('U0ALMA')[0]?.errors, { summary: 'Please complete this required field.' });
    assert.equal(submitted.length, 0);
    const short = await people.submit('U0ALMA', viewId, { summary: { value: 'VPN' } });
    assert.deepEqual(short, { ok: false, message: 'Say a little more.' });
    assert.deepEqual(people.views('U0ALMA')[0]?.errors, { summary: 'Say a little more.' });
    const long = { summary: { value: 'VPN is down' }, kind: { value: 'endpoint' } };
    assert.deepEqual(await people.submit('U0ALMA', viewId, long), { ok: true, message: null });
    assert.equal(people.views('U0ALMA').length, 0);
    assert.partialDeepStrictEqual(submitted[1], {
      id: viewId,
      callback_id: 'new_request',
      private_metadata: 'from a test',
      root_view_id: viewId,
      state: {
        values: {
          summary: { value: { type: 'plain_text_input', value: 'VPN is down' } },
          kind: { value: { type: 'static_select', selected_option: { value: 'endpoint' } } },
        },
      },
    });
  });

  it('updates, pushes up to three views and clears them all', async () => {
    const step = (callback: string): View => ({ ...FORM, callback_id: callback, notify_on_close: false });
    bolt.app.view('new_request', ({ ack }) => ack({ response_action: 'update', view: step('two') }));
    bolt.app.view('two', ({ ack }) => ack({ response_action: 'push', view: step('two') }));
    const viewId = await openForm();
    const { people } = open.slack;
    const values = { summary: { value: 'x' } };
    const top = () => people.views('U0ALMA').at(-1)?.viewId ?? '';
    assert.equal((await people.submit('U0ALMA', viewId, values)).ok, true);
    assert.equal(people.views('U0ALMA')[0]?.view['callback_id'], 'two');
    assert.equal((await people.submit('U0ALMA', top(), values)).ok, true);
    assert.equal((await people.submit('U0ALMA', top(), values)).ok, true);
    assert.equal(people.views('U0ALMA').length, 3);
    const fourth = await people.submit('U0ALMA', top(), values);
    assert.deepEqual(fourth, { ok: false, message: 'We had some trouble connecting. Try again?' });
    bolt.app.view('last', ({ ack }) => ack({ response_action: 'clear' }));
    await open.client.views.update({ view_id: top(), view: step('last') });
    assert.equal((await people.submit('U0ALMA', top(), values)).ok, true);
    assert.equal(people.views('U0ALMA').length, 0);
  });

  it('guards views.update by hash and external_id, and checks what a view may hold', async () => {
    const viewId = await openForm();
    const { views } = open.client;
    const updated = await views.update({ view_id: viewId, view: { ...FORM, external_id: 'form-1' } });
    const stale = views.update({ view_id: viewId, hash: '1.old', view: FORM });
    assert.equal((await refusal(stale)).error, 'hash_conflict');
    await views.update({
      external_id: 'form-1',
      hash: String(updated.view?.hash),
      view: { ...FORM, external_id: 'form-1' },
    });
    const taken = views.publish({
      user_id: 'U0BEN',
      view: { type: 'home', external_id: 'form-1', blocks: [] },
    });
    assert.equal((await refusal(taken)).error, 'duplicate_external_id');
    const long = await refusal(
      views.update({
        view_id: viewId,
        view: { ...FORM, title: { type: 'plain_text', text: 'x'.repeat(25) } },
      }),
    );
    assert.deepEqual(long.messages, [
      '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
    ]);
    const { submit: _submit, ...withoutSubmit } = FORM;
    const missing = await refusal(views.update({ view_id: viewId, view: withoutSubmit }));
    assert.deepEqual(missing.messages, ['[ERROR] missing required field: submit [json-pointer:/view]']);
    const section = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2_900) } } as const;
    const large = views.update({
      view_id: viewId,
      view: { ...FORM, blocks: Array.from({ length: 90 }, () => section) },
    });
    assert.equal((await refusal(large)).error, 'view_too_large');
    assert.equal((await refusal(views.update({ view_id: 'V0NONE', view: FORM }))).error, 'not_found');
  });

  it('tells the app of a closed view only when it asked', async () => {
    const closed: string[] = [];
    bolt.app.view({ type: 'view_closed', callback_id: 'new_request' }, async ({ ack, view }) => {
      await ack();
      closed.push(view.id);
    });
    const viewId = await openForm();
    open.slack.people.close('U0ALMA', viewId);
    await until('view_closed', () => closed.length === 1);
    assert.deepEqual(closed, [viewId]);
    assert.deepEqual(open.slack.people.views('U0ALMA'), []);
  });

  it('runs a slash command and shows its answer to the person who typed it', async () => {
    bolt.app.command('/desk', async ({ ack, command }) => {
      await ack(`You typed ${command.text} in ${command.channel_name}`);
    });
    const { people } = open.slack;
    const answer = await people.command('U0ALMA', CHANNEL, '/desk', 'status IT-1');
    assert.deepEqual(answer, { ok: true, message: 'You typed status IT-1 in help-it' });
    const shown = people.messages(CHANNEL).at(-1);
    assert.equal(shown?.ephemeralFor, 'U0ALMA');
    await open.slack.settled();
  });

  it('publishes a Home and tells when it is opened', async () => {
    const opened: string[] = [];
    bolt.app.event('app_home_opened', async ({ event, client }) => {
      opened.push(event.user);
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: CARD } });
    });
    const published = () => open.slack.calls().filter((call) => call.method === 'views.publish').length;
    assert.equal(open.slack.people.openHome('U0ALMA'), null);
    await until('the published Home', () => published() === 1);
    assert.partialDeepStrictEqual(open.slack.people.openHome('U0ALMA'), { type: 'home', blocks: CARD });
    await until('the Home published again', () => published() === 2);
    assert.deepEqual(opened, ['U0ALMA', 'U0ALMA']);
  });
});

describe('interactivity over HTTP, byte by byte', () => {
  let open: OpenSlack;
  let app: RecordingApp;
  beforeEach(async () => {
    app = await recordingApp();
    open = await openSlack({ eventsUrl: app.url });
  });
  afterEach(async () => {
    await app.close();
    await open.close();
  });

  async function press(): Promise<{ ok: boolean; message: string | null }> {
    const { ts = '' } = await open.client.chat.postMessage({ channel: CHANNEL, text: 'IT-1', blocks: CARD });
    await open.slack.settled();
    app.received.length = 0;
    return open.slack.people.click('U0ALMA', CHANNEL, ts, 'done');
  }

  it('sends forms with exactly the content type that Bolt compares letter by letter', async () => {
    assert.equal((await press()).ok, true);
    await open.slack.people.command('U0ALMA', CHANNEL, '/desk', 'a & b');
    const [button, command] = app.received;
    assert.equal(button?.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(button?.json?.type, 'block_actions');
    assert.equal(command?.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.partialDeepStrictEqual(command?.form, {
      command: '/desk',
      text: 'a & b',
      channel_id: CHANNEL,
      is_enterprise_install: 'false',
    });
    assert.equal(command?.form['thread_ts'], undefined);
  });

  it('lets nobody wait for a call that is late on its way; it comes with the time at which it was signed', async () => {
    const signedAt = Math.floor(open.clock.now().getTime() / 1000);
    open.slack.hookFaults.add('slash_commands', { kind: 'delay', delayMs: 3_600_000 });
    const late = open.slack.people.command('U0ALMA', CHANNEL, '/desk', '');
    open.clock.advance(3_000);
    assert.equal((await soon('the refusal', late)).ok, false);
    assert.equal(app.received.length, 0);
    open.clock.advance(3_600_000);
    await until('the late command', () => app.received.length === 1);
    assert.ok(Number(app.received[0]?.headers['x-slack-request-timestamp']) <= signedAt + 1);
  });

  it('tells the person when the app fails or takes longer than 3 s', async () => {
    app.answer(() => ({ status: 500 }));
    assert.equal((await press()).ok, false);
    const failed = await open.slack.people.command('U0ALMA', CHANNEL, '/desk', '');
    assert.deepEqual(failed, { ok: false, message: '/desk failed with the error "dispatch_failed"' });
    app.received.length = 0;
    app.answer(() => ({ status: 200, hang: true }));
    const late = open.slack.people.command('U0ALMA', CHANNEL, '/desk', '');
    await until('the command', () => app.received.length === 1);
    open.clock.advance(3_000);
    assert.deepEqual(await soon('the refusal', late), {
      ok: false,
      message: '/desk failed with the error "operation_timeout"',
    });
  });

  it('repeats an interaction byte for byte when it is doubled, and loses it when dropped', async () => {
    open.slack.hookFaults.add('block_actions', { kind: 'double' });
    assert.equal((await press()).ok, true);
    await open.slack.settled();
    const [first, second] = app.received;
    assert.equal(first?.body, second?.body);
    assert.equal(first?.headers['x-slack-signature'], second?.headers['x-slack-signature']);
    open.slack.hookFaults.add('block_actions', { kind: 'drop' });
    assert.equal((await press()).ok, false);
    assert.equal(app.received.length, 0);
  });

  it('takes a response_url five times within 30 minutes', async () => {
    await press();
    const [hook] = app.received;
    const url = String(hook?.json?.['response_url']);
    const reply = (body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
    for (let i = 0; i < 5; i += 1) assert.equal(await (await reply({ text: `answer ${i}` })).text(), 'ok');
    const sixth = await reply({ text: 'too many' });
    assert.equal(sixth.status, 404);
    assert.deepEqual(await sixth.json(), { ok: false, error: 'used_url' });
    const shown = open.slack.people.messages(CHANNEL).filter((message) => message.ephemeralFor === 'U0ALMA');
    assert.equal(shown.length, 5);

    await press();
    const later = String(app.received[0]?.json?.['response_url']);
    open.clock.advance(31 * 60_000);
    const expired = await fetch(later, { method: 'POST', body: JSON.stringify({ text: 'late' }) });
    assert.deepEqual(await expired.json(), { ok: false, error: 'expired_url' });
  });

  it('posts in_channel answers as bot_message and hides the body of ephemeral messages', async () => {
    await press();
    const url = String(app.received[0]?.json?.['response_url']);
    const body = JSON.stringify({ text: 'for all', response_type: 'in_channel' });
    await fetch(url, { method: 'POST', body });
    await open.slack.settled();
    const event = app.received.find((hook) => hook.json?.event?.['text'] === 'for all')?.json?.event;
    assert.equal(event?.subtype, 'bot_message');
    assert.equal(event['user'], undefined);

    await open.client.chat.postEphemeral({
      channel: CHANNEL,
      user: 'U0ALMA',
      text: 'only you',
      blocks: CARD,
    });
    const secret = open.slack.people.messages(CHANNEL).find((message) => message.ephemeralFor === 'U0ALMA');
    app.received.length = 0;
    await open.slack.people.click('U0ALMA', CHANNEL, secret?.ts ?? '', 'done');
    assert.partialDeepStrictEqual(app.received[0]?.json?.['container'], { is_ephemeral: true });
    assert.equal(app.received[0]?.json?.['message'], undefined);
    await assert.rejects(
      open.slack.people.click('U0BEN', CHANNEL, secret?.ts ?? '', 'done'),
      /sees no message/,
    );
  });
});
