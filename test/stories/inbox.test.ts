/** What was acknowledged is worked on, in whatever order and shape it came. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { retain } from '../../src/flows/keep-going.ts';
import { shardOf, threadPartition } from '../../src/model/delivery.ts';
import { SlackChannel, SlackTeam, SlackTs } from '../../src/model/ids.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, ...more });

const comments = (story: Story) => story.desk.tickets()[0]?.comments.map(({ text }) => text) ?? [];
const directMessage = (story: Story) =>
  story.slack.people
    .channels()
    .filter((channel) => channel.isIm)
    .flatMap((channel) => story.slack.people.messages(channel.id).map((message) => ({ channel, message })))
    .find(({ message }) => message.isBot);

suite('inbox', { concurrency: false }, () => {
  test('a reply below a card in a direct message that we do not know yet is not lost', async (t) => {
    const story = await start(t);
    story.slack.faults.add('chat.postMessage', { kind: 'fail-after', status: 500 }, 1);
    story.slack.people.post(ALMA, HELP, 'I clicked on a phishing mail');
    await until('the card is there', LIMIT_MS, () => directMessage(story) !== undefined);
    const card = directMessage(story);
    assert.ok(card);
    story.slack.people.post(ALMA, card.channel.id, 'it came at noon', card.message.ts);
    await until('the reply is on the ticket', LIMIT_MS, () =>
      comments(story).some((text) => text.includes('it came at noon')),
    );
  });

  test('what cannot be opened (a key is missing) stops nobody else and is taken up when it can', async (t) => {
    const story = await start(t);
    const { store } = story.bridge.world;
    await story.slack.settled();
    const seal = async (key: string) => {
      const partition = threadPartition(
        SlackTeam.parse('T1'),
        SlackChannel.parse('C1'),
        SlackTs.parse('1.000001'),
      );
      await store.transaction(async (tx) => {
        await tx.deliveries.insert([
          { source: 'slack', key, identity: null, partition, type: 'event', body: Buffer.from('{}') },
        ]);
      });
      return partition;
    };
    await seal('strange');
    await story.query('update delivery_body set sealed = set_byte(sealed, 1, get_byte(sealed, 1) # 255)');
    await story.query("update delivery set state = 'new'");
    // Every shard has such a row.
    for (let n = 0; n < 64; n += 1) {
      await story.query(
        `insert into delivery (install_id, id, source, key, type, partition, partition_hash, body_sha256)
         select install_id, gen_random_uuid(), source, key || $1::text, type, partition, $1::int, body_sha256 from delivery where key = 'strange'`,
        [n],
      );
      await story.query(
        `insert into delivery_body (install_id, delivery_id, sealed)
         select d.install_id, d.id, b.sealed from delivery d, delivery_body b, delivery o
         where d.key = 'strange' || $1::text and o.key = 'strange' and b.delivery_id = o.id`,
        [n],
      );
    }
    const { ts } = await opened(story, 'The printer is jammed');
    assert.ok(ours(story, ts).length > 0);
    const [row] = await story.query<{ n: number }>(
      "select count(*)::int as n from delivery where key like 'strange%' and state in ('done', 'ignored')",
    );
    assert.equal(row?.n, 0, 'they are kept');
    await story.query(
      "update delivery_body set sealed = set_byte(sealed, 1, get_byte(sealed, 1) # 255) where delivery_id in (select id from delivery where key = 'strange')",
    );
    await story.query(
      "update delivery set received_at = received_at - interval '3 days' where key = 'strange'",
    );
    await retain(story.bridge.world);
    await until('it is read', LIMIT_MS, async () => {
      const [strange] = await story.query<{ state: string }>(
        "select state from delivery where key = 'strange'",
      );
      return strange?.state === 'ignored';
    });
  });

  test('a disk that is full: nothing is acknowledged, Slack tells it again, and it goes on by itself', async (t) => {
    const story = await start(t);
    await story.query(`create function disk_is_full() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
    await story.query('create trigger disk_full before insert on delivery execute function disk_is_full()');
    const ts = story.slack.people.post(ALMA, HELP, 'The printer is jammed');
    await story.slack.settled();
    const answers = async (status: string) => {
      const page = await (await fetch(`${story.url}/metrics`)).text();
      const found = new RegExp(`deskbridge_door_total\\{door="slack",status="${status}"[^}]*\\} (\\d+)`).exec(
        page,
      );
      return Number(found?.[1] ?? 0);
    };
    assert.equal(await answers('503'), 2, 'Slack told it twice at once');
    assert.equal(await answers('200'), 1, 'only the check of the address was taken');
    await story.query('drop trigger disk_full on delivery');
    await story.pass(61_000);
    await until('its ticket is there', LIMIT_MS, () => story.desk.tickets().length === 1);
    await quiet(story);
    assert.equal(ours(story, ts).length, 1);
  });

  test('a bridge that is told to stop finishes what it has begun, and its successor goes on', async (t) => {
    const story = await start(t);
    const { ts } = await opened(story, 'The printer is jammed');
    await quiet(story);
    const before = comments(story).length;
    story.slack.people.post(ALMA, HELP, 'said while it stops', ts);
    await story.slack.settled();
    await story.bridge.stop();
    const left = await story.query("select 1 from operation where state = 'sending'");
    const held = await story.query('select 1 from link where lease_owner is not null');
    assert.deepEqual([left.length, held.length], [0, 0], 'nothing is left in doubt, and no lease is kept');
    await story.startAgain();
    await until('it is on the ticket', LIMIT_MS, () => comments(story).length === before + 1);
    await quiet(story);
    assert.equal(comments(story).length, before + 1);
  });

  test('a thread with hundreds of replies that were here before its request opens all the same', async (t) => {
    const story = await start(t, { responders: ['U0BEN'] });
    const ts = story.slack.people.post('U0BEN', HELP, 'Maintenance tonight');
    const { store } = story.bridge.world;
    const us = await store.configurations.us();
    assert.ok(us);
    const [root, channel] = [SlackTs.parse(ts), SlackChannel.parse(HELP)];
    const replies = Array.from({ length: 210 }, (_, n) => `${Number(ts.split('.')[0]) + 1 + n}.000001`);
    await store.deliveries.insert(
      replies.map((reply) => {
        const event = { type: 'message', channel, user: ALMA, text: `at ${reply}`, ts: reply, thread_ts: ts };
        return {
          source: 'slack',
          key: reply,
          identity: `${channel}:${reply}:`,
          partition: threadPartition(us.teamId, channel, root),
          type: 'event' as const,
          body: Buffer.from(JSON.stringify({ type: 'event_callback', team_id: us.teamId, event })),
        };
      }),
    );
    story.bridge.world.ring(shardOf(threadPartition(us.teamId, channel, root)));
    await until('all wait', LIMIT_MS, async () => {
      const [row] = await story.query<{ n: number }>(
        "select count(*)::int as n from delivery where state = 'waiting'",
      );
      return row?.n === 210;
    });
    const answer = await story.slack.people.shortcut(ALMA, HELP, ts, 'open_request');
    assert.ok(answer.ok);
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
    await until('everything is planned', LIMIT_MS, async () => {
      const [row] = await story.query<{ n: number }>(
        "select count(*)::int as n from operation where kind = 'comment'",
      );
      return row?.n === 210;
    });
    assert.ok(comments(story).length < 200, 'what is new is planned while a long lane runs');
    const late = await story.query('select 1 from item where late');
    assert.equal(late.length, 0);
  });

  test('a lost message is read back also when later ones did arrive', async (t) => {
    const story = await start(t, { repairEveryMs: 500 });
    const { ts } = await opened(story, 'The printer is jammed');
    story.slack.hookFaults.add('message', { kind: 'drop' }, 1);
    story.slack.people.post(ALMA, HELP, 'lost one', ts);
    story.slack.people.post(ALMA, HELP, 'later one', ts);
    await until('the later one is there', LIMIT_MS, () =>
      comments(story).some((text) => text.includes('later one')),
    );
    await story.pass(11 * 60_000);
    await until('the lost one is read back', LIMIT_MS, () =>
      comments(story).some((text) => text.includes('lost one')),
    );
    await quiet(story);
    assert.equal(comments(story).length, 2);
    // And again, when the thread was looked at before.
    story.slack.hookFaults.add('message', { kind: 'drop' }, 1);
    story.slack.people.post(ALMA, HELP, 'lost two', ts);
    story.slack.people.post(ALMA, HELP, 'later two', ts);
    await story.pass(11 * 60_000);
    await until('that is read back too', LIMIT_MS, () =>
      comments(story).some((text) => text.includes('lost two')),
    );
    assert.ok(shown(ours(story, ts)[0] ?? assert.fail('no card')).length > 0);
  });
});
