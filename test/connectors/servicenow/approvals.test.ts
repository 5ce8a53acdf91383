import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ApprovalAnswer } from '../../../src/connectors/capabilities.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { Author } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { ADA, connectorAt, draft, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
let ticket: TicketId;
beforeEach(async () => {
  scene = await startScene();
  ticket = await scene.ticket();
});
afterEach(() => scene.close());

const [iris, tomas, beth] = ['iris.novak', 'tomas.lindqvist', 'beth.anglin'] as const;
const id = (userName: string) => seededId(`user:${userName}`);
const person = (userName: string): Author => ({
  name: userName,
  grant: { account: userName, secret: createSecret(passwordOf(userName)) },
});
const LIMITS = { timeoutMs: 10_000 };

function approvalsOf(connector = scene.connector) {
  const { approvals } = connector.raw.can;
  assert.ok(approvals);
  return {
    list: (of = ticket) => connector.io.run('ticket.read', LIMITS, () => approvals.list(of)),
    send: (answer: ApprovalAnswer) =>
      connector.io.run('ticket.write.send', LIMITS, () => approvals.answer.send(answer, scene.attempt())),
    find: (answer: ApprovalAnswer) =>
      connector.io.run('ticket.write.find', LIMITS, () => approvals.answer.find(answer, scene.attempt())),
  };
}
const only = async () => {
  const [first, ...others] = value(await approvalsOf().list());
  assert.ok(first !== undefined && others.length === 0);
  return first;
};
const answer = (approval: string, by: Author, more: Partial<ApprovalAnswer> = {}): ApprovalAnswer => ({
  ...{ ticket, approval, decision: 'approved', by, comment: null },
  ...more,
});
/** State of each approver's record. */
const states = async () =>
  value(await approvalsOf().list()).flatMap(({ approvers }) => approvers.map(({ decision }) => decision));

describe('reading approvals', () => {
  test('a ticket without any has none', async () => {
    assert.deepEqual(value(await approvalsOf().list()), []);
  });

  test('who is asked, where, and since when; a group is asked as one', async () => {
    const group = seededId('group:Major Incident');
    scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    scene.sandbox.askApproval({ ticket, approvers: [id(tomas), id(beth)], rule: 'anyone', group });
    const [one, two, ...others] = value(await approvalsOf().list()).toSorted(
      (a, b) => a.approvers.length - b.approvers.length,
    );
    assert.equal(others.length, 0);
    assert.deepEqual([one?.name, one?.state, one?.onlyThere], ['Approval by Iris Novak', 'pending', null]);
    assert.ok(one?.createdAt instanceof Date);
    assert.match(one?.url ?? '', /nav_to\.do\?uri=sysapproval_approver\.do/);
    assert.deepEqual([two?.name, two?.approvers.length], ['Approval by Major Incident', 2]);
    assert.match(two?.url ?? '', /sysapproval_group/);
  });

  test('the approvals of the request above an item are its approvals, too', async () => {
    const target = {
      table: 'sc_req_item',
      assignment_group: 'Endpoint Support',
      cat_item: seededId('item:New laptop'),
    };
    const asked = draft({ target, answers: { model: 'light', why: 'x' } });
    const item = value(await scene.connector.create(asked, scene.attempt())).id;
    const request = scene.sandbox.people.tickets().find(({ key }) => key.startsWith('REQ'))?.id ?? '';
    scene.sandbox.askApproval({ ticket: request, approvers: [id(iris)], rule: 'anyone' });
    assert.equal(value(await approvalsOf().list(item)).length, 1);
    assert.equal(value(await approvalsOf().list()).length, 0);
  });

  test('hidden or foreign records are never taken for the whole', async () => {
    const [asked = ''] = scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    scene.sandbox.setPolicy({ unreadable: [asked] });
    assert.equal(gist(await approvalsOf().list()), 'rejected forbidden');
    scene.sandbox.setPolicy({
      unreadable: [],
      ignoredInQueries: ['sysapproval_approver.sysapproval'],
    });
    const other = await scene.ticket();
    assert.equal(gist(await approvalsOf().list(other)), 'rejected forbidden');
  });

  test('delegates are those of this moment', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    const delegation = { user: id(iris), approvals: 'true' };
    const [past, soon] = ['2020-01-01 00:00:00', '2099-01-01 00:00:00'];
    const put = (values: Readonly<Record<string, string>>) =>
      scene.sandbox.putRecord('sys_user_delegate', { ...delegation, ...values });
    put({ delegate: id(tomas), starts: past, ends: soon });
    put({ delegate: id(beth), starts: past, ends: '2020-02-01 00:00:00' });
    put({ delegate: id('samuel.okafor'), starts: soon, ends: soon });
    put({ delegate: id('samuel.okafor'), starts: past, ends: soon, approvals: 'false' });
    assert.deepEqual((await only()).approvers[0]?.delegates, [id(tomas)]);
  });
});

describe('whose word a decision is', () => {
  const decided = { state: 'approved', sys_updated_by: iris };
  const past = { starts: '2020-01-01 00:00:00', ends: '2099-01-01 00:00:00' };
  const standIn = { user: id(iris), delegate: id(tomas), approvals: 'true', ...past };
  const write = (record: string, values: Readonly<Record<string, string>>) =>
    scene.sandbox.putRecord('sysapproval_approver', { sys_id: record, ...values });
  const mark = (userName: string, values: Readonly<Record<string, string>>) =>
    scene.sandbox.putRecord('sys_user', { sys_id: id(userName), ...values });
  const read = async () => (await only()).approvers[0]?.decidedBy;

  test('the approver’s own hand, or that of whoever stands in for him', async () => {
    const [record = ''] = scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    assert.equal(await read(), null);
    write(record, decided);
    assert.equal(await read(), 'person');
    write(record, { ...decided, sys_updated_by: tomas });
    assert.equal(await read(), 'other', 'he stands in for nobody');
    scene.sandbox.putRecord('sys_user_delegate', standIn);
    assert.equal(await read(), 'person');
  });

  for (const [name, set] of [
    ['a flow', (record: string) => void write(record, { ...decided, sys_updated_by: 'system' })],
    ['an administrator', (record: string) => void write(record, { ...decided, sys_updated_by: 'admin' })],
    ['a user of a program', () => void mark(iris, { web_service_access_only: 'true' })],
    ['an integration user', () => void mark(iris, { internal_integration_user: 'true' })],
    ['a machine', () => void mark(iris, { identity_type: 'Machine' })],
    ['a user whose name is hidden', () => void mark(iris, { user_name: '' })],
    [
      'a program that stands in',
      (record: string) => {
        scene.sandbox.putRecord('sys_user_delegate', standIn);
        mark(tomas, { web_service_access_only: 'true' });
        write(record, { ...decided, sys_updated_by: tomas });
      },
    ],
  ] as const)
    test(`not that of ${name}`, async () => {
      const [record = ''] = scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
      write(record, decided);
      assert.equal(await read(), 'person');
      set(record);
      assert.equal(await read(), 'other');
    });
});

describe('answering approvals', () => {
  test('with the own sign-in; whoever is not needed any more is let go', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris), id(tomas)], rule: 'anyone' });
    const [first] = value(await approvalsOf().list()).filter(
      ({ approvers }) => approvers[0]?.account === id(tomas),
    );
    const asked = answer(first?.id ?? '', person(tomas), { comment: 'Fine by me' });
    assert.equal(value(await approvalsOf().find(asked)), null);
    assert.equal(value(await approvalsOf().send(asked)).state, 'approved');
    assert.deepEqual((await states()).toSorted(), ['approved', 'void']);
    assert.equal(value(await approvalsOf().find(asked))?.state, 'approved');
    const patch = scene.sandbox.calls().findLast(({ method }) => method === 'PATCH');
    assert.deepEqual(patch?.body, { state: 'approved', comments: 'Fine by me' });
  });

  test('one refusal of those who all must approve decides, and says something', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris), id(tomas)], rule: 'all' });
    const [first, second] = value(await approvalsOf().list());
    const by = (known: typeof first) => person(known?.approvers[0]?.account === id(iris) ? iris : tomas);
    value(await approvalsOf().send(answer(first?.id ?? '', by(first))));
    assert.deepEqual((await states()).toSorted(), ['approved', 'pending']);
    const refusal = answer(second?.id ?? '', by(second), { decision: 'declined' });
    assert.equal(value(await approvalsOf().send(refusal)).state, 'declined');
    const patch = scene.sandbox.calls().findLast(({ method }) => method === 'PATCH');
    assert.deepEqual(patch?.body, { state: 'rejected', comments: 'No reason was given.' });
  });

  test('a member of the group answers for the group', async () => {
    const group = seededId('group:Major Incident');
    const approvers = [id(iris), id(tomas)];
    scene.sandbox.askApproval({ ticket, approvers, rule: 'anyone', group });
    const { id: approval } = await only();
    assert.equal(value(await approvalsOf().send(answer(approval, person(iris)))).state, 'approved');
  });

  test('a delegate decides in his place, a stranger does not', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    const { id: approval } = await only();
    const asked = answer(approval, person(tomas));
    const refused = await approvalsOf().send(asked);
    assert.equal(gist(refused), 'rejected forbidden');
    assert.match(reasonOf(refused), /not among those whom ServiceNow asks/);
    scene.sandbox.putRecord('sys_user_delegate', {
      ...{ user: id(iris), delegate: id(tomas), approvals: 'true' },
      ...{ starts: '2020-01-01 00:00:00', ends: '2099-01-01 00:00:00' },
    });
    assert.equal(value(await approvalsOf().send(asked)).state, 'approved');
    assert.equal(value(await approvalsOf().find(asked))?.state, 'approved');
  });

  test('nobody decides in another person’s name, and nothing is sent', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    const { id: approval } = await only();
    const before = scene.instance.requests();
    const outcome = await approvalsOf().send(answer(approval, ADA));
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.equal(scene.instance.requests(), before);
    const withdrawn = { name: 'Iris', grant: { account: iris, secret: createSecret('sandbox-old') } };
    assert.equal(gist(await approvalsOf().send(answer(approval, withdrawn))), 'rejected auth');
    assert.deepEqual(await states(), ['pending']);
  });

  test('what was decided meanwhile is a conflict, also between our look and our answer', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    const { id: approval } = await only();
    scene.instance.clock.advance(3_600_000);
    value(await approvalsOf().send(answer(approval, person(iris))));
    const late = await approvalsOf().send(answer(approval, person(iris), { decision: 'declined' }));
    assert.equal(gist(late), 'rejected conflict');
    assert.match(reasonOf(late), /it is approved/);
    // A lagging replica shows the past: he seems still to be asked.
    scene.sandbox.faults.add('GET /api/now/table/sysapproval_approver', {
      kind: 'stale',
      staleMs: 1_800_000,
    });
    assert.equal(gist(await approvalsOf().send(answer(approval, person(iris)))), 'rejected conflict');
  });

  test('a lost answer is found, and not given twice', async () => {
    scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
    const { id: approval } = await only();
    scene.sandbox.faults.add('write', { kind: 'reset-after' });
    const asked = answer(approval, person(iris));
    assert.equal(gist(await approvalsOf().send(asked)), 'retry unknown destination');
    assert.equal(value(await approvalsOf().find(asked))?.state, 'approved');
    assert.equal(gist(await approvalsOf().send(asked)), 'rejected conflict');
  });
});

describe('electronic signatures', () => {
  const ask = () => scene.sandbox.askApproval({ ticket, approvers: [id(iris)], rule: 'anyone' });
  const plugin = () =>
    scene.sandbox.putRecord('v_plugin', {
      sys_id: seededId('plugin:com.glide.e_signature_approvals'),
      active: 'active',
    });

  test('are given in ServiceNow only, with a link', async () => {
    ask();
    plugin();
    const known = await only();
    assert.match(known.onlyThere ?? '', /electronic signature/);
    const outcome = await approvalsOf().send(answer(known.id, person(iris)));
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.ok(reasonOf(outcome).includes(known.url));
    assert.deepEqual(await states(), ['pending']);
  });

  test('when nobody tells whether they are demanded, nothing is answered from here', async () => {
    ask();
    scene.sandbox.setPolicy({ plugins: 'forbidden' });
    assert.match((await only()).onlyThere ?? '', /v_plugin.*approvals\.e_signature/);
  });

  test('the owner may say which tables demand them', async () => {
    ask();
    plugin();
    const open = connectorAt(scene.instance.baseUrl, undefined, { eSignature: ['change_request'] });
    assert.equal(value(await approvalsOf(open).list())[0]?.onlyThere, null);
    const closed = connectorAt(scene.instance.baseUrl, undefined, { eSignature: ['incident'] });
    assert.match(value(await approvalsOf(closed).list())[0]?.onlyThere ?? '', /signature/);
  });
});
