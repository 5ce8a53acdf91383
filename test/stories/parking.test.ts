/** What stops on purpose has to stay visible until it is free, happen once, and stop nothing else. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Connector } from '../../src/connectors/connector.ts';
import { docText } from '../../src/model/doc-text.ts';
import { OperationId } from '../../src/model/ids.ts';
import { ok, rejected, unknownEffect } from '../../src/model/outcome.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';

/** A memory desk whose connector answers as the test says. */
function start(
  t: Parameters<typeof startStory>[0],
  alter: (connector: Connector) => Connector = (connector) => connector,
  more: Partial<StoryOptions> = {},
): Promise<Story> {
  return startStory(t, {
    kind: memoryKind,
    async desk(clock) {
      const desk = await memoryDesk(clock);
      return {
        ...desk,
        connectors: (io) =>
          new Map([...desk.connectors(io)].map(([id, connector]) => [id, alter(connector)])),
      };
    },
    ...more,
  });
}

const comments = (story: Story) => story.desk.tickets()[0]?.comments.map(({ text }) => text) ?? [];
const cards = (story: Story, ts: string) =>
  ours(story, ts)
    .map(shown)
    .filter((text) => text.includes('Asked by'));
const parked = (story: Story) =>
  story.query<{ id: string }>("select id from operation where state = 'parked' order by seq");

/** As `deskbridge parked retry` does it. */
async function retryParked(story: Story): Promise<void> {
  const { store } = story.bridge.world;
  for (const { id } of await parked(story)) {
    await store.transaction(async (tx) => {
      const link = await tx.operations.retryParked(OperationId.parse(id));
      assert.ok(link);
      await tx.links.wake(link, true);
    });
  }
}

suite('parking', { concurrency: false }, () => {
  test('a lane that waits for an administrator says so on the card until it is free, then goes on in order', async (t) => {
    let open = false;
    const story = await start(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: {
          ...connector.comments.add,
          send: async (draft, attempt) =>
            open ? connector.comments.add.send(draft, attempt) : rejected('forbidden', 'Our access ran out.'),
        },
      },
    }));
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    story.slack.people.post(ALMA, HELP, 'first', ts);
    await until('it is parked', LIMIT_MS, async () => (await parked(story)).length === 1);
    story.slack.people.post(ALMA, HELP, 'second', ts);
    story.desk.setStatus(ticket.id, 'active');
    story.desk.comment(ticket.id, 'We look at it');
    await until('the ticket was read again', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('We look at it')),
    );
    await until('the card says why it stopped', LIMIT_MS, () =>
      cards(story, ts).some((card) => card.includes('Our access ran out')),
    );
    assert.deepEqual(
      comments(story).filter((text) => text.includes('first') || text.includes('second')),
      [],
    );

    open = true;
    await retryParked(story);
    await until('both arrive', LIMIT_MS, () => comments(story).length === 3);
    assert.match(comments(story)[1] ?? '', /first/);
    assert.match(comments(story)[2] ?? '', /second/);
    await until('the card forgets the stop', LIMIT_MS, () =>
      cards(story, ts).every((card) => !card.includes('Our access ran out')),
    );
  });

  test('what was parked in doubt is looked up before it is tried again', async (t) => {
    let blind = false;
    const story = await start(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: {
          ...connector.comments.add,
          find: async (draft, attempt) =>
            blind ? rejected('forbidden', 'Nobody may search.') : connector.comments.add.find(draft, attempt),
        },
      },
    }));
    const { ts } = await opened(story, 'The printer is jammed');
    await quiet(story);
    blind = true;
    story.desk.failAfterCommit(1);
    story.slack.people.post(ALMA, HELP, 'only once', ts);
    await until('it is on the ticket', LIMIT_MS, () => comments(story).length === 1);
    await until('it is parked', LIMIT_MS, async () => {
      await story.pass(5_000);
      return (await parked(story)).length === 1;
    });
    blind = false;
    await retryParked(story);
    await until('nothing is parked', LIMIT_MS, async () => (await parked(story)).length === 0);
    await quiet(story);
    assert.equal(comments(story).length, 1);
  });

  test('a card that somebody deleted is parked once, and the thread goes on', async (t) => {
    const story = await start(t);
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    // An edit that is still on its way would be parked, too.
    await quiet(story);
    const card = ours(story, ts).find((message) => shown(message).includes('Asked by'));
    assert.ok(card);
    const removed = await fetch(new URL('chat.delete', story.config.slack.apiUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${story.botToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ channel: HELP, ts: card.ts }),
    });
    assert.match(await removed.text(), /"ok":true/);
    story.desk.setStatus(ticket.id, 'active');
    await until('the edit is parked', LIMIT_MS, async () => (await parked(story)).length > 0);
    story.desk.comment(ticket.id, 'still here');
    await until('a comment comes through', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('still here')),
    );
    await quiet(story);
    assert.equal((await parked(story)).length, 1);
  });

  test('a ticket that is gone is told once, and the request lives again when it is back', async (t) => {
    let gone = false;
    const story = await start(t, (connector) => ({
      ...connector,
      read: async (id) => (gone ? rejected('not-found', 'No such ticket.') : connector.read(id)),
    }));
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    gone = true;
    const told = () => ours(story, ts).filter((message) => shown(message).includes('is gone, or'));
    for (const category of ['active', 'new', 'active'] as const) {
      story.desk.setStatus(ticket.id, category);
      await until('it is told', LIMIT_MS, () => told().length >= 1);
      await quiet(story);
    }
    const notices = told().filter((message) => shown(message).includes('Replies here are kept'));
    assert.equal(notices.length, 1);
    const [link] = await story.query<{ state: string }>('select state from link');
    assert.equal(link?.state, 'parked');
    gone = false;
    story.desk.setStatus(ticket.id, 'new');
    await until('it lives again', LIMIT_MS, async () => {
      const [row] = await story.query<{ state: string }>('select state from link');
      return row?.state === 'live';
    });
  });

  test('a comment that may have been posted is looked for, also when it is no longer public', async (t) => {
    let internal = false;
    const story = await start(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        async read(ticket, comment) {
          const read = await connector.comments.read(ticket, comment);
          return read.kind === 'ok' && internal
            ? ok({ ...read.value, visibility: 'internal' as const })
            : read;
        },
      },
    }));
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    story.slack.faults.add('chat.postMessage', { kind: 'fail-after', status: 500 }, 1);
    story.desk.comment(ticket.id, 'shown by mistake');
    await until('it was posted', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('shown by mistake')),
    );
    internal = true;
    await quiet(story);
    const copies = await story.query(
      "select 1 from copy c join item i on i.id = c.item_id where i.origin = 'ticket'",
    );
    assert.equal(copies.length, 1, 'we know where it stands in Slack');
  });

  test('a comment that can never be read stops its lane for a while, not for ever', async (t) => {
    const story = await start(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        read: async () => ({
          kind: 'retry',
          reason: 'It answered in a shape that we do not know',
          scope: 'operation',
          effect: 'none',
        }),
      },
    }));
    const { ticket } = await opened(story, 'The printer is jammed');
    story.desk.comment(ticket.id, 'poison');
    await until('it is parked', LIMIT_MS, async () => {
      await story.pass(10_000);
      return (await parked(story)).length === 1;
    });
  });

  test('a message on which the ticket system always fails is parked; the others go on', async (t) => {
    const story = await start(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: {
          ...connector.comments.add,
          send: async (draft, attempt) =>
            docText(draft.body).includes('poison')
              ? unknownEffect('It failed (500).')
              : connector.comments.add.send(draft, attempt),
        },
      },
    }));
    const { ts } = await opened(story, 'The printer is jammed');
    const other = story.slack.people.post(ALMA, HELP, 'password forgotten');
    await until('both have tickets', LIMIT_MS, () => story.desk.tickets().length === 2);
    story.slack.people.post(ALMA, HELP, 'poison', ts);
    let sent = 0;
    await until('it is parked', 60_000, async () => {
      sent += 1;
      story.slack.people.post(ALMA, HELP, `healthy ${sent}`, other);
      await until('another thread goes on', LIMIT_MS, async () => {
        await story.pass(5_000);
        return story.desk.tickets()[1]?.comments.length === sent;
      });
      return (await parked(story)).length === 1;
    });
    await until('its thread is told', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('did not reach')),
    );
  });
});
