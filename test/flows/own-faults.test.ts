/** What fails each time that it is touched stops itself alone, after a few tries, and says so; and what was stopped is free again when it should be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docText } from '../../src/model/doc-text.ts';
import { GIVEN_UP } from '../../src/model/link.ts';
import { retryLater } from '../../src/model/outcome.ts';
import { JIRA } from '../model/paper/rules.ts';
import type { DeskPlay } from './desk-play.ts';
import { MINUTE_MS, openDeskPlay } from './desk-play.ts';

const fault = () => new TypeError('a fault of ours');
const wordsOf = (play: DeskPlay) => play.ticket().comments.map(({ body }) => docText(body));
const shows = (play: DeskPlay, text: string) => play.shown().some((one) => one.includes(text));
const linkOf = async (play: DeskPlay) => {
  const [row] = play.stage.db.links.values();
  assert.ok(row);
  const link = await play.stage.process().world.store.links.get(row.id);
  assert.ok(link);
  return link;
};

test('an operation that cannot even be made ready is parked and told; what stands behind it goes on', async () => {
  let poison: string | null = null;
  const play = await openDeskPlay({
    sabotage: {
      world: (world) => ({
        ...world,
        store: {
          ...world.store,
          items: {
            ...world.store.items,
            async copyOf(item, part) {
              poison ??= item;
              if (item === poison) throw fault();
              return world.store.items.copyOf(item, part);
            },
          },
        },
      }),
    },
  });
  play.say('poison');
  play.say('is anybody there?');
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(
    play.operations('comment').map(({ state }) => state),
    ['parked', 'done'],
  );
  assert.ok(shows(play, 'did not reach JIRA-1. Deskbridge failed'));
});

/** A world in which every message with the word "poison" makes the plan fail, while `broken`. */
function poisoned(broken: { now: boolean }): Parameters<typeof openDeskPlay>[0] {
  return {
    sabotage: {
      world: (world) => ({
        ...world,
        async interpret(body) {
          const intake = await world.interpret(body);
          if (intake.kind !== 'message' || !docText(intake.message.body).includes('poison')) return intake;
          const { files, ...rest } = intake.message;
          const message = {
            ...rest,
            get files() {
              if (broken.now) throw fault();
              return files;
            },
          };
          return { ...intake, message };
        },
      }),
    },
  };
}

test('a message that cannot be planned waits apart and shows on the card; the others go on, and it follows when it can', async () => {
  const broken = { now: true };
  const play = await openDeskPlay(poisoned(broken));
  play.say('poison');
  await play.stage.pass(1_000);
  play.say('is anybody there?');
  const comment = play.comment('Yes.');
  await play.stage.pass(MINUTE_MS / 2);
  assert.deepEqual(
    wordsOf(play).map((text) => text.includes('is anybody there?') || text === docText(comment.body)),
    [true, true],
  );
  assert.ok(shows(play, 'Yes.'));
  assert.ok(shows(play, 'Not everything has reached JIRA-1 yet.'));
  const { id } = await linkOf(play);
  const { waiting } = await play.stage.process().world.store.receipts.outlook(id);
  assert.match(waiting[0]?.reason ?? '', /failed at this message/);
  assert.deepEqual([...new Set(play.stage.bugs.map((bug) => /failed at this message/.test(bug)))], [true]);

  broken.now = false;
  await play.stage.tick();
  await play.stage.tick();
  await play.stage.pass(MINUTE_MS);
  assert.ok(wordsOf(play).some((text) => text.includes('arrived late') && text.includes('poison')));
  assert.equal(shows(play, 'Not everything has reached'), false);
});

test('a request that cannot be planned says so in its thread, once, and is opened when it can be', async () => {
  const broken = { now: true };
  const play = await openDeskPlay({ ...poisoned(broken), text: 'poison', prepared: false });
  await play.stage.pass(10 * MINUTE_MS);
  await play.stage.tick();
  await play.stage.pass(10 * MINUTE_MS);
  assert.equal(play.shown().length, 1);
  assert.match(play.shown()[0] ?? '', /I could not open a ticket for this yet/);

  broken.now = false;
  await play.stage.tick();
  await play.stage.tick();
  await play.stage.pass(2 * MINUTE_MS);
  assert.match(docText(play.ticket().description), /poison/);
});

test('a ticket that cannot be planned is not read again and again, and what people write goes on', async () => {
  let reads = 0;
  const play = await openDeskPlay({
    sabotage: {
      world: (world) => ({
        ...world,
        connectors: new Map(
          [...world.connectors].map(([id, one]) => [
            id,
            {
              ...one,
              async read(ticket) {
                const read = await one.read(ticket);
                if (read.kind !== 'ok' || read.value.comments.length === 0) return read;
                reads += 1;
                return {
                  ...read,
                  value: {
                    ...read.value,
                    get files(): never {
                      throw fault();
                    },
                  },
                };
              },
            },
          ]),
        ),
      }),
    },
  });
  play.comment('poison');
  await play.stage.pass(MINUTE_MS);
  play.say('is anybody there?');
  await play.stage.pass(10 * MINUTE_MS);
  assert.ok(wordsOf(play).some((text) => text.includes('is anybody there?')));
  assert.ok(reads > 0 && reads < 30, `${reads} readings`);
});

test('a file that is given up while nobody knows whether it arrived is not taken for an agent’s', async () => {
  const play = await openDeskPlay();
  play.fate('ticket.file.send', 'answer-lost');
  play.fate('ticket.file.find', 'forbidden');
  play.say('look', [play.file('a photo.txt', 'abc')]);
  await play.stage.pass(5 * MINUTE_MS);
  const { store } = play.stage.process().world;
  const [parked, ...more] = await store.operations.parked();
  assert.ok(parked?.kind === 'attach' && more.length === 0);
  assert.equal(play.ticket().files.length, 1);
  await store.operations.skipParked(parked.id, GIVEN_UP);
  await store.links.wake(parked.link, true);
  await play.stage.pass(5 * MINUTE_MS);
  assert.deepEqual(play.operations('share'), []);
  assert.equal(play.operations('attach')[0]?.remoteId, play.ticket().files[0]?.id);
});

test('Slack lets us in again: the request goes on by itself and says so', async () => {
  const play = await openDeskPlay();
  play.fate('slack.post.send', 'auth');
  play.comment('Yes.');
  await play.stage.pass(5_000);
  assert.equal((await linkOf(play)).status, 'parked');
  await play.stage.pass(2 * MINUTE_MS);
  assert.ok(shows(play, 'Yes.'));
  const { status, parkedReason } = await linkOf(play);
  assert.deepEqual({ status, parkedReason }, { status: 'live', parkedReason: null });
  assert.equal(shows(play, 'sign-in of the bridge is refused'), false);
});

test('what waits for its turn costs no attempt and pauses nobody: neither a create nor a reading', async () => {
  const waits = { create: 20, read: 0 };
  const turn = () => retryLater('We keep below a limit', 'turn', 500);
  const play = await openDeskPlay({
    sabotage: {
      world: (world) => ({
        ...world,
        connectors: new Map(
          [...world.connectors].map(([id, one]) => {
            const send: typeof one.create.send = async (draft, attempt) => {
              waits.create -= 1;
              return waits.create >= 0 ? turn() : one.create.send(draft, attempt);
            };
            const read: typeof one.read = async (ticket) => {
              waits.read -= 1;
              return waits.read >= 0 ? turn() : one.read(ticket);
            };
            return [id, { ...one, read, create: { ...one.create, send } }];
          }),
        ),
      }),
    },
  });
  assert.deepEqual(
    play.operations('create').map(({ state, attempt }) => [state, attempt]),
    [['done', 0]],
  );
  waits.read = 3;
  play.comment('Yes.');
  const { budgets } = play.stage.process().world.store;
  for (let step = 0; step < 10; step += 1) {
    await play.stage.pass(1_000);
    assert.equal(await budgets.pausedForMs(JIRA), 0);
  }
  await play.stage.pass(MINUTE_MS);
  assert.ok(waits.read < 0 && shows(play, 'Yes.'));
});
