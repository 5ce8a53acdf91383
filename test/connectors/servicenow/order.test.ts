import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { TicketDraft } from '../../../src/model/ticket.ts';
import { emailOf, seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { draft, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const targetOf = (item: string) => ({
  table: 'sc_req_item',
  assignment_group: 'Endpoint Support',
  cat_item: seededId(`item:${item}`),
});
const LAPTOP = targetOf('New laptop');
const ANSWERS = { model: 'light', why: 'The old one is broken', remote: 'yes', needed_by: '2026-12-01' };
const order = (changes: Partial<TicketDraft> = {}) => draft({ target: LAPTOP, answers: ANSWERS, ...changes });
const ORDER_NOW = 'POST /api/sn_sc/servicecatalog/items/{sys_id}/order_now';

const items = () => scene.sandbox.people.tickets().filter((ticket) => ticket.queue.startsWith('sc_req_item'));
/** What was sent with the last order. */
const sent = () => scene.sandbox.calls().findLast(({ path }) => path.endsWith('/order_now'))?.body;

describe('an order through the catalogue', () => {
  test('is one request with one item, which is the ticket, completed and for its requester', async () => {
    const attempt = scene.attempt();
    const made = value(await scene.connector.create(order(), attempt));
    assert.match(made.key, /^RITM/);
    const [item, ...others] = items();
    assert.ok(item !== undefined && others.length === 0);
    assert.equal(item.id, made.id);
    assert.deepEqual(
      [item.summary, item.reporter, item.group, item.priority],
      ['Mail is down', 'Ada Lovelace', 'Endpoint Support', '2 - High'],
    );
    assert.match(item.description, /Slack: https:/);
    assert.deepEqual(sent(), {
      sysparm_quantity: 1,
      sysparm_requested_for: seededId('user:ada.lovelace'),
      variables: { ...ANSWERS, remote: 'true', deskbridge_reference: attempt.marker },
    });
    assert.equal(value(await scene.connector.findCreated(order(), attempt))?.id, made.id);
    const { cursor } = value(await scene.connector.changes(null));
    assert.ok(value(await scene.connector.changes(cursor)).tickets.includes(made.id));
  });

  for (const kind of ['fail-after', 'reset-after', 'html-after'] as const) {
    test(`whose answer is lost (${kind}) is found by the marker in its variable, and completed`, async () => {
      const fault = kind === 'fail-after' ? { kind, status: 500 } : { kind };
      scene.sandbox.faults.add(ORDER_NOW, fault);
      const attempt = scene.attempt();
      assert.equal(gist(await scene.connector.create(order(), attempt)), 'retry unknown destination');
      assert.equal(items()[0]?.summary, 'New laptop', 'only ordered so far');
      const found = value(await scene.connector.findCreated(order(), attempt));
      assert.equal(found?.id, items()[0]?.id);
      assert.equal(items()[0]?.summary, 'Mail is down');
      const writes = () => scene.sandbox.calls().filter(({ method }) => method !== 'GET').length;
      const before = writes();
      assert.equal(value(await scene.connector.findCreated(order(), attempt))?.id, found?.id);
      assert.equal(writes(), before, 'what is complete is only looked at');
    });
  }

  test('that is placed and cannot be completed is in doubt, never placed again', async () => {
    scene.sandbox.faults.add('GET /api/now/table/sc_req_item', { kind: 'fail-before', status: 503 });
    const attempt = scene.attempt();
    assert.equal(gist(await scene.connector.create(order(), attempt)), 'retry unknown destination');
    assert.ok(value(await scene.connector.findCreated(order(), attempt)) !== null);
    assert.equal(items().length, 1);
  });

  test('that never arrived is absent; one of somebody else is not ours', async () => {
    value(await scene.connector.create(order(), scene.attempt()));
    assert.equal(value(await scene.connector.findCreated(order(), scene.attempt())), null);
  });

  test('a look-up that the instance widens or hides is neither found nor absent', async () => {
    const attempt = scene.attempt();
    value(await scene.connector.create(order(), attempt));
    scene.sandbox.setPolicy({ ignoredInQueries: ['sc_item_option_mtom.sc_item_option.value'] });
    const outcome = await scene.connector.findCreated(order(), scene.attempt());
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /sc_item_option_mtom/);
  });

  test('without a variable for our reference nothing is ordered', async () => {
    const outcome = await scene.connector.create(
      order({ target: targetOf('Parking space') }),
      scene.attempt(),
    );
    assert.equal(gist(outcome), 'rejected invalid');
    assert.match(reasonOf(outcome), /"Parking space" has no variable "deskbridge_reference"/);
    assert.equal(items().length, 0);
  });

  test('mandatory questions without an answer are named, and nothing is ordered', async () => {
    const outcome = await scene.connector.create(order({ answers: { model: 'light' } }), scene.attempt());
    assert.equal(gist(outcome), 'rejected invalid');
    assert.match(reasonOf(outcome), /asks for "Why"/);
    const changed = await scene.connector.create(
      order({ answers: { ...ANSWERS, model: 'gone' } }),
      scene.attempt(),
    );
    assert.match(reasonOf(changed), /does not offer "gone" for "Model"/);
    assert.equal(items().length, 0);
  });

  test('a person in an answer is one user of the instance', async () => {
    const manager = emailOf('grace.hopper');
    value(await scene.connector.create(order({ answers: { ...ANSWERS, manager } }), scene.attempt()));
    assert.match(JSON.stringify(sent()), new RegExp(`"manager":"${seededId('user:grace.hopper')}"`));
    const nobody = await scene.connector.create(
      order({ answers: { ...ANSWERS, manager: 'nobody@example.com' } }),
      scene.attempt(),
    );
    assert.match(reasonOf(nobody), /"Manager" does not name exactly one active user/);
  });

  test('a catalogue that only fills a cart is named', async () => {
    scene.sandbox.setPolicy({ twoStepCheckout: true });
    const outcome = await scene.connector.create(order(), scene.attempt());
    assert.equal(gist(outcome), 'rejected conflict');
    assert.match(reasonOf(outcome), /glide\.sc\.checkout\.twostep/);
  });
});

describe('the form of a target', () => {
  test('holds what can be answered, in order, and names what cannot', async () => {
    const form = value(await scene.connector.form(LAPTOP));
    assert.equal(form.name, 'New laptop');
    assert.deepEqual(
      form.fields.map(({ id, kind, required, options }) => [id, kind, required, options.length]),
      [
        ['model', 'choice', true, 2],
        ['why', 'text', true, 0],
        ['needed_by', 'date', false, 0],
        ['remote', 'yes-no', false, 0],
        ['manager', 'person', false, 0],
      ],
    );
    assert.equal(form.fields[1]?.hint, 'For your manager');
    assert.deepEqual(form.beyond, [
      { label: 'Building', required: false, reason: 'it is chosen from the table cmn_location' },
    ]);
    const contract = value(await scene.connector.form(targetOf('Signed contract')));
    assert.deepEqual(contract.beyond, [{ label: 'Scan', required: true, reason: 'it asks for a file' }]);
  });

  test('of a table asks nothing; an item that is not there is refused', async () => {
    const plain = value(await scene.connector.form({ table: 'incident', assignment_group: 'x' }));
    assert.deepEqual([plain.fields, plain.beyond], [[], []]);
    const gone = { ...LAPTOP, cat_item: 'a'.repeat(32) };
    assert.equal(gist(await scene.connector.form(gone)), 'rejected invalid');
  });
});
