import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { z } from 'zod';
import { TicketId } from '../../../src/model/ids.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';
import { seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { call, resultOf } from '../../sandbox/servicenow/instance.ts';
import { connectorAt, draft, gist, reasonOf, type Scene, startScene, value, words } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const group = { assignment_group: 'Security Operations' };
const create = (changes: Partial<TicketDraft>) => scene.connector.create(draft(changes), scene.attempt());
/** A connector that has not seen any ticket. */
const stranger = () => connectorAt(scene.instance.baseUrl);
const field = async (table: string, id: string, name: string) => {
  const path = `/api/now/table/${table}/${id}?sysparm_fields=${name}&sysparm_exclude_reference_link=true`;
  const answer = await call(scene.instance, 'GET', path);
  return z.record(z.string(), z.string()).parse(resultOf(answer.text))[name];
};

describe('tables', () => {
  for (const { table, prefix, first } of [
    { table: 'incident', prefix: 'INC', first: 'New' },
    { table: 'sc_req_item', prefix: 'RITM', first: 'Open' },
    { table: 'change_request', prefix: 'CHG', first: 'New' },
    { table: 'sn_si_incident', prefix: 'SIR', first: 'Draft' },
  ] as const) {
    test(`${table}: opened, found again, read, commented, polled`, async () => {
      const { connector } = scene;
      const { cursor } = value(await connector.changes(null));
      const asked = draft({ target: { table, ...group } });
      const attempt = scene.attempt();
      const made = value(await connector.create(asked, attempt));
      assert.match(made.key, new RegExp(`^${prefix}\\d+$`));
      assert.equal(value(await connector.findCreated(asked, attempt))?.id, made.id);
      value(await connector.comment(words(made.id), scene.attempt()));
      const read = value(await stranger().read(made.id));
      assert.deepEqual([read.key, read.status.name, read.status.category], [made.key, first, 'new']);
      assert.equal(read.comments.length, 1);
      assert.deepEqual(value(await connector.changes(cursor)).tickets, [made.id]);
    });
  }

  test('a catalogue task that a flow made is read and answered, and no queue can open one', async () => {
    const id = scene.sandbox.putRecord('sc_task', {
      sys_class_name: 'sc_task',
      number: 'SCTASK0010001',
      short_description: 'Unpack it',
      state: '1',
      active: 'true',
    });
    const ticket = value(await stranger().read(TicketId.parse(id)));
    assert.equal(ticket.key, 'SCTASK0010001');
    const outcome = await create({ target: { table: 'sc_task', ...group } });
    assert.equal(gist(outcome), 'rejected invalid');
  });

  test('a task of another table is no ticket', async () => {
    const id = scene.sandbox.putRecord('sc_request', { sys_class_name: 'sc_request', number: 'REQ1' });
    assert.equal(gist(await scene.connector.read(TicketId.parse(id))), 'rejected not-found');
  });

  test('without its plugin a security incident is refused with the name of the plugin', async () => {
    scene.sandbox.setPolicy({ securityIncidents: false });
    const asked = draft({ target: { table: 'sn_si_incident', ...group } });
    for (const outcome of [
      await scene.connector.create(asked, scene.attempt()),
      await scene.connector.findCreated(asked, scene.attempt()),
    ]) {
      assert.equal(gist(outcome), 'rejected invalid');
      assert.match(reasonOf(outcome), /no table sn_si_incident.*com\.snc\.security_incident/);
    }
  });

  test('a change is for its requester and of its kind; from a thread it moves only where a map says so', async () => {
    const target = { table: 'change_request', ...group, type: 'emergency', impact: 1 };
    const { id } = value(await create({ target }));
    assert.equal(await field('change_request', id, 'type'), 'emergency');
    assert.equal(await field('change_request', id, 'impact'), '1');
    assert.equal(await field('change_request', id, 'requested_by'), seededId('user:ada.lovelace'));
    const { left } = value(await scene.connector.write(id, { status: 'done' }, scene.attempt()));
    assert.match(
      left[0]?.reason ?? '',
      /no state of change_request for "done".*maps\.change_request\.states/,
    );
    assert.equal(scene.seen(id).status, 'New');
  });

  test('a security incident closes with a code that the instance has', async () => {
    const { id } = value(await create({ target: { table: 'sn_si_incident', ...group } }));
    assert.deepEqual(value(await scene.connector.write(id, { status: 'done' }, scene.attempt())).left, []);
    assert.deepEqual([scene.seen(id).status, scene.seen(id).resolution], ['Closed', 'Threat mitigated']);
  });

  test('a level that the instance does not offer is left with its reason', async () => {
    const { id } = value(await create({}));
    scene.sandbox.putRecord('sys_choice', {
      sys_id: seededId('choice:incident:urgency:3'),
      inactive: 'true',
    });
    const { left } = value(await scene.connector.write(id, { urgency: 'low' }, scene.attempt()));
    assert.match(left[0]?.reason ?? '', /no urgency "3" in incident.*maps\.incident\.urgencies/);
  });

  test('whose account is linked gets the ticket, and participants watch it', async () => {
    const [account, watcher] = [seededId('user:grace.hopper'), seededId('user:alan.turing')];
    const requester = { name: 'Grace', email: 'other@example.com', account };
    const participants = [
      { name: 'Alan', email: null, account: watcher },
      { name: 'Nobody', email: 'nobody@example.com', account: 'not-an-id' },
    ];
    const { id } = value(await create({ requester, participants }));
    assert.equal(await field('incident', id, 'caller_id'), account);
    assert.equal(await field('incident', id, 'watch_list'), watcher);
  });
});

describe('the poll', () => {
  test('a place that was stored when two tables were followed is gone on from, at the earlier time', async () => {
    const { id } = value(await create({}));
    const early = { from: '2020-01-01 00:00:00', limit: 100 };
    const late = { from: '2099-01-01 00:00:00', limit: 100 };
    const older = JSON.stringify({ v: 1, incident: late, sc_req_item: early });
    const page = value(await scene.connector.changes(older));
    assert.deepEqual(page.tickets, [id]);
    assert.match(page.cursor, /"v":2/);
  });
});
