/** Forms of the owner, from the command to the ticket. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { type Story, type StoryOptions, startStory } from './rig.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const GENERAL = 'C0GENERAL';

const FORMS = {
  access: {
    title: 'Access to a system',
    summary: 'Access to {system} as {role}',
    fields: {
      system: { label: 'Which system?', required: true },
      role: { label: 'Role', required: true },
      duration: { label: 'For how long?', kind: 'duration', required: true, options: ['P1W', 'P1M'] },
      seats: { label: 'Seats', kind: 'number' },
      manager: { label: 'Manager', kind: 'person', required: true },
    },
  },
  outage: { title: 'Something is down', fields: { service: { label: 'What is down?', required: true } } },
};
const RULES = [
  {
    name: 'form-access',
    when: { form: { form: 'access' } },
    queue: 'access',
    approval: 'access',
    kind: 'iam',
  },
];

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, forms: FORMS, routing: { rules: RULES }, ...more });

async function open({ slack: { people } }: Story, text: string) {
  const answer = await people.command(ALMA, GENERAL, '/desk', text);
  assert.ok(answer.ok, answer.message ?? '');
  await until('the form is open', LIMIT_MS, () => people.views(ALMA).length === 1);
  return people.views(ALMA)[0] ?? assert.fail();
}

/** Sends the form as a person does: once more when Slack could not connect in time. The same form is one request. */
async function send(
  { slack: { people } }: Story,
  viewId: string,
  values: Parameters<typeof people.submit>[2],
) {
  await until('the form is taken', LIMIT_MS, async () => (await people.submit(ALMA, viewId, values)).ok);
}

const shownIn = (view: { readonly view: unknown }) => JSON.stringify(view.view);
const value = (text: string) => ({ value: text });

const ACCESS = {
  'ask:line:system': value('SAP'),
  'ask:line:role': value('Buyer'),
  'ask:duration:duration': value('P1M'),
  'ask:person:manager': value(BEN),
};

suite('forms', { concurrency: false }, () => {
  test('a form by its name: the answers and the end date reach the ticket, the table routes it', async (t) => {
    const people = [
      { id: ALMA, name: 'Alma Reyes', email: 'alma@acme.example', timeZone: 'Pacific/Auckland' },
      { id: BEN, name: 'Ben Okafor', email: 'ben@acme.example' },
    ];
    const story = await start(t, { workspace: { people } });
    const view = await open(story, 'access');
    assert.match(shownIn(view), /Which system\?/);
    await send(story, view.viewId, ACCESS);
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
    const ticket = story.desk.tickets()[0] ?? assert.fail();
    assert.equal(ticket.summary, 'Access to SAP as Buyer');
    assert.match(ticket.description, /Which system\? SAP/);
    assert.match(ticket.description, /Role: Buyer/);
    assert.match(ticket.description, /Manager: Ben Okafor/);
    const end = /For how long\? 1 month, until (\d{4}-\d{2}-\d{2})/.exec(ticket.description)?.[1];
    // A month later on the same day of the calendar where she lives, which is half a day before ours.
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Auckland' }).format(
      story.clock.now(),
    );
    assert.ok(
      end !== undefined && end > today && Date.parse(end) - Date.parse(today) <= 31 * 86_400_000,
      end,
    );
    const [routed] = await story.query<{ data: unknown }>(
      "select data from audit_event where kind = 'request.routed'",
    );
    assert.match(JSON.stringify(routed), /form-access/);
  });

  test('what is wrong stands at its field, and nothing was sent', async (t) => {
    const story = await start(t);
    const view = await open(story, 'new access');
    const { people } = story.slack;
    const wrong = { ...ACCESS, 'ask:line:role': value('   '), 'ask:number:seats': value('a few') };
    assert.equal((await people.submit(ALMA, view.viewId, wrong)).ok, false);
    const after = people.views(ALMA)[0] ?? assert.fail('the form is gone');
    assert.deepEqual(Object.keys(after.errors).sort(), ['ask:line:role', 'ask:number:seats']);
    const hasty = { ...ACCESS, urgent: value('urgent') };
    assert.equal((await people.submit(ALMA, view.viewId, hasty)).ok, false);
    assert.deepEqual(Object.keys(people.views(ALMA)[0]?.errors ?? {}), ['urgent_reason']);
    assert.equal((await story.query('select 1 from delivery')).length, 0);
  });

  test('the choice shows other fields at once; for somebody else, urgent, with a file', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const view = await open(story, 'my badge');
    assert.match(shownIn(view), /"initial_value":"my badge"/);
    await people.chooseInView(ALMA, view.viewId, { blockId: 'form', value: 'outage' });
    const chosen = people.views(ALMA)[0] ?? assert.fail();
    assert.equal(chosen.viewId, view.viewId);
    assert.match(shownIn(chosen), /What is down\?/);
    const file = people.uploadInView(ALMA, view.viewId, {
      name: 'screen.png',
      mime: 'image/png',
      bytes: Buffer.from('a picture'),
    });
    await send(story, view.viewId, {
      summary: value('The badge doors'),
      'ask:line:service': value('Doors'),
      behalf: value(BEN),
      urgent: value('urgent'),
      urgent_reason: value('Nobody gets in'),
      files: value(file),
    });
    await until('a ticket with its file exists', LIMIT_MS, () => story.desk.tickets()[0]?.files.length === 1);
    const ticket = story.desk.tickets()[0] ?? assert.fail();
    assert.equal(ticket.summary, 'The badge doors');
    assert.match(ticket.description, /What is down\? Doors/);
    assert.match(ticket.description, /Urgent because: Nobody gets in/);
    assert.match(ticket.description, /Asked for by Alma/);
    assert.equal(ticket.priority, 'High');
  });
});
