/** A form that the ticket system refused is answered again: what it says now is what is routed, judged and sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormRules } from '../../src/flows/offered-forms.ts';
import { docText } from '../../src/model/doc-text.ts';
import { SlackUser } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { BodyOf } from '../../src/model/link.ts';
import { RoutingTable } from '../../src/routing/table.ts';
import { NOTHING_TO_FILL, SENT_AGAIN } from '../../src/texts/vendor-forms.ts';
import { HELP } from '../model/paper/rules.ts';
import { directChannel, TEAM } from '../model/paper/slack-state.ts';
import { wordsIn } from '../model/paper-slack.ts';
import type { Sabotage } from '../model/processes.ts';
import { createStage, type Stage } from '../model/stage.ts';
import { MINUTE_MS } from './desk-play.ts';

const ASKER = SlackUser.parse('U1');
type Form = Extract<Intake, { kind: 'open-from-form' }>;

const DEVICE: FormRules = {
  form: { name: 'device', title: 'A device', summary: null, fields: [] },
  from: { queue: 'help', order: [], hidden: new Set(), preset: {} },
  ticketFields: new Map(),
};
const when = (size?: string) => ({
  form: { form: 'device', ...(size === undefined ? {} : { '@size': size }) },
});
const routing = RoutingTable.parse({
  rules: [
    { name: 'secret', when: when('secret'), queue: 'vault', kind: 'secret', privacy: 'private' },
    {
      ...{ name: 'big', when: when('big'), queue: 'help', kind: 'device', priority: 'high' },
      ...{ risk: 'high', approval: 'spending', group: 'Buyers' },
    },
    { name: 'small', when: when(), queue: 'help', kind: 'device', risk: 'medium', approval: 'manager' },
    { name: 'gear', when: { words: ['nobody says this'] }, queue: 'help', kind: 'gear', approval: 'gear' },
  ],
  default: { queue: 'help' },
});

interface Play {
  readonly stage: Stage;
  /** The forms of the owner, as they are from now on. */
  readonly forms: Map<string, FormRules>;
  /** Is done between the reading of a correction and its writing. */
  meanwhile: () => void;
  correct(size: string, more?: Partial<Form>): Promise<void>;
}

/** A form whose ticket was refused, and waits for whoever corrects it. */
async function refused(size: string, more: Partial<Form> = {}): Promise<Play> {
  const forms = new Map([['device', DEVICE]]);
  const sabotage: Sabotage = {
    world: (world) => ({
      ...world,
      rules: { ...world.rules, forms, routing },
      store: {
        ...world.store,
        links: {
          ...world.store.links,
          factsOf(id) {
            play.meanwhile();
            return world.store.links.factsOf(id);
          },
        },
      },
    }),
  };
  const stage = await createStage(sabotage);
  let sent = 0;
  async function send(answer: string, rest: Partial<Form>): Promise<void> {
    sent += 1;
    const field = { id: '@size', label: 'Size', kind: 'choice', answer, shown: `a ${answer} one` } as const;
    const intake: Form = {
      ...{ kind: 'open-from-form', team: TEAM, by: ASKER, submission: `V${sent}` },
      ...{ summary: 'A laptop', details: '', fields: { form: 'device', '@size': answer }, channel: null },
      ...{ answers: {}, onBehalfOf: null, participants: [], urgent: false, files: [] },
      ...{ filled: { name: 'device', fields: [field] }, ...rest },
    };
    stage.slack.tell(intake, { channel: null, root: null, identity: null, type: 'interactive' });
    await stage.pass(10 * MINUTE_MS);
  }
  const play: Play = {
    ...{ stage, forms, meanwhile: () => {} },
    correct: (answer, rest = {}) => send(answer, { again: linkIn(stage).id, ...rest }),
  };
  stage.weather.planned.push({ at: 'ticket.create.send', fate: 'refused', left: 1, ms: 0 });
  await send(size, more);
  assert.equal(createIn(stage).state, 'parked');
  return play;
}

const linkIn = ({ db }: Stage) => [...db.links.values()][0] ?? assert.fail('there is no link');
function createIn({ db }: Stage) {
  const [row, ...others] = [...db.operations.values()].filter(({ body }) => body.kind === 'create');
  assert.ok(row !== undefined && others.length === 0, 'one request is one creation');
  return { ...row, body: row.body as BodyOf<'create'> };
}
const ticketsOf = ({ desks }: Stage) => desks.flatMap((desk) => desk.all());
const told = ({ slack }: Stage) => slack.messages(directChannel(ASKER)).now().map(wordsIn).join('\n');
const audited = ({ db }: Stage, kind: string) => db.audit.filter((row) => row.kind === kind).length;
const judgedBy = (stage: Stage) => {
  const { route, facts } = linkIn(stage);
  return { rule: route?.rule, risk: route?.risk, policies: route?.policies, size: facts?.form['@size'] };
};

test('the answers of the corrected form are what is routed and judged, and nothing that the first ones asked for is lost', async () => {
  const { stage, correct } = await refused('small', { urgent: true });
  assert.deepEqual(judgedBy(stage), { rule: 'small', risk: 'medium', policies: ['manager'], size: 'small' });
  await correct('big');
  assert.deepEqual(judgedBy(stage), {
    ...{ rule: 'big', risk: 'high', policies: ['manager', 'spending'], size: 'big' },
  });
  const { route, facts } = linkIn(stage);
  assert.deepEqual([route?.queue, route?.flow, route?.priority], ['help', 'approval', 'high']);
  assert.equal(facts?.urgent, true, 'urgent it was, and was not asked about again');
  const [ticket, ...others] = ticketsOf(stage);
  assert.ok(ticket !== undefined && others.length === 0);
  assert.match(docText(ticket.description), /a big one/);
  assert.doesNotMatch(docText(ticket.description), /a small one/);
  const { body } = createIn(stage);
  assert.deepEqual([body.answers, body.group], [{ size: 'big' }, 'Buyers']);
  assert.deepEqual(
    body.typed?.fields.map(({ answer }) => answer),
    ['big'],
  );
  const notes = ticket.comments.map((comment) => docText(comment.body)).join('\n');
  assert.match(notes, /It needs an approval \(manager, spending\)/);
  assert.equal(audited(stage, 'form.corrected'), 1);
});

test('harmless answers the second time make nothing harmless', async () => {
  const { stage, correct } = await refused('big');
  await correct('small');
  assert.deepEqual(judgedBy(stage), {
    ...{ rule: 'small', risk: 'high', policies: ['spending', 'manager'], size: 'small' },
  });
  assert.match(linkIn(stage).route?.reason ?? '', /spending/);
  assert.equal(createIn(stage).body.group, undefined, 'whose group it was is decided anew');
});

test('answers that belong to another queue are not sent there under way: the person is told, and can correct them again', async () => {
  const { stage, correct } = await refused('small');
  const before = { judged: judgedBy(stage), body: createIn(stage).body };
  await correct('secret');
  assert.deepEqual({ judged: judgedBy(stage), body: createIn(stage).body }, before);
  assert.deepEqual([createIn(stage).state, ticketsOf(stage).length], ['parked', 0]);
  assert.match(told(stage), /belongs to Vault.*not.*Help.*Open a new request/s);
  assert.deepEqual([audited(stage, 'form.corrected'), audited(stage, 'form.refused')], [0, 1]);
  assert.doesNotMatch(told(stage), new RegExp(SENT_AGAIN));
  await correct('big');
  assert.equal(ticketsOf(stage).length, 1);
});

test('a kind that the person chose by a button stays chosen', async () => {
  const { stage, correct } = await refused('small');
  const { facts } = linkIn(stage);
  assert.ok(facts);
  const chosen = { ...facts, kind: 'gear', form: { ...facts.form, kind: 'gear' } };
  stage.db.change(linkIn(stage), { facts: chosen });
  await correct('big');
  const { form, kind } = linkIn(stage).facts ?? assert.fail();
  assert.deepEqual([form['kind'], kind, form['@size']], ['gear', 'gear', 'big']);
  assert.ok(linkIn(stage).route?.policies.includes('gear'));
});

test('of a form that asks nothing of the ticket system any more, no earlier answers stay', async () => {
  const { stage, forms, correct } = await refused('small');
  forms.set('device', { ...DEVICE, from: null });
  await correct('big', { filled: { name: 'device', fields: [] }, fields: { form: 'device' } });
  const { body } = createIn(stage);
  assert.deepEqual([body.typed, body.answers, body.peopleIn], [undefined, {}, []]);
  assert.equal(judgedBy(stage).size, undefined);
});

test('what an operator has sent meanwhile is not said to be sent again', async () => {
  const play = await refused('small');
  const { stage } = play;
  play.meanwhile = () =>
    stage.db.change(stage.db.operations.get(createIn(stage).id) ?? assert.fail(), { state: 'ready' });
  await play.correct('big', { channel: HELP });
  const [ticket] = ticketsOf(stage);
  assert.match(docText(ticket?.description ?? assert.fail()), /a small one/);
  assert.deepEqual(judgedBy(stage).size, 'small', 'the facts are those of what was sent');
  assert.equal(audited(stage, 'form.corrected'), 0);
  assert.doesNotMatch(told(stage), new RegExp(SENT_AGAIN));
  assert.deepEqual(
    stage.slack.whispers.map(({ text }) => text),
    [NOTHING_TO_FILL],
  );
});
