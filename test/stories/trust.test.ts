/** Who speaks, and what happens when somebody is not let in, when a file is no file, when two programs answer each other. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConnectorId, OperationId, SlackUser } from '../../src/model/ids.ts';
import { rejected } from '../../src/model/outcome.ts';
import { createSecret } from '../../src/model/secret.ts';
import { until } from '../support/until.ts';
import { ALMA_AT_DESK, memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';

const comments = (story: Story) => story.desk.tickets()[0]?.comments ?? [];
const saysOn = (story: Story, text: string) => comments(story).some((comment) => comment.text.includes(text));
const parked = (story: Story) =>
  story.query<{ id: string }>("select id from operation where state = 'parked'");

suite('trust', { concurrency: false }, () => {
  test('a sign-in of ours that is refused stops nothing for good: what waits goes by itself when we are let in', async (t) => {
    let isLetIn = true;
    const story = await startStory(t, {
      kind: memoryKind,
      async desk(clock) {
        const desk = await memoryDesk(clock);
        return {
          ...desk,
          connectors: (io) =>
            new Map(
              [...desk.connectors(io)].map(([id, connector]) => {
                const { add } = connector.comments;
                const send: typeof add.send = async (draft, attempt) =>
                  isLetIn ? add.send(draft, attempt) : rejected('auth', 'The desk refuses our sign-in.');
                return [id, { ...connector, comments: { ...connector.comments, add: { ...add, send } } }];
              }),
            ),
        };
      },
    });
    const { ts } = await opened(story, 'The printer is jammed');
    const card = () => ours(story, ts).find((message) => shown(message).includes('Asked by'));
    isLetIn = false;
    for (const text of ['first', 'second']) story.slack.people.post(ALMA, HELP, text, ts);
    await until('the card says why', LIMIT_MS, () =>
      shown(card() ?? assert.fail()).includes('refuses our sign-in'),
    );
    await story.pass(300_000);
    assert.equal((await parked(story)).length, 0, 'nobody has to free it');
    assert.equal(comments(story).length, 0);
    isLetIn = true;
    await until('both went', LIMIT_MS, async () => {
      await story.pass(5_000);
      return comments(story).length === 2;
    });
    await until('the card is itself again', LIMIT_MS, async () => {
      await story.pass(1_000);
      return !shown(card() ?? assert.fail()).includes('refuses our sign-in');
    });
    await quiet(story);
    assert.deepEqual(
      comments(story).map(({ text }) => /first|second/.exec(text)?.[0]),
      ['first', 'second'],
    );
  });

  test('whoever linked his account speaks as himself; when his sign-in is refused the bridge names him', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
    const { accounts } = story.bridge.world.store;
    const [user, connector] = [SlackUser.parse(ALMA), ConnectorId.parse('desk')];
    const link = (secret: string) =>
      accounts.save({ user, connector, account: ALMA_AT_DESK.account, grant: createSecret(secret) });
    const { ts } = await opened(story, 'The printer is jammed');
    await link(ALMA_AT_DESK.secret);
    story.slack.people.post(ALMA, HELP, 'said as myself', ts);
    await until('it is there', LIMIT_MS, () => saysOn(story, 'said as myself'));
    assert.equal(comments(story)[0]?.author, ALMA_AT_DESK.name);
    story.slack.people.post('U0BEN', HELP, 'said by Ben', ts);
    await until('it is there', LIMIT_MS, () => saysOn(story, 'said by Ben'));
    assert.match(`${comments(story)[1]?.author} ${comments(story)[1]?.text}`, /Ben Okafor/);
    assert.notEqual(comments(story)[1]?.author, ALMA_AT_DESK.name, 'never as somebody else');

    await link('a-sign-in-that-ran-out');
    story.slack.people.post(ALMA, HELP, 'said for me', ts);
    await until('it is there all the same', LIMIT_MS, () => saysOn(story, 'said for me'));
    const last = comments(story).at(-1);
    assert.notEqual(last?.author, ALMA_AT_DESK.name);
    assert.match(`${last?.author} ${last?.text}`, /Alma Reyes/);
    const linked = await accounts.get(user, connector);
    assert.deepEqual([linked?.grant, typeof linked?.refused], [null, 'string']);
    await quiet(story);
    assert.equal(comments(story).length, 3);
    assert.equal(ours(story, ts).filter((message) => /said (as|by|for)/.test(shown(message))).length, 0);
  });

  test('a login page is no file: it is told, it never lies on the ticket, and the file follows when it can be read', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
    const { ts } = await opened(story, 'The printer is jammed');
    story.slack.faults.add('download', { kind: 'html' }, 1_000);
    const bytes = Buffer.from('%PDF-1.7 the real thing');
    const upload = { name: 'manual.pdf', mime: 'application/pdf', bytes, text: 'the manual', threadTs: ts };
    story.slack.people.upload(ALMA, HELP, upload);
    await until('the thread is told', LIMIT_MS, async () => {
      await story.pass(5_000);
      return ours(story, ts).some((message) => shown(message).includes('manual.pdf did not reach'));
    });
    assert.ok(saysOn(story, 'the manual'), 'the words are not held up');
    assert.equal(story.desk.tickets()[0]?.files.length, 0);
    story.slack.faults.clear();
    const { store } = story.bridge.world;
    for (const { id } of await parked(story)) {
      await store.transaction(async (tx) => {
        const link = await tx.operations.retryParked(OperationId.parse(id));
        assert.ok(link);
        await tx.links.wake(link, false);
      });
    }
    await until('the file is there', LIMIT_MS, () => story.desk.tickets()[0]?.files.length === 1);
    assert.equal(story.desk.tickets()[0]?.files[0]?.size, bytes.length);
  });

  test('two programs that answer each other are stopped for a while, visibly, and nothing is lost or doubled', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    const why = async () =>
      (await story.query<{ parked_why: string | null }>('select parked_why from link'))[0]?.parked_why;
    let rounds = 0;
    const both = () => {
      rounds += 1;
      story.slack.people.post(ALMA, HELP, `ping-${rounds}.`, ts);
      story.desk.comment(ticket.id, `pong-${rounds}.`);
    };
    while (rounds < 21) both();
    await until('all of them are under way', LIMIT_MS, async () => {
      const [row] = await story.query<{ n: number }>(
        "select count(*)::int as n from operation where kind in ('say', 'comment')",
      );
      return row?.n === 2 * rounds;
    });
    both();
    await until('the link rests', LIMIT_MS, async () => (await why()) === 'loop');
    const carried = () => [
      comments(story).filter(({ text }) => text.includes('ping-')).length,
      ours(story, ts).filter((message) => message.text.includes('pong-')).length,
    ];
    await until('it goes on when it has calmed down', 2 * LIMIT_MS, async () => {
      await story.pass(20_000);
      return (await why()) !== 'loop' && carried().every((n) => n === rounds);
    });
    await quiet(story);
    assert.deepEqual(carried(), [rounds, rounds]);
    assert.ok(ours(story, ts).length < rounds + 5, 'the thread is not told again and again');
  });
});
