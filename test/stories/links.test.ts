/** Links to tickets that people post, over signed HTTP, with the app of the manifest. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { slackManifest } from '../../src/slack/manifest.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const AGENTS = 'C0AGENTS';
const CHANNELS = [
  { id: HELP, name: 'help-it' },
  { id: 'C0OTHER', name: 'help-other' },
  { id: AGENTS, name: 'agents', isPrivate: true },
];
const manifest = slackManifest({
  ...{ name: 'Deskbridge', command: '/desk', publicUrl: 'https://desk.example.com' },
  features: new Set(['requests', 'private-channels', 'files', 'addresses', 'links']),
  linkDomains: ['memory.invalid'],
});

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, {
    ...{ kind: memoryKind, desk: memoryDesk, internalChannel: AGENTS },
    slackSettings: {
      ...{ unfurl_links: true, mentions: false, emoji: { open: null, bypass: null } },
      channels: [
        { id: HELP, name: 'help-it' },
        { id: 'C0OTHER', name: 'help-other' },
      ],
    },
    workspace: { manifest, channels: CHANNELS },
    ...more,
  });

const urlOf = ({ id }: { readonly id: string }) => `https://memory.invalid/tickets/${id}`;
const below = (story: Story, channel: string, ts: string) =>
  story.slack.people.messages(channel).find((message) => message.ts === ts)?.unfurled ?? [];

/** Deliveries that told of links, and what became of their errands. */
async function settled(story: Story, count: number): Promise<void> {
  await until('every link was looked at', LIMIT_MS, async () => {
    const [seen] = await story.query<{ n: number }>(
      "select count(*)::int as n from delivery where reason = 'to-be-unfurled'",
    );
    const [open] = await story.query<{ n: number }>('select count(*)::int as n from errand');
    return seen?.n === count && open?.n === 0;
  });
}

async function restrict(story: Story, ticket: string, restricted: boolean): Promise<void> {
  assert.ok(story.desk.restrict, 'this desk hides no tickets');
  story.desk.restrict(ticket, restricted);
  await until('the bridge has read it', LIMIT_MS, async () => {
    const found = await story.query('select 1 from ticket where ticket_id = $1 and restricted = $2', [
      ticket,
      restricted,
    ]);
    return found.length === 1;
  });
}

suite('links to tickets', { concurrency: false }, () => {
  test('a card stands below a link where the thread is and among the agents; anywhere else it stays a link', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const { ts, ticket } = await opened(story, 'I am locked out');
    const text = `look at ${urlOf(ticket)}`;
    const inThread = people.post(BEN, HELP, text, ts);
    await until('a card in its channel', LIMIT_MS, () => below(story, HELP, inThread).length === 1);
    const card = JSON.stringify(below(story, HELP, inThread));
    assert.match(card, new RegExp(`${ticket.key}[\\s\\S]*locked out[\\s\\S]*Identity`));
    await until('the agents have their thread', LIMIT_MS, () => people.messages(AGENTS).length > 0);
    const atAgents = people.post(BEN, AGENTS, text, people.messages(AGENTS)[0]?.ts);
    await until('a card among the agents', LIMIT_MS, () => below(story, AGENTS, atAgents).length === 1);
    await opened(story, 'The lamp flickers', BEN);
    const elsewhere = people.post(BEN, 'C0OTHER', `:wave: ${text}`);
    const strange = people.post(
      BEN,
      HELP,
      `${urlOf({ id: 'nobody-404' })} and https://elsewhere.example/${ticket.id}`,
      ts,
    );
    await settled(story, 4);
    assert.deepEqual(below(story, 'C0OTHER', elsewhere), []);
    assert.deepEqual(below(story, HELP, strange), []);
    // The card of our own is no change of what he wrote.
    const comments = story.desk.tickets().find(({ id }) => id === ticket.id)?.comments ?? [];
    assert.equal(comments.filter(({ text: said }) => said.includes('look at')).length, 2);
  });

  test('nothing of a confidential request, of a restricted ticket, or in a shared channel', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const { ts } = await opened(story, 'The lamp flickers');
    people.post(BEN, HELP, 'I clicked on a phishing mail');
    await until('both have tickets', LIMIT_MS, () => story.desk.tickets().length === 2);
    const secret = story.desk.tickets()[1] ?? assert.fail();
    await until('the store knows both', LIMIT_MS, async () => {
      const known = await story.query('select 1 from ticket where status_name is not null');
      return known.length === 2;
    });
    const hidden = people.post(ALMA, HELP, `what about ${urlOf(secret)}`, ts);
    await settled(story, 1);
    assert.deepEqual(below(story, HELP, hidden), []);
    const [open = assert.fail()] = story.desk.tickets();
    await restrict(story, open.id, true);
    const restricted = people.post(ALMA, HELP, `and ${urlOf(open)}`, ts);
    await settled(story, 2);
    assert.deepEqual(below(story, HELP, restricted), []);
    await restrict(story, open.id, false);
    story.slack.setShared(HELP, true);
    await until('the bridge knows', LIMIT_MS, async () => {
      const found = await story.query("select 1 from delivery where reason = 'place-changed'");
      return found.length === 1;
    });
    const shared = people.post(ALMA, HELP, `or ${urlOf(open)}`, ts);
    await settled(story, 3);
    assert.deepEqual(below(story, HELP, shared), []);
  });
});
