/** An app that was made from the manifest of the bridge's own configuration, with its scopes and no other. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { slackManifest } from '../../src/slack/manifest.ts';
import type { Feature } from '../../src/slack/scopes.ts';
import { featuresOf } from '../../src/slack/scopes.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, startStory } from './rig.ts';
import { opened, shown } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const AGENTS = 'C0AGENTS';
const CHANNELS = [
  { id: HELP, name: 'help-it' },
  { id: AGENTS, name: 'agents', isPrivate: true },
  { id: 'C0GENERAL', name: 'general', botIsMember: false },
];
const file = (name: string) => ({ name, mime: 'text/plain', bytes: Buffer.from(`what ${name} holds`) });

function madeFor(features: ReadonlySet<Feature>) {
  return slackManifest({
    name: 'Deskbridge',
    command: '/desk',
    linkDomains: ['memory.invalid'],
    publicUrl: 'https://desk.example.com',
    features,
  });
}

suite('the app of the manifest', { concurrency: false }, () => {
  test('everything works with exactly the scopes and events of the manifest, and each of them is used', async (t) => {
    const manifest = madeFor(
      new Set([
        'requests',
        'emoji',
        'mentions',
        'workflow-step',
        'private-channels',
        'files',
        'addresses',
        'links',
      ]),
    );
    const story = await startStory(t, {
      kind: memoryKind,
      desk: memoryDesk,
      internalChannel: AGENTS,
      slackSettings: { workflow_step: true, unfurl_links: true },
      repairEveryMs: 300,
      workspace: { manifest, channels: CHANNELS },
    });
    assert.deepEqual(madeFor(featuresOf(story.config.source)), manifest, 'the file switches on as much');
    const { people } = story.slack;
    const tickets = () => story.desk.tickets();
    const commented = (id: string, text: string) =>
      tickets().some(
        (ticket) => ticket.id === id && ticket.comments.some((each) => each.text.includes(text)),
      );

    const { ts, ticket } = await opened(story, 'I am locked out of the payroll system');
    people.post(ALMA, HELP, 'It says 403', ts);
    people.upload(ALMA, HELP, { ...file('screen.txt'), threadTs: ts, text: 'see here' });
    await until('reply and file are on the ticket', LIMIT_MS, () => {
      const now = tickets().find(({ id }) => id === ticket.id);
      return commented(ticket.id, '403') && now?.files.length === 1;
    });
    story.desk.attach(ticket.id, file('answer.txt'));
    await until('the file of the ticket is in the thread', LIMIT_MS, () =>
      people.messages(HELP).some((message) => message.files.some(({ name }) => name === 'answer.txt')),
    );
    const taken = story.desk.comment(ticket.id, 'taken back later');
    const isShown = () =>
      people.messages(HELP).some((message) => shown(message).includes('taken back later'));
    await until('the comment is in the thread', LIMIT_MS, isShown);
    story.desk.setInternal(ticket.id, taken, true);
    await until('it is out of the thread', LIMIT_MS, () => !isShown());

    await until('the agents have their thread', LIMIT_MS, () => people.messages(AGENTS).length > 0);
    const root = people.messages(AGENTS)[0]?.ts;
    people.post(BEN, AGENTS, 'reset it, note-77', root);
    await until('their words are a note', LIMIT_MS, () => commented(ticket.id, 'note-77'));

    const form = await people.command(ALMA, 'C0GENERAL', '/desk', '');
    assert.ok(form.ok, form.message ?? '');
    await until('the form is open', LIMIT_MS, () => people.views(ALMA).length === 1);
    await people.submit(ALMA, people.views(ALMA)[0]?.viewId ?? '', {
      summary: { value: 'A second screen' },
      category: { value: 'other' },
      details: { value: 'For the desk at the window' },
    });
    await until('the form made a ticket', LIMIT_MS, () => tickets().length === 2);
    const wanted = people.post(BEN, 'C0GENERAL', 'The door badge is dead');
    assert.ok((await people.shortcut(BEN, 'C0GENERAL', wanted, 'open_request')).ok);
    await until('the shortcut made one', LIMIT_MS, () => tickets().length === 3);
    people.post(BEN, 'D0BEN', 'And my lamp is broken');
    await until('a direct message made one', LIMIT_MS, () => tickets().length === 4);
    people.react(ALMA, HELP, people.post(BEN, HELP, ':mute: the tap drips'), 'ticket');
    await until('an emoji made one', LIMIT_MS, () => tickets().length === 5);
    people.post(BEN, AGENTS, '<@U0DESKBRIDGE> the big screen is dark');
    await until('a mention made one', LIMIT_MS, () => tickets().length === 6);
    const linked = people.post(BEN, HELP, `see https://memory.invalid/tickets/${ticket.id}`, ts);
    const below = () => people.messages(HELP).find((message) => message.ts === linked)?.unfurled.length;
    await until('a card stands below a link', LIMIT_MS, () => below() === 1);
    people.openHome(ALMA);
    await until('the Home is there', LIMIT_MS, () => people.home(ALMA) !== null);
    const step = people.runStep('open_request_step', { requester: ALMA, summary: 'A badge' });
    await until('a workflow made one', LIMIT_MS, () => people.stepOf(step).state === 'completed');
    assert.equal(tickets().length, 7);
    for (const isShared of [true, false]) story.slack.setShared(HELP, isShared);
    await until('nothing waits', LIMIT_MS, async () => {
      await story.pass(1_000);
      const open = await story.query("select 1 from operation where state in ('ready', 'sending')");
      return open.length === 0;
    });

    assert.deepEqual([...story.slack.asked.missed], [], 'no call and no event lacked a scope');
    assert.deepEqual(
      [...story.slack.asked.used].sort(),
      [...(manifest.oauth_config?.scopes?.bot ?? [])].sort(),
      'each scope was needed',
    );
    assert.deepEqual(await story.query("select state, reason from operation where state = 'parked'"), []);
  });

  test('with everything switched off that can be, requests still work, and files stay where they are', async (t) => {
    const manifest = madeFor(new Set(['requests']));
    const story = await startStory(t, {
      kind: memoryKind,
      desk: memoryDesk,
      maxMb: 0,
      workspace: { manifest, channels: CHANNELS },
    });
    const { people } = story.slack;
    const { ts, ticket } = await opened(story, 'The lamp flickers');
    people.upload(ALMA, HELP, { ...file('lamp.txt'), threadTs: ts, text: 'a picture of it' });
    const now = () => story.desk.tickets().find(({ id }) => id === ticket.id);
    await until(
      'the ticket says where the file is',
      LIMIT_MS,
      () =>
        now()?.comments.some(({ text }) => text.includes('lamp.txt') && text.includes('not copied here')) ===
        true,
    );
    assert.deepEqual(now()?.files, []);
    story.desk.attach(ticket.id, file('answer.txt'));
    await until('the thread says so too', LIMIT_MS, () =>
      people.messages(HELP).some((message) => shown(message).includes('answer.txt')),
    );
    assert.ok(
      people.messages(HELP).every((message) => !message.files.some(({ name }) => name === 'answer.txt')),
    );
    const missed = [...story.slack.asked.missed];
    assert.deepEqual(missed, ['users:read.email'], 'nothing else was asked for');
    assert.deepEqual(await story.query("select state, reason from operation where state = 'parked'"), []);
  });
});
