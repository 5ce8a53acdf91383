/** Forms whose questions are those of the ticket system, from the command to its real fields. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { LinkId } from '../../src/model/ids.ts';
import { IT_DESK, type JiraRequestType } from '../../src/sandbox/jira/desk-seed.ts';
import { SEED_PROJECTS } from '../../src/sandbox/jira/seed.ts';
import { CATALOG, type CatalogItem, type Variable } from '../../src/sandbox/servicenow/catalog-items.ts';
import { emailOf, seededId } from '../../src/sandbox/servicenow/seed.ts';
import { startSite } from '../sandbox/jira/site.ts';
import { type Instance, startInstance } from '../sandbox/servicenow/instance.ts';
import { until } from '../support/until.ts';
import { DESK_HOOK_SECRET, DESK_SECRET } from './desks.ts';
import { type Story, type StoryOptions, startStory } from './rig.ts';
import { jiraDeskAt, jsmKind, requestItemKind, serviceNowDeskAt } from './vendor-desks.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const GENERAL = 'C0GENERAL';
const OFFICE = 'customfield_10073';
const ASSET = 'customfield_10071';
const COST = 'customfield_10076';

const value = (text: string | readonly string[]) => ({ value: text });
const shown = (view: { readonly view: unknown } | undefined) => JSON.stringify(view?.view ?? '');
const viewOf = ({ slack: { people } }: Story) => people.views(ALMA)[0] ?? assert.fail('no form is open');

/** Opens the form as often as it takes until it shows what is looked for: its questions are read in the background. */
async function open({ slack: { people } }: Story, name: string, until_: RegExp) {
  await until(`the form shows ${until_}`, LIMIT_MS, async () => {
    const answer = await people.command(ALMA, GENERAL, '/desk', name);
    assert.ok(answer.ok, answer.message ?? '');
    return until_.test(shown(people.views(ALMA)[0]));
  });
  return people.views(ALMA)[0] ?? assert.fail();
}

const send = ({ slack: { people } }: Story, viewId: string, values: Parameters<typeof people.submit>[2]) =>
  people.submit(ALMA, viewId, values);

/** Sends a form as a person does: once more when Slack could not connect in time. */
const taken = (story: Story, viewId: string, values: Parameters<Story['slack']['people']['submit']>[2]) =>
  until('the form is taken', LIMIT_MS, async () => (await send(story, viewId, values)).ok);
const pressed = (
  { slack: { people } }: Story,
  { channel, ts }: { readonly channel: string; readonly ts: string },
) =>
  until('it is pressed', LIMIT_MS, async () => (await people.click(ALMA, channel, ts, 'desk_fill_again')).ok);

/** A notice of ours to her that matches, with its place. */
function toldHer({ slack: { people } }: Story, pattern: RegExp) {
  const direct = people.channels().find(({ isIm, members }) => isIm && members.includes(ALMA));
  const found = direct === undefined ? [] : people.messages(direct.id);
  const message = found.findLast((one) => pattern.test(JSON.stringify(one)));
  return message === undefined || direct === undefined ? null : { channel: direct.id, ts: message.ts };
}

const DEVICE: NonNullable<StoryOptions['forms']> = {
  device: {
    title: 'Replace a device',
    summary: 'Replace {@customfield_10071}',
    from: { queue: 'general', order: [OFFICE], hidden: [COST], preset: { customfield_10075: '2026-12-01' } },
    fields: { why: { label: 'Why now?', required: true } },
  },
};
const TO_DEVICE = {
  name: 'form-device',
  when: { form: { form: 'device' } },
  queue: 'general',
  kind: 'device',
  target: { request_type: '12' },
};

/** A service desk whose administrator can change what its form asks. */
async function jsmStory(t: Parameters<typeof startStory>[0], formsEveryMs: number) {
  const asks = [...(IT_DESK.requestTypes.find(({ id }) => id === '12')?.asks ?? assert.fail())];
  const offices = ['Lisbon', 'Madrid', 'Home'];
  const requestTypes = IT_DESK.requestTypes.map(
    (type): JiraRequestType => (type.id === '12' ? { ...type, asks } : type),
  );
  const projects = SEED_PROJECTS.map((project) =>
    project.key !== 'ITSD' || project.desk === null
      ? project
      : {
          ...project,
          desk: { ...project.desk, requestTypes },
          extras: project.extras.map((field) =>
            field.id === OFFICE ? { ...field, options: offices } : field,
          ),
        },
  );
  let site: Awaited<ReturnType<typeof startSite>> | undefined;
  const story = await startStory(t, {
    kind: jsmKind,
    async desk(clock) {
      site = await startSite({ clock, projects, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
      return jiraDeskAt(site);
    },
    forms: DEVICE,
    routing: { rules: [TO_DEVICE] },
    formsEveryMs,
  });
  const requests = () => site?.sandbox.people.tickets() ?? [];
  /** Custom fields of the last request that was sent. */
  function sent() {
    const call = site?.sandbox.calls().findLast((one) => one.call === 'POST /rest/servicedeskapi/request');
    const body = z.object({ requestFieldValues: z.record(z.string(), z.unknown()) }).parse(call?.body);
    return Object.fromEntries(
      Object.entries(body.requestFieldValues).filter(([id]) => id.startsWith('customfield_')),
    );
  }
  return { story, requests, sent, asks, offices };
}

const DEVICE_ANSWERS = {
  'ask:line:why': value('It fell'),
  [`ask:line:@${ASSET}`]: value('NB-0042'),
  [`ask:choice:@${OFFICE}`]: value('3'),
  'ask:choices:@customfield_10074': value(['1', '2']),
};

const Order = z.object({ variables: z.record(z.string(), z.string()) });

suite('forms of the ticket system', { concurrency: false }, () => {
  test("a request type's own fields are asked, reach the ticket as fields and stand in its words once", async (t) => {
    const { story, requests, sent } = await jsmStory(t, 60_000);
    const view = await open(story, 'device', /Asset tag/);
    const words = shown(view);
    assert.match(words, /Why now\?.*Office.*Asset tag/);
    assert.match(words, /It stands on the back of the device/);
    for (const left of ['Estimated cost', 'Broken since', 'Building and floor', 'Components'])
      assert.doesNotMatch(words, new RegExp(left));
    await taken(story, view.viewId, DEVICE_ANSWERS);
    await until('a ticket exists', LIMIT_MS, () => requests().length === 1);
    const ticket = requests()[0] ?? assert.fail();
    assert.equal(ticket.summary, 'Replace NB-0042');
    assert.equal(ticket.description.match(/Asset tag: NB-0042/g)?.length, 1);
    assert.match(ticket.description, /Office: Home/);
    assert.match(ticket.description, /Needs: Loan device, Courier/);
    assert.deepEqual(sent(), {
      [ASSET]: 'NB-0042',
      [OFFICE]: { id: '3' },
      customfield_10074: [{ id: '1' }, { id: '2' }],
      customfield_10075: '2026-12-01',
    });
  });

  test('what changed since the form was opened comes back at its field, with what was typed', async (t) => {
    const { story, requests, asks, offices } = await jsmStory(t, 50);
    const view = await open(story, 'device', /Asset tag/);
    offices.pop();
    asks.push({ field: 'components', required: false });
    const cost = asks.findIndex(({ field }) => field === 'customfield_10072');
    asks[cost] = { field: 'customfield_10072', required: true };
    const { people } = story.slack;
    await until('the change is known', LIMIT_MS, async () => {
      await people.command(BEN, GENERAL, '/desk', 'device');
      return !/"Home"/.test(shown(people.views(BEN)[0]));
    });
    await taken(story, view.viewId, DEVICE_ANSWERS);
    const again = viewOf(story);
    assert.equal(again.viewId, view.viewId);
    const words = shown(again);
    assert.match(words, /has changed while you filled it in/);
    assert.match(words, /no longer offered/);
    assert.match(words, /asks for this now/);
    assert.match(words, /"initial_value":"NB-0042"/);
    assert.equal((await story.query('select 1 from delivery')).length, 0, 'nothing was sent');
    const right = {
      [`ask:choice:@${OFFICE}`]: value('2'),
      'ask:text:@customfield_10072': value('Turned it off and on'),
    };
    await taken(story, view.viewId, right);
    await until('a ticket exists', LIMIT_MS, () => requests().length === 1);
    assert.match(requests()[0]?.description ?? '', /Office: Madrid/);
  });

  test('what Jira refuses later comes back with a button; the corrected form is the same request', async (t) => {
    const { story, requests, asks, offices } = await jsmStory(t, 3_600_000);
    const view = await open(story, 'device', /Asset tag/);
    offices.pop();
    const steps = asks.findIndex(({ field }) => field === 'customfield_10072');
    asks[steps] = { field: 'customfield_10072', required: true };
    await taken(story, view.viewId, DEVICE_ANSWERS);
    await until('she is told', LIMIT_MS, () => toldHer(story, /desk_fill_again/) !== null);
    assert.equal(requests().length, 0);
    const told = toldHer(story, /desk_fill_again/) ?? assert.fail();
    const { people } = story.slack;
    await pressed(story, told);
    await until('the form stands', LIMIT_MS, () => /NB-0042/.test(shown(people.views(ALMA)[0])));
    const words = shown(viewOf(story));
    assert.match(words, /The ticket system did not take it/);
    assert.match(words, /no longer offered/);
    assert.match(words, /asks for this now/);
    const right = {
      [`ask:choice:@${OFFICE}`]: value('1'),
      'ask:text:@customfield_10072': value('Turned it off and on'),
    };
    await taken(story, viewOf(story).viewId, right);
    await until('a ticket exists', LIMIT_MS, () => requests().length === 1);
    assert.match(requests()[0]?.description ?? '', /Office: Lisbon/);
    await until('the request lives', LIMIT_MS, async () => {
      const links = await story.query<{ state: string }>('select state from link');
      return links.length === 1 && links[0]?.state === 'live';
    });
    const [link] = await story.query<{ id: string }>('select id from link');
    const facts = await story.bridge.world.store.links.factsOf(LinkId.parse(link?.id));
    assert.equal(facts?.form[`@${OFFICE}`], '1', 'whoever approves it is asked about these answers');
    await pressed(story, told);
    await until('it is over', LIMIT_MS, () =>
      /does not wait for its form/.test(shown(people.views(ALMA)[0])),
    );
  });

  test('a catalogue item of ServiceNow: its variables are ordered; a choice that is gone comes back', async (t) => {
    const sizes: Variable = {
      name: 'model',
      label: 'Model',
      friendly_type: 'select_box',
      mandatory: true,
      choices: [
        { label: 'Light', value: 'light' },
        { label: 'Strong', value: 'strong' },
      ],
    };
    const catalog: CatalogItem[] = CATALOG.map((item) => ({ ...item }));
    const laptop = catalog.findIndex(({ name }) => name === 'New laptop');
    let instance: Instance | undefined;
    const story = await startStory(t, {
      kind: requestItemKind,
      async desk(clock) {
        const common = { clock, password: DESK_SECRET, hookSecret: DESK_HOOK_SECRET };
        instance = await startInstance({ ...common, catalog });
        return serviceNowDeskAt(instance);
      },
      forms: { laptop: { title: 'A new laptop', from: { queue: 'access' } } },
      routing: {
        rules: [
          {
            name: 'form-laptop',
            when: { form: { form: 'laptop' } },
            queue: 'access',
            kind: 'device',
            target: { cat_item: seededId('item:New laptop') },
          },
        ],
      },
      formsEveryMs: 3_600_000,
      workspace: {
        people: [
          { id: ALMA, name: 'Alma Reyes', email: emailOf('ada.lovelace') },
          { id: BEN, name: 'Ben Okafor', email: emailOf('grace.hopper') },
        ],
      },
    });
    const view = await open(story, 'laptop', /For your manager/);
    assert.doesNotMatch(shown(view), /Building|Reference/);
    const missing = await send(story, view.viewId, { summary: value('A laptop') });
    assert.equal(missing.ok, false);
    assert.deepEqual(Object.keys(viewOf(story).errors).sort(), ['ask:choice:@model', 'ask:text:@why']);

    const item = catalog[laptop] ?? assert.fail();
    const box = item.variables.map((one) =>
      one.name === 'box' ? { ...one, children: [{ ...sizes, choices: sizes.choices?.slice(1) ?? [] }] } : one,
    );
    catalog[laptop] = { ...item, variables: box };
    const typed = {
      summary: value('A laptop'),
      'ask:choice:@model': value('light'),
      'ask:text:@why': value('The old one is broken'),
      'ask:yes-no:@remote': value('true'),
      'ask:date:@needed_by': value('2026-12-01'),
    };
    await taken(story, view.viewId, typed);
    await until('she is told', LIMIT_MS, () => toldHer(story, /does not offer/) !== null);
    assert.equal(story.desk.tickets().length, 0);
    const told = toldHer(story, /desk_fill_again/) ?? assert.fail();
    await pressed(story, told);
    await until('the form stands', LIMIT_MS, () => /old one/.test(shown(viewOf(story))));
    assert.match(shown(viewOf(story)), /no longer offered/);
    assert.doesNotMatch(shown(viewOf(story)), /"light"/);
    await taken(story, viewOf(story).viewId, { 'ask:choice:@model': value('strong') });
    const made = () => story.desk.tickets().find(({ key }) => key.startsWith('RITM'));
    await until('it is ordered', LIMIT_MS, () => made()?.summary === 'A laptop');
    assert.match(made()?.description ?? '', /Model: Strong/);
    const ordered = instance?.sandbox.calls().findLast(({ path }) => path.endsWith('/order_now'))?.body;
    const { deskbridge_reference: _, ...variables } = Order.parse(ordered).variables;
    assert.deepEqual(variables, {
      ...{ model: 'strong', why: 'The old one is broken', needed_by: '2026-12-01', remote: 'true' },
    });
  });

  test('nothing is known yet: the form says so and takes free words', async (t) => {
    const story = await startStory(t, {
      kind: jsmKind,
      async desk(clock) {
        const site = await startSite({ clock, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
        await site.cut();
        return jiraDeskAt(site);
      },
      forms: DEVICE,
      routing: { rules: [TO_DEVICE] },
    });
    const view = await open(story, 'device', /not known yet/);
    assert.match(shown(view), /Why now\?.*Details/);
  });
});
