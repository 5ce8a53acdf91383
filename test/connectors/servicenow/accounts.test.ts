import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createSecret } from '../../../src/model/secret.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { USER } from '../../sandbox/servicenow/instance.ts';
import { ADA, connectorAt, draft, gist, reasonOf, type Scene, startScene, value, words } from './scene.ts';

const READER = 'deskbridge.reader';
const APPROVALS = 'deskbridge.approvals';
const IRIS = 'iris.novak';
const basic = (user: string) => ({ kind: 'basic', user, password: passwordOf(user) }) as const;
const LIMITS = { timeoutMs: 10_000 };

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
  const { sandbox } = scene;
  // The account that writes may read no journal; each of the others has its own role and zone.
  const viewer = seededId(`role of ${USER}:audit_viewer`);
  const nothing = seededId('role:snc_internal');
  sandbox.putRecord('sys_user_has_role', { sys_id: viewer, user: seededId(`user:${USER}`), role: nothing });
  const add = (userName: string, roles: readonly string[], timeZone: string) =>
    sandbox.addUser({ userName, name: userName, email: '', active: true, roles, timeZone });
  add(READER, ['itil', 'audit_viewer'], 'America/New_York');
  add(APPROVALS, ['itil'], 'GMT');
});
afterEach(() => scene.close());

const apart = () =>
  connectorAt(scene.instance.baseUrl, undefined, {
    now: scene.instance.clock.now,
    readingAuth: basic(READER),
    approvalsAuth: basic(APPROVALS),
  });

/** The calls that `work` makes, as "user METHOD resource", each once. */
async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = scene.sandbox.calls().length;
  await work();
  const calls = scene.sandbox.calls().slice(before);
  const told = calls.map(({ by, method, path }) => {
    const resource = path.replace(/^\/api\/(?:now\/)?(?:table\/)?/, '').replace(/[0-9a-f]{32}/g, '*');
    return `${by} ${method} ${resource}`;
  });
  return [...new Set(told)].sort();
}

test('each call is made by the account that is there for it', async () => {
  const desk = apart();
  const made = { id: value(await scene.connector.create(draft(), scene.attempt())).id };
  assert.deepEqual(await callsOf(() => desk.check()), [`${USER} GET sys_properties`, `${USER} GET sys_user`]);
  assert.deepEqual(await callsOf(async () => value(await desk.create(draft(), scene.attempt()))), [
    `${USER} GET sys_user`,
    `${USER} GET sys_user_group`,
    `${USER} POST incident`,
  ]);
  // The writer cannot read the journal: that its own entry is found proves that the reader looked.
  assert.deepEqual(await callsOf(async () => value(await desk.comment(words(made.id), scene.attempt()))), [
    `${USER} PATCH incident/*`,
    `${READER} GET sys_journal_field`,
    `${READER} GET task/*`,
  ]);
  assert.deepEqual(await callsOf(async () => value(await desk.read(made.id))), [
    `${READER} GET attachment`,
    `${READER} GET incident/*`,
    `${READER} GET sys_journal_field`,
    `${READER} GET sys_user`,
  ]);
  assert.deepEqual(
    await callsOf(async () => value(await desk.write(made.id, { priority: 'low' }, scene.attempt()))),
    [`${USER} GET incident/*`, `${USER} GET sys_choice`, `${USER} PATCH incident/*`],
  );
  assert.deepEqual(await callsOf(async () => value(await desk.people('ada.lovelace@example.com'))), [
    `${READER} GET sys_user`,
  ]);
  const { cursor } = value(await desk.changes(null));
  scene.instance.clock.advance(60_000);
  value(await desk.comment(words(made.id), scene.attempt()));
  assert.deepEqual(
    await callsOf(async () => {
      // Its own zone, not that of the account that writes: else the poll would be hours off.
      assert.ok(value(await desk.changes(cursor)).tickets.includes(made.id));
    }),
    [`${READER} GET attachment`, `${READER} GET sys_user`, `${READER} GET task`],
  );
});

test('approvals are read by their account, and answered by the person alone', async () => {
  const desk = apart();
  const ticket = value(await desk.create(draft(), scene.attempt())).id;
  scene.sandbox.askApproval({ ticket, approvers: [seededId(`user:${IRIS}`)], rule: 'anyone' });
  const { approvals } = desk.raw.can;
  assert.ok(approvals);
  let approval = '';
  assert.deepEqual(
    await callsOf(async () => {
      const [asked] = value(await desk.io.run('ticket.read', LIMITS, () => approvals.list(ticket)));
      approval = asked?.id ?? '';
    }),
    [
      `${APPROVALS} GET sys_user_delegate`,
      `${APPROVALS} GET sysapproval_approver`,
      `${APPROVALS} GET v_plugin`,
    ],
  );
  const iris = { name: 'Iris', grant: { account: IRIS, secret: createSecret(passwordOf(IRIS)) } };
  const answer = { ticket, approval, decision: 'approved', by: iris, comment: null } as const;
  const calls = await callsOf(async () =>
    value(
      await desk.io.run('ticket.write.send', LIMITS, () => approvals.answer.send(answer, scene.attempt())),
    ),
  );
  assert.deepEqual(
    calls.filter((call) => !call.startsWith(APPROVALS)),
    [`${IRIS} GET sys_user`, `${IRIS} PATCH sysapproval_approver/*`],
  );
  const byNobody = { ...answer, by: ADA };
  const refused = await desk.io.run('ticket.write.send', LIMITS, () =>
    approvals.answer.send(byNobody, scene.attempt()),
  );
  assert.equal(gist(refused), 'rejected forbidden');
});

test('an account that is refused stops its own purpose, and its secret is not told', async () => {
  const desk = apart();
  const ticket = value(await desk.create(draft(), scene.attempt())).id;
  scene.sandbox.setPassword(READER, 'sandbox-another-password');
  const read = await desk.read(ticket);
  assert.equal(gist(read), 'rejected auth');
  assert.ok(!reasonOf(read).includes(passwordOf(READER)));
  assert.equal(gist(await desk.create(draft(), scene.attempt())), 'ok');
});
