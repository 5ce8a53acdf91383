import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { TicketId } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { Author } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { utcText } from '../../../src/sandbox/servicenow/wall-time.ts';
import { connectorAt, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());
const LIMITS = { timeoutMs: 10_000 };
const grace: Author = {
  name: 'Grace Hopper',
  grant: { account: 'grace.hopper', secret: createSecret(passwordOf('grace.hopper')) },
};

describe('knowledge', () => {
  const base = (title: string) => scene.sandbox.putRecord('kb_knowledge_base', { title });
  const write = (number: string, more: Readonly<Record<string, string>>) =>
    scene.sandbox.putRecord('kb_knowledge', { number, short_description: number, text: '', ...more });
  const search = (words: string, as: Author | null = null, limit = 5, connector = scene.connector) =>
    connector.io.run('ticket.read', LIMITS, async () => {
      assert.ok(connector.raw.can.knowledge);
      return connector.raw.can.knowledge.search(words, { limit, as });
    });

  test('articles come the best first, as plain text with a link', async () => {
    const kb_knowledge_base = base('IT');
    write('KB0000001', { text: 'The printer and the printer queue', kb_knowledge_base });
    write('KB0000002', { text: '<p>A printer &amp; more</p>', short_description: 'Printers' });
    const [first, second, ...others] = value(await search('printer'));
    assert.equal(others.length, 0);
    assert.deepEqual(first, {
      id: first?.id,
      title: 'KB0000001',
      excerpt: 'The printer and the printer queue',
      url: `${scene.instance.baseUrl}/kb_view.do?sysparm_article=KB0000001`,
      base: 'IT',
    });
    assert.match(first?.id ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual([second?.excerpt, second?.base], ['A printer & more', null]);
    assert.equal(value(await search('printer', null, 1)).length, 1);
    assert.deepEqual(value(await search('  ')), []);
  });

  test('a person’s own sign-in sees what that person may read', async () => {
    write('KB0000003', { text: 'payroll secrets', readers: seededId('user:deskbridge.bot') });
    assert.equal(value(await search('payroll')).length, 1);
    assert.deepEqual(value(await search('payroll', grace)), []);
  });

  test('only the named knowledge bases are searched', async () => {
    const open = base('Open');
    write('KB0000004', { text: 'vpn', kb_knowledge_base: open });
    write('KB0000005', { text: 'vpn', kb_knowledge_base: base('Agents only') });
    const narrow = connectorAt(scene.instance.baseUrl, undefined, { knowledgeBases: [open] });
    assert.deepEqual(
      value(await search('vpn', null, 5, narrow)).map(({ base }) => base),
      ['Open'],
    );
  });

  test('without its plugin the search is refused with the name of the plugin', async () => {
    scene.sandbox.setPolicy({ knowledgeApi: false });
    const outcome = await search('vpn');
    assert.equal(gist(outcome), 'rejected invalid');
    assert.match(reasonOf(outcome), /sn_km_api/);
  });
});

describe('clocks', () => {
  const read = (ticket: TicketId) =>
    scene.connector.io.run('ticket.read', LIMITS, async () => {
      assert.ok(scene.connector.raw.can.clocks);
      return scene.connector.raw.can.clocks.read(ticket);
    });
  const inMinutes = (minutes: number) =>
    utcText(new Date(scene.instance.clock.now().getTime() + minutes * 60_000));

  test('running, paused, met and breached; a cancelled one says nothing', async () => {
    const ticket = await scene.ticket();
    const put = (name: string, values: Readonly<Record<string, string>>) => {
      const sla = scene.sandbox.putRecord('contract_sla', { name });
      scene.sandbox.putRecord('task_sla', {
        task: ticket,
        sla,
        active: 'true',
        has_breached: 'false',
        ...values,
      });
    };
    put('Resolve', { stage: 'in_progress', planned_end_time: inMinutes(30) });
    put('Respond', { stage: 'completed', active: 'false', planned_end_time: inMinutes(40) });
    put('Wait', {
      stage: 'paused',
      planned_end_time: inMinutes(50),
      business_time_left: '1970-01-01 02:00:00',
    });
    put('Late', { stage: 'in_progress', has_breached: 'true', planned_end_time: inMinutes(-10) });
    put('Gone', { stage: 'cancelled', active: 'false', planned_end_time: inMinutes(60) });
    const clocks = value(await read(ticket));
    assert.deepEqual(
      clocks.map(({ name, state, due }) => [name, state, due !== null]),
      [
        ['Late', 'breached', true],
        ['Resolve', 'running', true],
        ['Respond', 'met', true],
        ['Wait', 'paused', false],
      ],
    );
    const left = clocks.map(({ remainingMs }) => remainingMs);
    const near = (ms: number | null | undefined, wanted: number) => Math.abs((ms ?? 0) - wanted) < 10_000;
    assert.ok(near(left[0], -600_000) && near(left[1], 1_800_000), JSON.stringify(left));
    assert.deepEqual([left[2], left[3]], [null, 7_200_000]);
  });

  test('hidden service levels, and those of other tickets, are never taken for the whole', async () => {
    const ticket = await scene.ticket();
    const other = await scene.ticket();
    const hidden = scene.sandbox.putRecord('task_sla', { task: ticket, stage: 'in_progress' });
    scene.sandbox.setPolicy({ unreadable: [hidden] });
    assert.equal(gist(await read(ticket)), 'rejected forbidden');
    scene.sandbox.setPolicy({ unreadable: [], ignoredInQueries: ['task_sla.task'] });
    assert.equal(gist(await read(other)), 'rejected forbidden');
  });
});
