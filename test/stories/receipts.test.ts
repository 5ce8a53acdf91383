/** Whoever asks how things stand is told, above all when they do not stand well. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Connector } from '../../src/connectors/connector.ts';
import { rejected } from '../../src/model/outcome.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { askCard, opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const SECURITY = 'C0SECURITY';

type Scope = Parameters<typeof startStory>[0];

function start(
  t: Scope,
  alter: (connector: Connector) => Connector = (connector) => connector,
): Promise<Story> {
  return startStory(t, {
    kind: memoryKind,
    async desk(clock) {
      const desk = await memoryDesk(clock);
      return {
        ...desk,
        connectors: (io) => new Map([...desk.connectors(io)].map(([id, one]) => [id, alter(one)])),
      };
    },
  });
}

const cardOf = (story: Story, ts: string) =>
  ours(story, ts).find((message) => shown(message).includes('Asked by'));
const comments = (story: Story) => story.desk.tickets()[0]?.comments.map(({ text }) => text) ?? [];

async function receipt(story: Story, ts: string): Promise<string> {
  return await askCard(story, cardOf(story, ts) ?? assert.fail(), 'receipt', BEN);
}

suite('receipts', { concurrency: false }, () => {
  test('in sync; then the ticket system is away: the receipt says since when and why, and the card after minutes', async (t) => {
    const story = await start(t);
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    story.slack.people.post(ALMA, HELP, 'first', ts);
    await until('it is there', LIMIT_MS, () => comments(story).length === 1);
    await quiet(story);
    assert.match(await receipt(story, ts), /^In sync: this thread and MEM-1 agree, with 1 messages/);

    await story.desk.cut();
    story.slack.people.post(ALMA, HELP, 'second', ts);
    const waits = () =>
      story.query("select 1 from operation where lane = 'ticket' and state in ('ready', 'sending')");
    await until('it waits', LIMIT_MS, async () => (await waits()).length === 1);
    assert.match(
      await receipt(story, ts),
      /^Lagging: 1 still .*One thing waits to reach the ticket since \d{4}-/,
    );
    assert.doesNotMatch(shown(cardOf(story, ts) ?? assert.fail()), /Not everything has reached/);
    await until('the card says that it lags', LIMIT_MS, async () => {
      await story.pass(30_000);
      return shown(cardOf(story, ts) ?? assert.fail()).includes(
        `Not everything has reached ${ticket.key} yet`,
      );
    });
    assert.match(await receipt(story, ts), /Next try|being checked/);
    await story.desk.restore();
    await until('it arrives', LIMIT_MS, async () => {
      await story.pass(10_000);
      return comments(story).length === 2;
    });
    await until(
      'the card forgets it',
      LIMIT_MS,
      () => !shown(cardOf(story, ts) ?? assert.fail()).includes('Not everything'),
    );
    await quiet(story);
    assert.match(await receipt(story, ts), /^In sync: .* 2 messages/);
  });

  test('a lane to the ticket that is stopped: apart, with the reason and since when', async (t) => {
    const story = await start(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: { ...connector.comments.add, send: async () => rejected('forbidden', 'Our rights ran out.') },
      },
    }));
    const { ts } = await opened(story, 'The printer is jammed');
    story.slack.people.post(ALMA, HELP, 'first', ts);
    await until('the card says it', LIMIT_MS, () =>
      shown(cardOf(story, ts) ?? assert.fail()).includes('rights ran out'),
    );
    assert.match(
      await receipt(story, ts),
      /^Apart: Our rights ran out\. Since \d{4}-\d\d-\d\d \d\d:\d\d UTC\./,
    );
  });

  test('a lane to Slack that is stopped: the card still says so, and the receipt comes', async (t) => {
    const story = await start(t);
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    story.slack.faults.add(
      'chat.postMessage',
      { kind: 'refuse', error: 'restricted_action_thread_locked' },
      1,
    );
    story.desk.comment(ticket.id, 'nobody hears this');
    await until('the card says why', LIMIT_MS, () =>
      shown(cardOf(story, ts) ?? assert.fail()).includes('restricted_action_thread_locked'),
    );
    assert.match(await receipt(story, ts), /^Apart: .*restricted_action_thread_locked/);
  });

  test('one comment that Slack never takes does not stop the others, and the card says that it is missing', async (t) => {
    const story = await start(t);
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    story.slack.faults.add('chat.postMessage', { kind: 'refuse', error: 'invalid_blocks' }, 1);
    story.desk.comment(ticket.id, 'nobody hears this');
    await until('the card says why', LIMIT_MS, () =>
      shown(cardOf(story, ts) ?? assert.fail()).includes('MEM-1 could not be shown here. Slack refused'),
    );
    story.desk.comment(ticket.id, 'everybody hears this');
    await until('the next one is there', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('everybody hears this')),
    );
    assert.match(await receipt(story, ts), /^Apart: Something did not reach Slack .*invalid_blocks/);
  });

  test('a thread that becomes a request late brings what was said before, once and with its time', async (t) => {
    const story = await start(t);
    const root = story.slack.people.post(BEN, SECURITY, 'My badge does not work');
    story.slack.people.post(ALMA, SECURITY, 'Mine neither', root);
    story.slack.people.post(BEN, SECURITY, 'Since Monday', root);
    await story.slack.settled();
    await story.pass(3_600_000);
    await story.slack.people.shortcut(ALMA, SECURITY, root, 'open_request');
    await until('both replies are on the ticket', LIMIT_MS, () => comments(story).length === 2);
    story.slack.people.post(BEN, SECURITY, 'It blinks red', root);
    await until('a new one follows', LIMIT_MS, () => comments(story).length === 3);
    await story.bridge.world.store.threads.askAll();
    await until('the thread was read again', LIMIT_MS, async () => {
      await story.pass(10_000);
      return (await story.query('select 1 from link where thread_due')).length === 0;
    });
    await quiet(story);
    const [first, second, third] = comments(story);
    assert.equal(comments(story).length, 3);
    assert.match(first ?? '', /\(written \d{4}-\d\d-\d\d \d\d:\d\d UTC\)[\s\S]*Mine neither/);
    assert.match(second ?? '', /Since Monday/);
    assert.match(third ?? '', /It blinks red/);
    assert.doesNotMatch(third ?? '', /written/);
  });
});
