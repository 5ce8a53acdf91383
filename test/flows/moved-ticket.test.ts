/** What a request takes along into another queue: what has to be approved, how risky and how urgent it is, its form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormRules } from '../../src/flows/offered-forms.ts';
import { docText } from '../../src/model/doc-text.ts';
import type { FilledField } from '../../src/model/form.ts';
import { SlackUser } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { TicketDraft } from '../../src/model/ticket.ts';
import { RoutingTable } from '../../src/routing/table.ts';
import { AGENT, HELP } from '../model/paper/rules.ts';
import { TEAM } from '../model/paper/slack-state.ts';
import type { Sabotage } from '../model/processes.ts';
import { createStage, type Stage } from '../model/stage.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

const DEVICE: FormRules = {
  form: { name: 'device', title: 'A device', summary: null, fields: [] },
  from: { queue: 'help', order: [], hidden: new Set(), preset: {} },
  ticketFields: new Map(),
};
const routing = RoutingTable.parse({
  rules: [
    {
      name: 'device',
      when: { form: { form: 'device' } },
      queue: 'help',
      kind: 'device',
      target: { type: '12' },
    },
    {
      ...{ name: 'admin', when: { words: ['admin'] }, queue: 'help', kind: 'access' },
      ...{ risk: 'medium', approval: 'manager', responders: ['U7'] },
    },
    // In their own queue both have their say; before the move a rule above them decided.
    {
      name: 'server',
      when: { words: ['server'] },
      queue: 'ops',
      kind: 'server',
      risk: 'high',
      approval: 'server',
    },
    { name: 'night', when: { words: ['nobody says this'] }, queue: 'ops', kind: 'night', approval: 'night' },
    {
      name: 'vault',
      when: { words: ['nobody says this'] },
      queue: 'vault',
      kind: 'vault',
      approval: 'vault',
    },
  ],
  default: { queue: 'help' },
});

function watching(made: TicketDraft[]): Sabotage {
  return {
    world: (world) => ({
      ...world,
      rules: { ...world.rules, routing, forms: new Map([['device', DEVICE]]) },
      connectors: new Map(
        [...world.connectors].map(([id, one]) => {
          const send: typeof one.create.send = (draft, attempt) => {
            made.push(draft);
            return one.create.send(draft, attempt);
          };
          return [id, { ...one, create: { ...one.create, send } }];
        }),
      ),
    }),
  };
}

const linkIn = ({ db }: Stage) => [...db.links.values()][0] ?? assert.fail('there is no link');
async function move(stage: Stage, queue: string): Promise<void> {
  stage.slack.tell(
    { kind: 'move', team: TEAM, by: AGENT, link: linkIn(stage).id, channel: HELP, queue, why: '' },
    { channel: HELP, root: null, identity: null, type: 'interactive' },
  );
  await stage.pass(5 * MINUTE_MS);
  assert.equal(linkIn(stage).route?.queue, queue);
}
/** Of the ticket that it has now. */
const notesIn = (stage: Stage) => {
  const id = linkIn(stage).ticket?.id;
  const ticket = stage.desks.flatMap((desk) => desk.all()).find((one) => one.id === id);
  return (ticket?.comments ?? []).map(({ body }) => docText(body)).join('\n');
};
const demands = (stage: Stage) => {
  const { route } = linkIn(stage);
  return [route?.risk, route?.policies, route?.flow];
};
const open = (text: string): Promise<DeskPlay> => openDeskPlay({ text, sabotage: watching([]) });

test('what had to be approved still has to be, and what the new queue asks for comes on top', async () => {
  const { stage } = await open('Make me admin of the server');
  assert.deepEqual(
    demands(stage),
    ['high', ['manager', 'server'], 'approval'],
    'words only ever ask for more',
  );
  await move(stage, 'vault');
  assert.deepEqual(demands(stage), ['high', ['manager', 'server', 'vault'], 'approval']);
  assert.match(notesIn(stage), /It needs an approval \(manager, server, vault\)/);
  assert.match(linkIn(stage).route?.reason ?? '', /Moved here from Help.*still needs approval "manager"/);
  assert.deepEqual(linkIn(stage).route?.responders, []);
});

test('a request is judged by the rules of the queue in which it lies now', async () => {
  const { stage } = await openDeskPlay({ text: 'The server is down', ops: true, sabotage: watching([]) });
  assert.equal(linkIn(stage).route?.queue, 'ops');
  await move(stage, 'help');
  assert.deepEqual(demands(stage), ['high', ['server'], 'approval']);
  const plain = await open('The printer is jammed');
  assert.deepEqual(demands(plain.stage), ['low', [], 'ticket']);
  await move(plain.stage, 'vault');
  assert.deepEqual(demands(plain.stage), ['low', ['vault'], 'approval'], 'all that goes there needs it');
  await move(plain.stage, 'help');
  assert.deepEqual(demands(plain.stage)[1], ['vault'], 'there and back sheds nothing');
  const other = await open('The printer is jammed');
  await move(other.stage, 'ops');
  assert.deepEqual(demands(other.stage), ['low', [], 'ticket'], 'of two kinds nobody knows which it is');
  assert.doesNotMatch(notesIn(other.stage), /needs an approval/);
});

test('how urgent it has become on the old ticket goes along', async () => {
  const made: TicketDraft[] = [];
  const play = await openDeskPlay({ sabotage: watching(made) });
  const ticket = play.ticket();
  play.stage.desks[0]?.change(ticket, { fields: { ...ticket.fields, priority: 'critical' } });
  await play.stage.pass(MINUTE_MS);
  await move(play.stage, 'ops');
  assert.deepEqual(
    made.map(({ priority }) => priority),
    ['medium', 'critical'],
  );
  assert.equal(linkIn(play.stage).route?.priority, 'critical');
  const strange = await openDeskPlay({ sabotage: watching(made) });
  const named = strange.ticket();
  strange.stage.desks[0]?.change(named, { fields: { ...named.fields, priority: 'Whenever' } });
  await strange.stage.pass(MINUTE_MS);
  await move(strange.stage, 'ops');
  assert.equal(made.at(-1)?.priority, 'medium', 'what nobody can read stays what the table said');
});

test('the answers of its form stand on every ticket in words, and as fields where the form is the same', async () => {
  const made: TicketDraft[] = [];
  const stage = await createStage(watching(made));
  const by = SlackUser.parse('U1');
  const owner: FilledField = {
    ...{ id: '@owner', label: 'Owner', kind: 'person', answer: '<@U3>', shown: '<@U3>' },
  };
  const form: Extract<Intake, { kind: 'open-from-form' }> = {
    ...{ kind: 'open-from-form', team: TEAM, by, submission: 'V1', summary: 'A laptop', details: '' },
    ...{ fields: { form: 'device' }, channel: null, answers: {}, onBehalfOf: null, participants: [] },
    ...{ urgent: false, files: [], filled: { name: 'device', fields: [owner] } },
  };
  stage.slack.tell(form, { channel: null, root: null, identity: null, type: 'interactive' });
  await stage.pass(5 * MINUTE_MS);
  for (const queue of ['ops', 'help']) await move(stage, queue);
  const [first, away, back] = made;
  assert.ok(first && away && back && made.length === 3);
  assert.deepEqual([first.target, first.answers], [{ type: '12' }, { owner: 'U3@example.com' }]);
  assert.deepEqual(away.answers, {}, 'another system has other fields');
  assert.match(docText(away.description), /Owner: Name of U3/);
  assert.deepEqual([back.target, back.answers], [first.target, first.answers]);
});
