import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ServiceNowMaps } from '../../../src/connectors/servicenow/maps.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { WantedFields } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { emailOf, seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { call, recordOf } from '../../sandbox/servicenow/instance.ts';
import { connectorAt, draft, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
let ticket: TicketId;
beforeEach(async () => {
  scene = await startScene();
  ticket = await scene.ticket();
});
afterEach(() => scene.close());

const write = (set: WantedFields) => scene.connector.write(ticket, set, scene.attempt());
const writes = () => scene.sandbox.calls().filter((one) => one.method === 'PATCH');
const reasons = async (set: WantedFields) =>
  value(await write(set)).left.map(({ field, reason }) => `${field}: ${reason}`);
const person = (userName: string, name: string) => ({ name, email: emailOf(userName), account: null });

async function record(fields: string) {
  return recordOf(
    (await call(scene.instance, 'GET', `/api/now/table/incident/${ticket}?sysparm_fields=${fields}`)).text,
  );
}

describe('status', () => {
  test('resolving fills in what the data policy demands', async () => {
    assert.deepEqual(await reasons({ status: 'done' }), []);
    assert.deepEqual(await record('state,close_code,close_notes'), {
      state: '6',
      close_code: 'Solution provided',
      close_notes: 'Resolved from Slack by Ada Lovelace.',
    });
    assert.equal(value(await scene.connector.read(ticket)).resolution, 'Solution provided');
  });

  test('who asked for another status stands in a work note that is known as ours', async () => {
    const attempt = scene.attempt();
    value(await scene.connector.write(ticket, { status: 'active' }, attempt));
    const [note] = value(await scene.connector.read(ticket)).comments;
    assert.deepEqual([note?.visibility, note?.marker], ['internal', attempt.marker]);
    assert.match(
      scene.seen(ticket).comments[0]?.text ?? '',
      /^Ada Lovelace asked in Slack for: the status "active"\./,
    );
  });

  test('somebody with a sign-in of his own leaves his own trace, and no note', async () => {
    const grant = { account: 'tomas.lindqvist', secret: createSecret(passwordOf('tomas.lindqvist')) };
    const actor = { name: 'Tomas', grant };
    value(await scene.connector.write(ticket, { status: 'active' }, scene.attempt(), { actor }));
    assert.deepEqual(await record('state,sys_updated_by'), { state: '2', sys_updated_by: 'tomas.lindqvist' });
    assert.equal(scene.seen(ticket).comments.length, 0);
  });

  test('a ticket that is there already is left alone, also on hold and closed', async () => {
    scene.sandbox.people.setStatus(scene.agent, ticket, 'On Hold');
    value(await write({ status: 'active' }));
    assert.equal(scene.seen(ticket).status, 'On Hold (Awaiting Vendor)');
    assert.equal(value(await scene.connector.read(ticket)).status.name, 'On Hold (Awaiting Vendor)');
    for (const state of ['Resolved', 'Closed']) scene.sandbox.people.setStatus(scene.agent, ticket, state);
    value(await write({ status: 'done' }));
    assert.equal(scene.seen(ticket).status, 'Closed');
    assert.equal(writes().length, 0);
  });

  test('a closed incident cannot be reopened, and we say so', async () => {
    for (const state of ['Resolved', 'Closed']) scene.sandbox.people.setStatus(scene.agent, ticket, state);
    const [reason, ...others] = await reasons({ status: 'active' });
    assert.match(reason ?? '', /^status: .*did not keep the status "active".*cannot be reopened/);
    assert.deepEqual(others, []);
  });

  test('what is dropped in silence is left and named, the rest is written', async () => {
    scene.sandbox.setPolicy({ unwritable: ['incident.state'] });
    const [reason, ...others] = await reasons({ status: 'active', summary: 'Another title' });
    assert.match(reason ?? '', /^status: .*did not keep/);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [scene.seen(ticket).statusCategory, scene.seen(ticket).summary],
      ['new', 'Another title'],
    );
  });

  test('a policy of the instance that refuses the only wish is told in its own words', async () => {
    scene.sandbox.setPolicy({ unwritable: ['incident.close_code'] });
    const outcome = await write({ status: 'done' });
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /Resolution code/);
  });

  test('one refused wish keeps no other back', async () => {
    scene.sandbox.setPolicy({ unwritable: ['incident.close_code'] });
    const [reason, ...others] = await reasons({ status: 'done', priority: 'critical', summary: 'Written' });
    assert.match(reason ?? '', /^status: .*Resolution code/);
    assert.deepEqual(others, []);
    const { priority, summary, statusCategory } = scene.seen(ticket);
    assert.deepEqual([priority, summary, statusCategory], ['1 - Critical', 'Written', 'new']);
  });
});

describe('priority, impact and urgency', () => {
  test('a priority of an incident is written as the nearest impact and urgency that give it', async () => {
    for (const [priority, label] of [
      ['critical', '1 - Critical'],
      ['low', '4 - Low'],
      ['medium', '3 - Moderate'],
      ['high', '2 - High'],
    ] as const) {
      assert.deepEqual(await reasons({ priority }), []);
      assert.equal(scene.seen(ticket).priority, label);
    }
    assert.ok(writes().every((one) => !JSON.stringify(one.body).includes('"priority"')));
  });

  test('impact and urgency are written as they are, and a priority that they cannot give is left', async () => {
    const [reason] = await reasons({ impact: 'low', urgency: 'low', priority: 'critical' });
    assert.match(reason ?? '', /^priority: No impact and urgency/);
    const { impact, urgency, priority } = scene.seen(ticket);
    assert.deepEqual([impact, urgency, priority], ['3 - Low', '3 - Low', '5 - Planning']);
  });

  test('a request item has a priority of its own', async () => {
    const target = { table: 'sc_req_item', assignment_group: 'Identity & Access' };
    const item = value(await scene.connector.create(draft({ target }), scene.attempt())).id;
    value(await scene.connector.write(item, { priority: 'critical', impact: 'low' }, scene.attempt()));
    assert.deepEqual([scene.seen(item).priority, scene.seen(item).impact], ['1 - Critical', '3 - Low']);
  });
});

describe('people and groups', () => {
  test('somebody in the group is assigned, by account or address, and taken off again', async () => {
    assert.deepEqual(await reasons({ assignee: person('samuel.okafor', 'Samuel') }), []);
    assert.equal(value(await scene.connector.read(ticket)).assignee, 'Samuel Okafor');
    const iris = { name: 'Iris', email: null, account: seededId('user:iris.novak') };
    assert.deepEqual(await reasons({ assignee: iris }), []);
    assert.equal(scene.seen(ticket).assignee, 'Iris Novak');
    const linked = { name: 'Samuel', email: 'in-slack@example.com' };
    for (const account of ['samuel.okafor', emailOf('samuel.okafor')]) {
      assert.deepEqual(await reasons({ assignee: null }), []);
      assert.deepEqual(await reasons({ assignee: { ...linked, account } }), []);
      assert.equal(scene.seen(ticket).assignee, 'Samuel Okafor', account);
    }
    assert.deepEqual(await reasons({ assignee: null }), []);
    assert.equal(scene.seen(ticket).assignee, null);
  });

  test('who is not in the group of the ticket, not one person, or unknown is left with the reason', async () => {
    const twin = {
      userName: 'samuel.two',
      name: 'Samuel Two',
      email: emailOf('samuel.okafor'),
      active: true,
    };
    const shown = async (userName: string) =>
      (await reasons({ assignee: person(userName, 'Somebody') }))[0] ?? '';
    assert.match(await shown('grace.hopper'), /^assignee: Grace Hopper is not a member of the group/);
    assert.match(
      await shown('nobody'),
      /^assignee: ServiceNow knows no active user with the e-mail address of Somebody/,
    );
    scene.sandbox.addUser(twin);
    assert.match(await shown('samuel.okafor'), /^assignee: ServiceNow knows several users/);
    const noAddress = await reasons({ assignee: { name: 'Somebody', email: null, account: null } });
    assert.match(noAddress[0] ?? '', /^assignee: The e-mail address of Somebody is not known/);
    const gone = await reasons({ assignee: { name: 'Somebody', email: null, account: '0'.repeat(32) } });
    assert.match(gone[0] ?? '', /^assignee: The ServiceNow account of Somebody is not active/);
    assert.equal(writes().length, 0);
  });

  test('a business rule that guards the group is named', async () => {
    const outsider = person('grace.hopper', 'Grace');
    scene.sandbox.setPolicy({ memberRule: 'Members only' });
    const answer = await call(scene.instance, 'PATCH', `/api/now/table/incident/${ticket}`, {
      assigned_to: seededId('user:grace.hopper'),
    });
    assert.deepEqual([answer.status, /Members only/.test(answer.text)], [403, true]);
    assert.equal((await reasons({ assignee: outsider })).length, 1);
  });

  test('a group by its exact name, with the assignee that belongs to it', async () => {
    const set = { group: 'Endpoint Support', assignee: person('beth.anglin', 'Beth') };
    assert.deepEqual(await reasons(set), []);
    assert.deepEqual(
      [scene.seen(ticket).group, scene.seen(ticket).assignee],
      ['Endpoint Support', 'Beth Anglin'],
    );
    const [reason] = await reasons({ group: 'endpoint support' });
    assert.match(reason ?? '', /^group: ServiceNow has no group called "endpoint support"/);
  });

  test('people by address: active ones, exactly, and refused when some are hidden', async () => {
    const samuel = { account: seededId('user:samuel.okafor'), name: 'Samuel Okafor' };
    assert.deepEqual(value(await scene.connector.people('Samuel.Okafor@example.com')), [samuel]);
    assert.deepEqual(value(await scene.connector.people('nobody^active=true')), []);
    scene.sandbox.setPolicy({ unreadable: [samuel.account] });
    assert.equal(gist(await scene.connector.people('samuel.okafor@example.com')), 'rejected forbidden');
  });
});

describe('a field that somebody else changed', () => {
  test('stays as it is, with what it says now; what nobody touched is written', async () => {
    const before = value(await scene.connector.read(ticket));
    scene.sandbox.people.setField(scene.agent, ticket, 'group', 'Endpoint Support');
    scene.sandbox.people.setField(scene.agent, ticket, 'urgency', '3 - Low');
    const set = { group: 'Security Operations', urgency: 'high', summary: 'Ours' } as const;
    const { left } = value(await scene.connector.write(ticket, set, scene.attempt(), { before }));
    assert.deepEqual(
      left.map(({ field, reason }) => [field, /changed to "([^"]+)"/.exec(reason)?.[1]]),
      [
        ['urgency', '3 - Low'],
        ['group', 'Endpoint Support'],
      ],
    );
    assert.equal(scene.seen(ticket).summary, 'Ours');
  });

  test('the look-up tells written from not written', async () => {
    const set = { summary: 'Wanted', status: 'active' } as const;
    assert.equal(value(await scene.connector.findWritten(ticket, set, scene.attempt())), null);
    value(await write(set));
    assert.deepEqual(value(await scene.connector.findWritten(ticket, set, scene.attempt())), { left: [] });
  });
});

describe('maps of the configuration', () => {
  const mapped = (maps: ServiceNowMaps) => connectorAt(scene.instance.baseUrl, undefined, { maps });

  test('a map replaces the one of the base system: what it does not name is left', async () => {
    const connector = mapped({ incident: { states: { done: '8' }, priorities: { low: '5' } } });
    const set = { priority: 'low', summary: 'Written' } as const;
    assert.deepEqual(value(await connector.write(ticket, set, scene.attempt())).left, []);
    assert.equal(scene.seen(ticket).priority, '5 - Planning');
    const refused = value(
      await connector.write(ticket, { status: 'active', priority: 'high' }, scene.attempt()),
    ).left;
    assert.deepEqual(
      refused.map(({ field, reason }) => [field, /maps\.incident\.\w+/.exec(reason)?.[0]]),
      [
        ['priority', 'maps.incident.priorities'],
        ['status', 'maps.incident.states'],
      ],
    );
  });

  test('a state or resolution code that the instance does not have is never written', async () => {
    const connector = mapped({ incident: { states: { active: '42', done: '6' }, close_code: 'Magic' } });
    for (const [status, reason] of [
      ['active', /no state "42"/],
      ['done', /no resolution code "Magic"/],
    ] as const) {
      const { left } = value(await connector.write(ticket, { status }, scene.attempt()));
      assert.match(left[0]?.reason ?? '', reason);
    }
    assert.equal(writes().length, 0);
  });

  test('a custom state means what the map says', async () => {
    const connector = mapped({ incident: { states: { new: '1', active: '6', done: '7' } } });
    scene.sandbox.people.setStatus(scene.agent, ticket, 'Resolved');
    assert.equal(value(await scene.connector.read(ticket)).status.category, 'done');
    assert.equal(value(await connector.read(ticket)).status.category, 'active');
  });
});

describe('names of priorities', () => {
  const meaning = async ({ connector }: Scene, id: TicketId, names: readonly string[]) => {
    const { priorities } = connector.raw.can;
    assert.ok(priorities);
    return [...value(await connector.run(() => priorities.meaning(id, names)))];
  };

  test('they mean what the instance lists under them, whatever it calls them; what the maps leave out is what is next to it', async () => {
    const names = ['1 - Critical', '2 - High', '3 - Moderate', '4 - Low', '5 - Planning', 'Highland'];
    assert.deepEqual(await meaning(scene, ticket, names), [
      ['1 - Critical', 'critical'],
      ['2 - High', 'high'],
      ['3 - Moderate', 'medium'],
      ['4 - Low', 'low'],
      ['5 - Planning', 'low'],
    ]);
  });

  test('the maps of the owner go before', async () => {
    const own: ServiceNowMaps = {
      incident: { priorities: { critical: '2', high: '3', medium: '4', low: '5' } },
    };
    const other = await startScene({}, undefined, own);
    try {
      const id = await other.ticket();
      const names = ['1 - Critical', '2 - High', '3 - Moderate', '5 - Planning'];
      assert.deepEqual(await meaning(other, id, names), [
        ['1 - Critical', 'critical'],
        ['2 - High', 'critical'],
        ['3 - Moderate', 'high'],
        ['5 - Planning', 'low'],
      ]);
    } finally {
      await other.close();
    }
  });
});
