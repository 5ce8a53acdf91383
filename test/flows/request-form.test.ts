/** What a form says beyond its words: for whom, who shall hear of it, the answers, the files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docText } from '../../src/model/doc-text.ts';
import type { DeskFieldKind, FilledField } from '../../src/model/form.ts';
import { SlackUser } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { TicketDraft } from '../../src/model/ticket.ts';
import { directChannel, TEAM } from '../model/paper/slack-state.ts';
import { wordsIn } from '../model/paper-slack.ts';
import type { Sabotage } from '../model/processes.ts';
import { createStage } from '../model/stage.ts';
import { MINUTE_MS } from './desk-play.ts';

const [ASKER, BOSS, HELPER] = [SlackUser.parse('U1'), SlackUser.parse('U2'), SlackUser.parse('U3')];
type Form = Extract<Intake, { kind: 'open-from-form' }>;

/** Every question of the owner's form goes to a field of the ticket system's own. */
const FORMS = new Map([
  [
    'access',
    {
      form: { name: 'access', title: 'Access', summary: null, fields: [] },
      from: null,
      ticketFields: new Map([
        ['manager', 'field-manager'],
        ['why', 'field-why'],
        ['tags', 'field-tags'],
      ]),
    },
  ],
]);

/** Everybody's linked account is `account-of-` his id, but the helper's, who linked none. */
function watching(made: TicketDraft[]): Sabotage {
  return {
    world: (world) => ({
      ...world,
      rules: { ...world.rules, forms: FORMS },
      store: {
        ...world.store,
        accounts: {
          ...world.store.accounts,
          get: async (user, connector) =>
            user === HELPER
              ? null
              : {
                  user,
                  connector,
                  account: `account-of-${user}`,
                  grant: null,
                  consented: false,
                  refused: null,
                },
        },
      },
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

async function sent(form: Partial<Form>) {
  const made: TicketDraft[] = [];
  const stage = await createStage(watching(made));
  const bytes = Buffer.from('a picture');
  const file = { id: stage.slack.nextFile(), name: 'crash.png', mime: 'image/png', size: 9, permalink: null };
  stage.slack.uploads.push({ ...file, bytes });
  stage.slack.tell(
    {
      kind: 'open-from-form',
      team: TEAM,
      by: ASKER,
      submission: 'V1',
      summary: 'A new laptop',
      details: 'It does not start.',
      fields: {},
      channel: null,
      answers: {},
      onBehalfOf: null,
      participants: [],
      urgent: false,
      files: [file],
      ...form,
    },
    { channel: null, root: null, identity: null, type: 'interactive' },
  );
  await stage.pass(10 * MINUTE_MS);
  const [draft, ...more] = made;
  assert.ok(draft !== undefined && more.length === 0, 'one ticket was made');
  const [ticket] = stage.desks.flatMap((desk) => desk.all());
  assert.ok(ticket);
  const said = (user: SlackUser) => stage.slack.messages(directChannel(user)).now().map(wordsIn);
  return { draft, ticket, stage, bytes, said };
}

test('asked for somebody else: it is his, and whoever asked is named and hears of it', async () => {
  const { draft, said, stage } = await sent({
    onBehalfOf: BOSS,
    participants: [HELPER, BOSS, ASKER, HELPER],
  });
  assert.deepEqual(draft.requester, {
    name: 'Name of U2',
    email: 'U2@example.com',
    account: 'account-of-U2',
  });
  assert.deepEqual(draft.participants, [
    { name: 'Name of U1', email: 'U1@example.com', account: 'account-of-U1' },
    { name: 'Name of U3', email: 'U3@example.com', account: null },
  ]);
  assert.match(
    docText(draft.description),
    /^It does not start\.\n+Asked for by Name of U1\.\nTo be kept informed: Name of U3\./,
  );
  assert.deepEqual(
    [...stage.db.links.values()].map(({ requester }) => requester),
    [BOSS],
  );
  assert.equal(said(ASKER).length, 0);
  assert.match(said(BOSS).join('\n'), /Name of U1 asked for this on your behalf/);
});

test('asked for himself: nobody else is named, and nothing is told', async () => {
  const { draft, said } = await sent({ files: [] });
  assert.deepEqual(draft.participants, []);
  assert.equal(docText(draft.description).trim(), 'It does not start.');
  assert.doesNotMatch(said(ASKER).join('\n'), /on your behalf/);
  assert.equal(draft.priority, 'medium');
});

test('answers travel; people of Slack in them become those whom the ticket system knows', async () => {
  const answers = { site: 'Home', owner: '<@U2>', helpers: ['<@U3>', 'x <@U2>'], text: 'see <@U2>' };
  const { draft } = await sent({ answers });
  assert.deepEqual(draft.answers, {
    site: 'Home',
    owner: 'account-of-U2',
    helpers: ['U3@example.com', 'x <@U2>'],
    text: 'see <@U2>',
  });
});

test('what somebody types is his own words, also when it looks like a person of Slack', async () => {
  const answered = (id: string, kind: DeskFieldKind, answer: FilledField['answer']): FilledField => ({
    ...{ id, label: id, kind, answer, shown: answer },
  });
  const { draft } = await sent({
    filled: {
      name: 'access',
      fields: [
        answered('manager', 'person', '<@U2>'),
        answered('why', 'line', '<@U2>'),
        answered('tags', 'choices', ['<@U2>', 'x']),
      ],
    },
  });
  assert.deepEqual(draft.answers, {
    'field-manager': 'account-of-U2',
    'field-why': '<@U2>',
    'field-tags': ['<@U2>', 'x'],
  });
});

test('the files of a form go onto the ticket with their bytes', async () => {
  const { ticket, draft, bytes, stage } = await sent({});
  assert.match(docText(draft.description), /File: crash\.png/);
  assert.deepEqual(
    ticket.files.map(({ name, bytes: there }) => [name, Buffer.from(there).equals(bytes)]),
    [['crash.png', true]],
  );
  const [item] = [...stage.db.items.values()].filter(({ kind }) => kind === 'file');
  assert.deepEqual([item?.channel, item?.parent, item?.copies.length], [null, null, 1]);
});

test('urgent is high at least', async () => {
  const { draft } = await sent({ urgent: true });
  assert.equal(draft.priority, 'high');
  assert.match(draft.reason, /marked as urgent/);
});
