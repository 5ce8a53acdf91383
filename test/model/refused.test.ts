import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '../../src/flows/world.ts';
import { rejected } from '../../src/model/outcome.ts';
import type { AnyAct } from './acts.ts';
import { playHistory } from './history.ts';
import type { Stage } from './stage.ts';

/** What is refused for good, on paper: what becomes of it, and of what stands behind it. */

const words = 'short';
const ask: AnyAct = { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null };
const reply: AnyAct = { act: 'reply', gap: 2_000, who: 0, thread: 0, words, file: null, bot: 1 };
const edited: AnyAct = { act: 'edit', gap: 2_000, message: 1, words };

const operations = ({ db }: Stage) => [...db.operations.values()];
const parked = (stage: Stage) => operations(stage).filter(({ state }) => state === 'parked');
const links = ({ db }: Stage) => [...db.links.values()];
const notices = (stage: Stage) =>
  operations(stage).flatMap(({ body }) => (body.kind === 'post' ? [body.text] : []));

/** A desk where the bridge may not change what stands there; `shut`: from the first attempt on it lets us do nothing. */
function fixed(world: World, { shut }: { readonly shut: boolean }): World {
  let isShut = false;
  const refusal = rejected('forbidden', 'Nobody may change the comments of others here.');
  const connectors = [...world.connectors].map(([id, connector]) => {
    const { comments, read } = connector;
    const send = async () => {
      isShut = shut;
      return refusal;
    };
    const refusing = { ...comments, revise: { ...comments.revise, send } };
    const reading: typeof read = async (ticket) => (isShut ? refusal : read(ticket));
    return [id, { ...connector, read: reading, comments: refusing }] as const;
  });
  return { ...world, connectors: new Map(connectors) };
}

test('an edit that the ticket system refuses stops itself alone, and says that it is an edit', async () => {
  const { stage } = await playHistory([ask, reply, edited, reply], {
    world: (world) => fixed(world, { shut: false }),
  });
  assert.deepEqual(
    parked(stage).map(({ body, blocks }) => [body.kind, blocks]),
    [['comment', false]],
  );
  assert.deepEqual(
    links(stage).map(({ state }) => state),
    ['live'],
  );
  const comments = stage.desks.flatMap((desk) => desk.all().flatMap((ticket) => ticket.comments));
  assert.equal(comments.length, 2, 'what was written later is there');
  const told = notices(stage).filter((text) => text.includes('did not reach'));
  assert.match(told[0] ?? '', /^A change of a message of .* did not reach .*Nobody may change/);
});

test('a ticket system that refuses everything stops the lane at an edit as at anything else', async () => {
  const { stage } = await playHistory([ask, reply, edited, reply], {
    world: (world) => fixed(world, { shut: true }),
  });
  assert.deepEqual(
    parked(stage).map(({ body, blocks }) => [body.kind, blocks]),
    [['comment', true]],
  );
});

/** A workspace that lets nobody delete messages, and perhaps not change them either. */
function keeping(world: World, { edits }: { readonly edits: boolean }): World {
  const no = async () => rejected('forbidden', 'Slack refused with "compliance_exports_prevent_deletion".');
  const { slack } = world;
  const remove = { ...slack.remove, send: no };
  const edit: typeof slack.edit = {
    ...slack.edit,
    send: (message, attempt) =>
      edits || !message.text.includes('deleted') ? slack.edit.send(message, attempt) : no(),
  };
  return { ...world, slack: { ...slack, remove, edit } };
}

const comment: AnyAct = { act: 'comment', gap: 2_000, ticket: 0, visibility: 0, words };
const flip: AnyAct = { act: 'flip', gap: 2_000, comment: 0 };
const saidBy = ({ slack }: Stage) =>
  slack.all().flatMap(({ by, text }) => (by === 'us' && !text.startsWith('JIRA') ? [text] : []));

test('what became internal and cannot be taken out of Slack loses its words there', async () => {
  const { wrong, stage } = await playHistory([ask, comment, flip, comment], {
    world: (world) => keeping(world, { edits: true }),
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(parked(stage), []);
  assert.equal(saidBy(stage).filter((text) => text.includes('was deleted')).length, 1);
});

test('it is shown anew when it is public again', async () => {
  const { wrong, stage } = await playHistory([ask, comment, flip, flip], {
    world: (world) => keeping(world, { edits: true }),
  });
  assert.deepEqual([wrong, parked(stage)], [[], []]);
  const said = saidBy(stage);
  assert.equal(said.filter((text) => text.includes('was deleted')).length, 1);
  assert.equal(said.filter((text) => text.startsWith('Agent')).length, 1);
});

test('only when its words cannot be changed either, they stand there, and the card says so', async () => {
  const { stage } = await playHistory([ask, comment, flip, comment], {
    world: (world) => keeping(world, { edits: false }),
  });
  assert.deepEqual(
    parked(stage).map(({ body, blocks }) => [body.kind, blocks]),
    [['say', false]],
  );
  const link = await stage.process().world.store.links.get(links(stage)[0]?.id ?? assert.fail());
  assert.match(link?.missing ?? '', /compliance_exports_prevent_deletion/);
});
