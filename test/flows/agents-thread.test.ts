/** The agents' own thread follows the request into another queue, and nobody of the queue that it left reads on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { type SlackChannel, SlackChannel as SlackChannelId, type SlackTs } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import { RoutingTable } from '../../src/routing/table.ts';
import { AGENT, AGENTS, OPS, PEOPLE } from '../model/paper/rules.ts';
import { messageOf, type PaperMessage, TEAM } from '../model/paper/slack-state.ts';
import { wordsIn } from '../model/paper-slack.ts';
import type { Sabotage } from '../model/processes.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

const VAULT_AGENTS = SlackChannelId.parse('C8');
const [, , ASKER] = PEOPLE;

/** The vault, where everything is confidential, has agents who talk among themselves, too. */
const guarded: Sabotage = {
  world: (world) => ({
    ...world,
    rules: {
      ...world.rules,
      queues: new Map(
        [...world.rules.queues].map(([name, queue]) => [
          name,
          name === 'vault' ? { ...queue, internalChannel: VAULT_AGENTS } : queue,
        ]),
      ),
    },
  }),
};

async function play(sabotage: Sabotage = guarded, text = 'The server is down'): Promise<DeskPlay> {
  const opened = await openDeskPlay({ ops: true, sabotage, text, prepared: false });
  opened.stage.slack.places.set(VAULT_AGENTS, { kind: 'private', shared: false });
  await opened.stage.pass(MINUTE_MS);
  return opened;
}

const linkOf = ({ stage }: DeskPlay) => [...stage.db.links.values()][0] ?? assert.fail('there is no link');
const messagesIn = ({ stage }: DeskPlay, channel: SlackChannel) => stage.slack.messages(channel).now();
const ours = (desk: DeskPlay, channel: SlackChannel) =>
  messagesIn(desk, channel).flatMap((message) => (message.by === 'us' ? [wordsIn(message)] : []));
const threadIn = (desk: DeskPlay, channel: SlackChannel): SlackTs =>
  messagesIn(desk, channel).find(({ by }) => by === 'us')?.ts ?? assert.fail(`no thread in ${channel}`);

function tell({ stage }: DeskPlay, intake: Intake): void {
  stage.slack.tell(intake, { channel: OPS, root: null, identity: null, type: 'interactive' });
}

/** An agent writes below the message with which the agents' thread begins. */
function write({ stage: { slack } }: DeskPlay, channel: SlackChannel, root: SlackTs, text: string) {
  const at = { channel, ts: slack.nextTs(), root, by: 'person' as const, user: AGENT };
  const rest = { files: [], edited: null, marker: null, gone: false };
  const said: PaperMessage = { ...at, body: plainDoc(text), text: '', ...rest };
  slack.put(said);
  const identity = `${channel}:${said.ts}:`;
  slack.tell(
    { kind: 'message', message: messageOf(said), direct: false },
    { channel, root, identity, type: 'event' },
  );
  return said;
}

function move(desk: DeskPlay, queue: string): void {
  const { id } = linkOf(desk);
  tell(desk, { kind: 'move', team: TEAM, by: AGENT, link: id, channel: OPS, queue, why: '' });
}

/** What was written on every ticket, oldest first, by visibility. */
const written = ({ stage }: DeskPlay) =>
  stage.desks
    .flatMap((desk) => desk.all().map(({ comments }) => comments))
    .map((comments) => comments.map(({ body, visibility }) => `${visibility}: ${docText(body)}`).join('\n'));

test('after a move the agents of the old queue see nothing that is written, and those of the new one do', async () => {
  const desk = await play();
  const old = threadIn(desk, AGENTS);
  write(desk, AGENTS, old, 'it was the intern');
  await desk.stage.pass(MINUTE_MS);
  const before = ours(desk, AGENTS);
  move(desk, 'vault');
  await desk.stage.pass(3 * MINUTE_MS);
  assert.equal(linkOf(desk).route?.privacy, 'private');
  assert.match(ours(desk, VAULT_AGENTS).join(), /The server is down/);

  write(desk, VAULT_AGENTS, threadIn(desk, VAULT_AGENTS), 'only for us of the vault');
  write(desk, AGENTS, old, 'is anybody there');
  const alarm = { kind: 'escalate', team: TEAM, by: ASKER ?? AGENT, why: 'It burns' } as const;
  tell(desk, { ...alarm, at: { link: linkOf(desk).id }, channel: OPS });
  await desk.stage.pass(3 * MINUTE_MS);
  const [first, second] = written(desk);
  assert.match(first ?? '', /internal: [\s\S]*it was the intern/);
  assert.match(second ?? '', /internal: [\s\S]*only for us of the vault/);
  assert.doesNotMatch(written(desk).join(), /is anybody there/);
  assert.match(ours(desk, VAULT_AGENTS).join('\n'), /escalated SNOW-/);
  assert.deepEqual(ours(desk, AGENTS), before, 'nothing of the bridge follows them');
  const errands = [...desk.stage.db.errands.values()].map(({ payload }) => payload);
  assert.equal(errands.filter((one) => /reaches nobody/.test(one) && one.includes(old)).length, 1);
  assert.ok(desk.operations('post').every(({ state }) => state !== 'parked'));

  move(desk, 'ops');
  await desk.stage.pass(3 * MINUTE_MS);
  const roots = messagesIn(desk, AGENTS).filter(({ by, ts, root }) => by === 'us' && ts === root);
  assert.equal(roots.length, 2, 'moved back, they have a thread again: a new one');
});

test('what agents wrote before the move and what is read only after it never becomes public', async () => {
  const desk = await play();
  const { db, slack } = desk.stage;
  const old = threadIn(desk, AGENTS);
  const said = write(desk, AGENTS, old, 'it was the intern');
  await desk.stage.pass(MINUTE_MS);
  move(desk, 'help');
  await desk.stage.pass(3 * MINUTE_MS);
  const changed = { ...said, body: plainDoc('it was surely the intern'), edited: slack.nextTs() };
  const late = { ...said, ts: slack.nextTs(), body: plainDoc('and he drinks') };
  // Sorted to the request in the moment before the move was written down.
  const intakes: Intake[] = [
    { kind: 'message', message: messageOf(late), direct: false },
    { kind: 'edited', message: messageOf(changed) },
    { kind: 'deleted', team: TEAM, channel: AGENTS, ts: late.ts, root: old },
  ];
  for (const intake of intakes)
    slack.tell(intake, { channel: OPS, root: null, identity: null, type: 'event' });
  const { store } = desk.stage.process().world;
  await store.deliveries.insert(desk.stage.office.arrived());
  for (const row of db.deliveries.values())
    if (row.state === 'new') db.change(row, { state: 'sorted', link: linkOf(desk).id });
  await store.links.wake(linkOf(desk).id, false);
  await desk.stage.pass(3 * MINUTE_MS);
  const all = written(desk).join('\n');
  assert.doesNotMatch(all, /public: [^:]*intern|drinks|surely/);
  assert.deepEqual(
    [...db.deliveries.values()].filter(({ state }) => state === 'sorted'),
    [],
    'none of them waits for ever',
  );
});

test('a thread of the old queue that could not be opened before the move is not opened after it', async () => {
  const desk = await openDeskPlay({
    ops: true,
    sabotage: guarded,
    text: 'The server is down',
    prepared: false,
  });
  const { stage } = desk;
  stage.slack.places.set(AGENTS, { kind: 'public', shared: false });
  await stage.pass(MINUTE_MS);
  assert.deepEqual(
    desk.operations('open-internal').map(({ state }) => state),
    ['parked'],
  );
  move(desk, 'help');
  await stage.pass(3 * MINUTE_MS);
  stage.slack.places.set(AGENTS, { kind: 'private', shared: false });
  await stage.retryParked();
  await stage.pass(3 * MINUTE_MS);
  assert.deepEqual(ours(desk, AGENTS), []);
});

test('two queues whose agents share a channel share the thread, too', async () => {
  const shared: Sabotage = {
    world: (world) => ({
      ...world,
      rules: {
        ...world.rules,
        queues: new Map(
          [...world.rules.queues].map(([name, one]) => [name, { ...one, internalChannel: AGENTS }]),
        ),
      },
    }),
  };
  const desk = await play(shared);
  const old = threadIn(desk, AGENTS);
  move(desk, 'help');
  await desk.stage.pass(3 * MINUTE_MS);
  write(desk, AGENTS, old, 'we go on here');
  await desk.stage.pass(MINUTE_MS);
  assert.equal(ours(desk, AGENTS).length, 1);
  assert.match(written(desk).join('\n'), /internal: [\s\S]*we go on here/);
  assert.equal(desk.stage.db.errands.size, 0);
});

test('whoever says what it is about takes it from the agents of the default queue', async () => {
  const asking: Sabotage = {
    world: (world) => ({
      ...world,
      rules: {
        ...world.rules,
        routing: RoutingTable.parse({
          rules: [
            {
              name: 'vault',
              when: { words: ['nobody says this'] },
              queue: 'vault',
              kind: 'vault',
              privacy: 'private',
            },
          ],
          default: { queue: 'ops' },
        }),
        queues: new Map(
          [...world.rules.queues].map(([name, one]) => [
            name,
            name === 'vault' ? { ...one, internalChannel: VAULT_AGENTS } : one,
          ]),
        ),
      },
    }),
  };
  const desk = await openDeskPlay({ ops: true, sabotage: asking, text: 'My thing is odd', prepared: false });
  desk.stage.slack.places.set(VAULT_AGENTS, { kind: 'private', shared: false });
  desk.fate('ticket.create.send', 'down', 2);
  await desk.stage.pass(2_000);
  const old = threadIn(desk, AGENTS);
  const pick = { kind: 'pick-kind', team: TEAM, by: ASKER ?? AGENT, channel: OPS, picked: 'vault' } as const;
  tell(desk, { ...pick, link: linkOf(desk).id });
  await desk.stage.pass(10 * MINUTE_MS);
  assert.equal(linkOf(desk).route?.queue, 'vault');
  write(desk, AGENTS, old, 'is anybody there');
  await desk.stage.pass(MINUTE_MS);
  assert.equal(ours(desk, AGENTS).length, 1);
  assert.equal(ours(desk, VAULT_AGENTS).length, 1);
  assert.doesNotMatch(written(desk).join(), /is anybody there/);
});
