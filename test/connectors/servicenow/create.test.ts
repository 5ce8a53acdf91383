import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { draft, gist, reasonOf, type Scene, startScene, TARGET, value } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const create = (changes: Parameters<typeof draft>[0] = {}) =>
  scene.connector.create(draft(changes), scene.attempt());

describe('create', () => {
  test('an incident lands in its group with caller, levels and description', async () => {
    const { id, key, url } = value(await create());
    const seen = scene.seen(id);
    assert.equal(seen.queue, 'incident · Major Incident');
    assert.deepEqual([seen.reporter, seen.priority], ['Ada Lovelace', '2 - High']);
    assert.equal(seen.key, key);
    assert.equal(url, `${scene.instance.baseUrl}/nav_to.do?uri=incident.do%3Fsys_id%3D${id}`);
    assert.equal(
      seen.description,
      [
        'Nothing arrives since nine.',
        '',
        'Requested by Ada Lovelace (ada.lovelace@example.com)',
        'Why here: Rule "outages" matched the word "down"',
        'Slack: https://acme.slack.com/archives/C1/p1',
      ].join('\n'),
    );
  });

  test('every priority becomes the one of the same name', async () => {
    const shown = [];
    for (const priority of ['low', 'medium', 'high', 'critical'] as const) {
      shown.push(scene.seen(value(await create({ priority })).id).priority);
    }
    assert.deepEqual(shown, ['4 - Low', '3 - Moderate', '2 - High', '1 - Critical']);
    const target = { ...TARGET, impact: 1, urgency: 3, category: 'network' };
    assert.equal(scene.seen(value(await create({ target })).id).priority, '3 - Moderate');
  });

  test('a request item is for its requester', async () => {
    const target = { table: 'sc_req_item', assignment_group: 'Identity & Access' };
    const seen = scene.seen(value(await create({ target })).id);
    assert.deepEqual(
      [seen.queue, seen.reporter, seen.priority, seen.status],
      ['sc_req_item · Identity & Access', 'Ada Lovelace', '2 - High', 'Open'],
    );
  });

  test('a requester who is not exactly one active user is only named', async () => {
    const twin = { name: 'Ada Twin', email: 'ada.lovelace@example.com' };
    scene.sandbox.addUser({ userName: 'gone', name: 'Gone', email: 'gone@example.com', active: false });
    for (const email of ['nobody@example.com', 'gone@example.com', 'a^NQactive=true', null]) {
      const seen = scene.seen(value(await create({ requester: { name: 'Somebody', email } })).id);
      assert.equal(seen.reporter, null, String(email));
      assert.ok(seen.description.includes('Requested by Somebody'));
    }
    scene.sandbox.addUser({ userName: 'ada.twin', ...twin, active: true });
    assert.equal(scene.seen(value(await create()).id).reporter, null);
  });

  test('an unknown group is a mistake in the configuration, found before anything is written', async () => {
    const outcome = await create({ target: { ...TARGET, assignment_group: 'Nobody' } });
    assert.equal(gist(outcome), 'rejected invalid');
    assert.match(reasonOf(outcome), /no group called "Nobody".*assignment_group/);
    assert.equal(scene.sandbox.people.tickets().length, 0);
  });

  test('a business rule that aborts is named', async () => {
    scene.sandbox.setPolicy({ abortingRule: 'Change freeze' });
    const outcome = await create();
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /the business rule "Change freeze" aborted it/);
  });
});

describe('what the instance drops in silence', () => {
  test('without marker or group the ticket is refused by name', async () => {
    for (const field of ['correlation_id', 'correlation_display', 'assignment_group']) {
      scene.sandbox.setPolicy({ unwritable: [`incident.${field}`] });
      const outcome = await create();
      assert.equal(gist(outcome), 'rejected forbidden', field);
      const key = scene.sandbox.people.tickets().at(-1)?.key ?? '-';
      assert.ok(reasonOf(outcome).includes(key) && reasonOf(outcome).includes(field), reasonOf(outcome));
    }
  });

  test('anything else is a line in the log', async () => {
    scene.sandbox.setPolicy({ unwritable: ['incident.urgency', 'incident.caller_id'] });
    value(await create());
    const [warning] = scene.warnings;
    assert.deepEqual(warning?.fields['dropped'], ['caller_id']);
    assert.deepEqual(warning?.fields['changed'], ['urgency']);
  });
});

describe('looking a created ticket up', () => {
  test('a condition that the instance ignores never counts as found or as absent', async () => {
    value(await create());
    scene.sandbox.setPolicy({ ignoredInQueries: ['incident.correlation_id'] });
    const outcome = await scene.connector.findCreated(draft(), scene.attempt());
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /correlation_id/);
  });

  test('a hidden ticket is not taken for absent', async () => {
    const attempt = scene.attempt();
    const { id } = value(await scene.connector.create(draft(), attempt));
    scene.sandbox.setPolicy({ unreadable: [id] });
    assert.equal(gist(await scene.connector.findCreated(draft(), attempt)), 'rejected forbidden');
  });

  test('two with one marker: the older one, and a warning', async () => {
    const attempt = scene.attempt();
    const first = value(await scene.connector.create(draft(), attempt));
    scene.instance.clock.advance(2000);
    value(await scene.connector.create(draft(), attempt));
    assert.equal(value(await scene.connector.findCreated(draft(), attempt))?.id, first.id);
    assert.equal(scene.warnings.length, 1);
  });
});
