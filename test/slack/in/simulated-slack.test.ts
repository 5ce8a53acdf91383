import assert from 'node:assert/strict';
import test from 'node:test';
import type { NewDelivery } from '../../../src/model/delivery.ts';
import { docText, peopleIn } from '../../../src/model/doc-text.ts';
import { LinkId } from '../../../src/model/ids.ts';
import type { Intake } from '../../../src/model/intake.ts';
import { noLog } from '../../../src/model/log.ts';
import { parseSlackBody } from '../../../src/slack/in/body.ts';
import { createReceive } from '../../../src/slack/in/receive.ts';
import { createSlackSocket } from '../../../src/slack/in/socket.ts';
import { APP_TOKEN, openSlack } from '../../sandbox/slack/open-slack.ts';
import { until } from '../../support/until.ts';
import { BOT_USER, KNOWN_CHANNEL, SECRET, startRig, TEAM } from '../../web/rig.ts';

const ANN = 'U0ANN';
const LINK = LinkId.parse('018f0000-0000-7000-8000-000000000000');
const MARKER = 'dsk-0123456789abcdef';

/** Our doors in front of the simulated Slack, by one of its two transports. */
async function joined(transport: 'http' | 'socket') {
  const open = await openSlack({
    signingSecret: SECRET,
    team: { id: TEAM, name: 'Acme', domain: 'acme' },
    app: { appId: 'A0OURS', botId: 'B0OURS', botUserId: BOT_USER, name: 'Deskbridge' },
    people: [{ id: ANN, name: 'Ann', email: null }],
    channels: [
      { id: KNOWN_CHANNEL, name: 'it-help' },
      { id: 'C0ELSEWHERE', name: 'lunch' },
    ],
    messageReplied: true,
  });
  const rig = await startRig({ slackUrl: open.apiUrl });
  const { accept, metrics, slackIn } = rig;
  const receive = createReceive({
    answer: slackIn.answer,
    accept,
    knowsChannel: async (_, channel) => channel === KNOWN_CHANNEL,
    us: { teamId: TEAM, botUserId: BOT_USER },
    metrics,
  });
  const socket = createSlackSocket({
    appToken: APP_TOKEN,
    apiUrl: open.apiUrl,
    fetch: globalThis.fetch,
    receive,
    metrics,
    log: noLog,
  });
  if (transport === 'http') await open.slack.setEventsUrl(`${rig.url}/slack/events`);
  else socket.start();
  await until('both lines are up', 8_000, () => transport === 'http' || socket.connected() === 2);
  const { people } = open.slack;
  return {
    people,
    slack: open.slack,
    client: open.client,
    inbox: rig.inbox,
    /** What was stored since the last call, as the flows would read it. */
    async read(): Promise<readonly Intake[]> {
      await open.slack.settled();
      const rows: NewDelivery[] = rig.inbox.rows.splice(0);
      return Promise.all(rows.map((row) => slackIn.interpret(parseSlackBody(row.body))));
    },
    async [Symbol.asyncDispose]() {
      await socket.stop();
      await rig[Symbol.asyncDispose]();
      await open.close();
    },
  };
}

for (const transport of ['http', 'socket'] as const) {
  test(`${transport}: what people write comes in with its thread; elsewhere it stays out`, async () => {
    await using world = await joined(transport);
    const root = world.people.post(ANN, KNOWN_CHANNEL, `<@${BOT_USER}> my *laptop* is "locked" & <loud>`);
    // Slack tells a mention twice: as a message, and as a mention.
    const told = await world.read();
    assert.deepEqual(told.map(({ kind }) => kind).sort(), ['message', 'open-from-message']);
    const first = told.find(({ kind }) => kind === 'message');
    assert.ok(first?.kind === 'message');
    assert.deepEqual([first.message.ts, first.message.root, first.message.user], [root, root, ANN]);
    assert.deepEqual([...peopleIn(first.message.body)], [], 'our name is no part of what is asked');
    assert.match(docText(first.message.body), /^my \*?laptop\*? is "locked" & <loud>$/);

    const reply = world.people.post(ANN, KNOWN_CHANNEL, 'still', root);
    world.people.post(ANN, 'C0ELSEWHERE', 'lunch?');
    const intakes = await world.read();
    const messages = intakes
      .filter((intake) => intake.kind === 'message')
      .map(({ message }) => [message.ts, message.root]);
    assert.deepEqual(messages, [[reply, root]]);

    world.people.edit(ANN, KNOWN_CHANNEL, reply, 'no more');
    world.people.remove(ANN, KNOWN_CHANNEL, reply);
    const changes = (await world.read()).filter((intake) => intake.kind !== 'ignored');
    const [edited, deleted] = changes;
    assert.equal(changes.length, 2);
    assert.ok(edited?.kind === 'edited');
    assert.deepEqual(
      [edited.message.ts, edited.message.root, docText(edited.message.body)],
      [reply, root, 'no more'],
    );
    assert.notEqual(edited.message.edited, null);
    assert.deepEqual(deleted, { kind: 'deleted', team: TEAM, channel: KNOWN_CHANNEL, ts: reply, root });
  });

  test(`${transport}: our own post comes back as ours, with its marker`, async () => {
    await using world = await joined(transport);
    const posted = await world.client.chat.postMessage({
      channel: KNOWN_CHANNEL,
      text: 'Ticket opened',
      metadata: { event_type: 'deskbridge_op', event_payload: { op: MARKER } },
    });
    assert.deepEqual(await world.read(), [
      { kind: 'own-message', channel: KNOWN_CHANNEL, ts: posted.ts, marker: MARKER },
    ]);
  });

  test(`${transport}: /desk opens the form, tells what is wrong with it, and takes it once it is right`, async () => {
    await using world = await joined(transport);
    const opening = await world.people.command(ANN, KNOWN_CHANNEL, '/desk', 'VPN is down');
    assert.deepEqual(opening, { ok: true, message: null });
    const [view] = world.people.views(ANN);
    assert.ok(view !== undefined);
    const values = (category: string) => ({
      summary: { value: 'VPN is down' },
      category: { value: category },
    });
    await world.people.submit(ANN, view.viewId, { ...values('outage'), summary: { value: '   ' } });
    assert.deepEqual(world.people.views(ANN)[0]?.errors, { summary: 'Say in one line what you need.' });
    assert.equal(world.inbox.inserts.length, 0);

    assert.equal((await world.people.submit(ANN, view.viewId, values('outage'))).ok, true);
    assert.equal(world.people.views(ANN).length, 0, 'the form is closed');
    const [intake] = await world.read();
    assert.ok(intake?.kind === 'open-from-form');
    assert.deepEqual([intake.submission, intake.by, intake.channel], [view.viewId, ANN, KNOWN_CHANNEL]);
    assert.deepEqual([intake.summary, intake.fields], ['VPN is down', { category: 'outage' }]);

    const help = await world.people.command(ANN, KNOWN_CHANNEL, '/desk', 'help');
    assert.match(help.message ?? '', /opens a form/);
  });

  test(`${transport}: the shortcut of a message and the buttons of a card`, async () => {
    await using world = await joined(transport);
    const root = world.people.post(ANN, KNOWN_CHANNEL, 'printer on fire');
    const reply = world.people.post(ANN, KNOWN_CHANNEL, 'really', root);
    const button = {
      type: 'button',
      action_id: 'desk_resolve',
      value: LINK,
      text: { type: 'plain_text', text: 'Done' },
    } as const;
    const card = await world.client.chat.postMessage({
      channel: KNOWN_CHANNEL,
      thread_ts: root,
      text: 'card',
      blocks: [{ type: 'actions', block_id: 'card', elements: [button] }],
    });
    await world.read();
    assert.equal((await world.people.shortcut(ANN, KNOWN_CHANNEL, reply, 'open_request')).ok, true);
    assert.equal((await world.people.click(ANN, KNOWN_CHANNEL, card.ts ?? '', 'desk_resolve')).ok, true);
    assert.deepEqual(
      world.inbox.rows.map((row) => row.partition),
      Array.from({ length: 2 }, () => `slack:${TEAM}:${KNOWN_CHANNEL}:${root}`),
    );
    const [opened, pressed] = await world.read();
    assert.ok(opened?.kind === 'open-from-message');
    assert.deepEqual([opened.by, opened.message.ts, opened.message.root], [ANN, reply, root]);
    assert.deepEqual(pressed, {
      kind: 'change',
      team: TEAM,
      by: ANN,
      link: LINK,
      set: { status: 'done' },
      channel: KNOWN_CHANNEL,
    });
  });

  test(`${transport}: the form of a card opens, says when it asks for nothing, and asks for what is filled in`, async () => {
    await using world = await joined(transport);
    const root = world.people.post(ANN, KNOWN_CHANNEL, 'printer on fire');
    const text = { type: 'plain_text', text: 'Change' } as const;
    const button = { type: 'button', action_id: 'desk_change', value: LINK, text } as const;
    const card = await world.client.chat.postMessage({
      channel: KNOWN_CHANNEL,
      thread_ts: root,
      text: 'card',
      blocks: [{ type: 'actions', block_id: 'card', elements: [button] }],
    });
    await world.read();
    assert.equal((await world.people.click(ANN, KNOWN_CHANNEL, card.ts ?? '', 'desk_change')).ok, true);
    const [view] = world.people.views(ANN);
    assert.ok(view !== undefined);
    assert.equal(world.inbox.rows.length, 0, 'opening is not kept');
    await world.people.submit(ANN, view.viewId, {});
    assert.match(world.people.views(ANN)[0]?.errors['status'] ?? '', /Nothing is filled in/);

    const values = { priority: { value: 'high' }, summary: { value: 'Printer burns' } };
    assert.equal((await world.people.submit(ANN, view.viewId, values)).ok, true);
    assert.equal(world.people.views(ANN).length, 0, 'the form is closed');
    assert.deepEqual(await world.read(), [
      {
        kind: 'change',
        team: TEAM,
        by: ANN,
        link: LINK,
        channel: KNOWN_CHANNEL,
        set: { priority: 'high', summary: 'Printer burns' },
      },
    ]);
  });

  test(`${transport}: every event sent twice is one delivery`, async () => {
    await using world = await joined(transport);
    world.slack.hookFaults.add('message', { kind: 'double' }, 5);
    for (let index = 0; index < 5; index += 1) world.people.post(ANN, KNOWN_CHANNEL, `message ${index}`);
    const intakes = await world.read();
    assert.equal(intakes.filter((intake) => intake.kind === 'message').length, 5);
    assert.equal(intakes.length, 5);
  });
}
