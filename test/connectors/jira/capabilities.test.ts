import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraClients } from '../../../src/connectors/jira/clients.ts';
import { GATEWAY } from '../../../src/connectors/jira/credentials.ts';
import { plainExcerpt } from '../../../src/connectors/jira/knowledge.ts';
import { fitOfQueue } from '../../../src/connectors/jira/queues.ts';
import { noLog } from '../../../src/model/log.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { Author } from '../../../src/model/ticket.ts';
import { BRIDGE_ACCOUNT } from '../../../src/sandbox/jira/jira-sandbox.ts';
import { API_TOKEN, ask, EMAIL } from '../../sandbox/jira/site.ts';
import {
  ALAN,
  ALMA,
  almaHerself,
  type Desk,
  IN_SEC,
  ON_DESK,
  openDesk,
  plainAuthor,
  told,
  value,
} from './desk.ts';

const ALAN_SIGN_IN = {
  accountId: ALAN,
  displayName: 'Alan Turing',
  email: 'alan@example.test',
  apiToken: 'sandbox-alan-0123456789',
};
const alanHimself: Author = {
  name: 'Alan Turing',
  grant: { account: ALAN_SIGN_IN.email, secret: createSecret(ALAN_SIGN_IN.apiToken) },
};

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  desk.sandbox.signIn(ALMA);
  desk.sandbox.signIn(ALAN_SIGN_IN);
});
afterEach(() => desk.close());

function can() {
  const { approvals, knowledge, clocks, catalog, backlink } = desk.connector.can;
  assert.ok(approvals && knowledge && clocks && catalog && backlink);
  return { approvals, knowledge, clocks, catalog, backlink };
}

test('the form of a request type is asked for field by field, and what cannot be asked is named', async () => {
  const form = value(await desk.run(() => can().catalog.form({ ...ON_DESK, request_type: '12' })));
  assert.equal(form.name, 'Replace a device');
  assert.deepEqual(
    form.fields.map(({ label, kind, required }) => [label, kind, required]),
    [
      ['Asset tag', 'line', true],
      ['What you tried', 'text', false],
      ['Office', 'choice', true],
      ['Needs', 'choices', false],
      ['Broken since', 'date', false],
      ['Estimated cost', 'number', false],
      ['Manager', 'person', false],
    ],
  );
  assert.equal(form.fields[0]?.hint, 'It stands on the back of the device');
  assert.deepEqual(
    form.fields[2]?.options.map(({ label }) => label),
    ['Lisbon', 'Madrid', 'Home'],
  );
  assert.deepEqual(
    form.beyond.map(({ label, required }) => [label, required]),
    [['Building and floor', false]],
  );
  const unusable = value(await desk.run(() => can().catalog.form({ ...ON_DESK, request_type: '13' })));
  assert.deepEqual(
    unusable.beyond.map(({ required }) => required),
    [true],
  );
});

test('the create screen of a project is a form, too, without what the bridge and the queue fill in', async () => {
  const labels = async (target: object) =>
    value(await desk.run(() => can().catalog.form(target))).fields.map(({ label }) => label);
  assert.deepEqual(await labels(IN_SEC), ['Labels', 'Support team', 'Components']);
  assert.deepEqual(await labels({ ...IN_SEC, labels: ['x'], components: ['Mail'] }), ['Support team']);
  assert.equal(told(await desk.run(() => can().catalog.form({ queue: 'x' }))), 'rejected invalid');
  const unseen = await desk.run(() => can().catalog.form({ project: 'HID', issue_type: 'Task' }));
  assert.equal(told(unseen), 'rejected forbidden');
});

test('clocks run, stand while the customer is waited for, and are met or breached in the end', async () => {
  const ticket = await desk.create(ON_DESK);
  const read = async () => value(await desk.run(() => can().clocks.read(ticket)));
  const MINUTE = 60_000;
  const inMinutes = (ms: number | null | undefined) => Math.round((ms ?? 0) / MINUTE);
  desk.clock.advance(10 * MINUTE);
  const [first, resolution] = await read();
  assert.deepEqual(
    [first?.name, first?.state, inMinutes(first?.remainingMs)],
    ['Time to first response', 'running', 50],
  );
  assert.equal(inMinutes((first?.due?.getTime() ?? 0) - desk.clock.now().getTime()), 50);
  assert.equal(resolution?.state, 'running');
  desk.clock.advance(55 * MINUTE);
  const [late] = await read();
  assert.deepEqual([late?.state, inMinutes(late?.remainingMs)], ['breached', -5]);
  desk.sandbox.people.setStatus(ALAN, ticket, 'Waiting for customer');
  const [ended, standing] = await read();
  assert.deepEqual([ended?.state, ended?.remainingMs], ['breached', null]);
  assert.deepEqual([standing?.state, standing?.due], ['paused', null]);
  desk.sandbox.people.setStatus(ALAN, ticket, 'Resolved');
  assert.equal((await read())[1]?.state, 'met');
  const plain = await desk.create(IN_SEC);
  assert.deepEqual(value(await desk.run(() => can().clocks.read(plain))), []);
});

test('approvals are listed oldest first, with who decides, and where', async () => {
  const ticket = await desk.create(ON_DESK);
  desk.sandbox.askApproval(ticket, { name: 'Manager', approvers: [ALAN], needed: 1 });
  desk.clock.advance(1000);
  desk.sandbox.askApproval(ticket, { name: 'Security', approvers: [ALAN, 'qm:desk:alma'], needed: 2 });
  const all = value(await desk.run(() => can().approvals.list(ticket)));
  assert.deepEqual(
    all.map(({ name, state, onlyThere }) => [name, state, onlyThere]),
    [
      ['Manager', 'pending', null],
      ['Security', 'pending', null],
    ],
  );
  assert.deepEqual(
    all[1]?.approvers.map(({ name, decision }) => [name, decision]),
    [
      ['Alan Turing', 'pending'],
      ['Alma Ruiz', 'pending'],
    ],
  );
  assert.match(all[0]?.url ?? '', /\/servicedesk\/customer\/portal\/1\/ITSD-1$/);
  const plain = await desk.create(IN_SEC);
  assert.deepEqual(value(await desk.run(() => can().approvals.list(plain))), []);
});

test('an approval is answered by the approver himself, once; whoever else tries is refused and nothing is sent', async () => {
  const ticket = await desk.create(ON_DESK);
  const approval = desk.sandbox.askApproval(ticket, { name: 'Manager', approvers: [ALAN], needed: 1 });
  const answers = () => desk.sandbox.calls().filter(({ call }) => /^POST .*approval/.test(call)).length;
  const answer = (by: Author, decision: 'approved' | 'declined' = 'approved') =>
    desk.run(() =>
      can().approvals.answer.send({ ticket, approval, decision, by, comment: null }, desk.attempt()),
    );
  const find = () =>
    desk.run(() =>
      can().approvals.answer.find(
        { ticket, approval, decision: 'approved', by: alanHimself, comment: null },
        desk.attempt(),
      ),
    );
  assert.equal(told(await answer(plainAuthor)), 'rejected forbidden', 'the bridge never decides');
  assert.equal(told(await answer(almaHerself)), 'rejected forbidden', 'she is no approver');
  assert.equal(answers(), 0);
  assert.equal(value(await find()), null);
  const done = value(await answer(alanHimself));
  assert.deepEqual([done.state, done.approvers[0]?.decision], ['approved', 'approved']);
  assert.equal(value(await find())?.state, 'approved');
  assert.equal(told(await answer(alanHimself, 'declined')), 'rejected conflict');
  assert.equal(answers(), 1);
});

test('whose word a decision is: an app is no person, and neither is whoever Jira does not show', async () => {
  const ticket = await desk.create(ON_DESK);
  const approvers = [ALAN, BRIDGE_ACCOUNT, 'qm:desk:alma'];
  const approval = desk.sandbox.askApproval(ticket, { name: 'Manager', approvers, needed: 3 });
  const read = async () =>
    value(await desk.run(() => can().approvals.list(ticket)))[0]?.approvers.map(({ decidedBy }) => decidedBy);
  assert.deepEqual(await read(), [null, null, null]);
  const input = { ticket, approval, decision: 'approved', by: alanHimself, comment: null } as const;
  const done = value(await desk.run(() => can().approvals.answer.send(input, desk.attempt())));
  assert.deepEqual(
    done.approvers.map(({ decidedBy }) => decidedBy),
    ['person', null, null],
  );
  // A rule answers as the app that it runs as.
  const path = `/rest/servicedeskapi/request/${ticket}/approval/${approval}`;
  assert.equal((await ask(desk.site, `POST ${path}`, { decision: 'approve' })).status, 200);
  assert.deepEqual(await read(), ['person', 'other', null]);

  const BULK = 'GET /rest/api/3/user/bulk';
  const asked = () => desk.sandbox.calls().filter(({ call }) => call.startsWith(BULK)).length;
  const before = asked();
  assert.deepEqual(await read(), ['person', 'other', null]);
  assert.equal(asked(), before + 1, 'only who is not known to be a person is asked for again');
  desk.sandbox.faults.add(BULK, { kind: 'fail-before', status: 403 });
  assert.deepEqual(await read(), ['person', 'other', null]);
  desk.sandbox.faults.add(BULK, { kind: 'fail-before', status: 503 });
  assert.match(told(await desk.run(() => can().approvals.list(ticket))), /^retry/);
});

test('who was faster is told apart from an answer that got lost', async () => {
  const ticket = await desk.create(ON_DESK);
  const POST = 'POST /rest/servicedeskapi/request/{issueIdOrKey}/approval/{approvalId}';
  const approval = desk.sandbox.askApproval(ticket, { name: 'Manager', approvers: [ALAN], needed: 1 });
  const input = { ticket, approval, decision: 'approved', by: alanHimself, comment: null } as const;
  desk.sandbox.faults.add(POST, { kind: 'fail-before', status: 409 });
  assert.equal(
    told(await desk.run(() => can().approvals.answer.send(input, desk.attempt()))),
    'rejected conflict',
  );
  desk.sandbox.faults.add(POST, { kind: 'reset-after' });
  assert.equal(
    told(await desk.run(() => can().approvals.answer.send(input, desk.attempt()))),
    'retry unknown',
  );
  assert.equal(
    value(await desk.run(() => can().approvals.answer.find(input, desk.attempt())))?.state,
    'approved',
  );
});

test('knowledge is what the person may read himself, in plain words', async () => {
  const titles = async (as: Author | null) =>
    value(await desk.run(() => can().knowledge.search('vpn', { limit: 5, as }))).map(({ title }) => title);
  assert.deepEqual(await titles(almaHerself), ['Connect to the VPN', 'Printer does not print']);
  assert.ok((await titles(alanHimself)).includes('VPN for administrators'));
  const [first] = value(
    await desk.run(() => can().knowledge.search('connect vpn', { limit: 1, as: almaHerself })),
  );
  assert.deepEqual([first?.id, first?.base], ['8786177', 'IT']);
  assert.match(first?.url ?? '', /pageId=8786177$/);
  assert.deepEqual(value(await desk.run(() => can().knowledge.search('  ', { limit: 5, as: null }))), []);
  assert.equal(plainExcerpt('a @@@hl@@@vpn@@@endhl@@@ <b>b</b> &amp; c'), 'a vpn b & c');
});

test('the link back to the thread is one link, however often it is written', async () => {
  const ticket = await desk.create(ON_DESK);
  const link = { ticket, thread: 'T1.C1.1700000000.000100', title: 'Slack thread', isDone: false };
  const write = (url: string, isDone = false) =>
    desk.run(() => can().backlink.send({ ...link, url, isDone }, desk.attempt()));
  value(await write('https://example.slack.com/archives/C1/p1'));
  value(await write('https://example.slack.com/archives/C2/p2', true));
  const { text } = await ask(desk.site, `GET /rest/api/3/issue/${ticket}/remotelink`);
  assert.match(text, /^\[\{[^[]*p2[^[]*\}\]$/, 'one link, to the last address');
  assert.match(text, /"resolved":true/);
});

test('a queue is a search: what it reads, what the target sets, and why a ticket would not be seen', async () => {
  const io = createIo({ metrics: noMetrics });
  const { bridge } = createJiraClients({
    auth: { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN },
    address: { site: desk.site.baseUrl, gateway: GATEWAY },
    io,
    log: noLog,
  });
  const fit = async (more: object, byRules: readonly string[] = []) =>
    value(
      await io.run('ticket.check', { timeoutMs: 10_000 }, () =>
        fitOfQueue(bridge, { ...ON_DESK, queue: '21', ...more }, new Set(byRules)),
      ),
    );
  const bare = await fit({});
  assert.deepEqual(
    bare?.reads.map(({ id, by }) => [id, by]),
    [
      ['project', 'target'],
      ['labels', 'nobody'],
      ['components', 'nobody'],
      ['customfield_10073', 'nobody'],
      ['statusCategory', 'workflow'],
    ],
  );
  assert.equal(bare?.problems.length, 3);
  const ruled = await fit({}, ['components', 'customfield_10073']);
  assert.deepEqual(
    ruled?.reads.map(({ by }) => by),
    ['target', 'nobody', 'rule', 'rule', 'workflow'],
  );
  assert.deepEqual(
    ruled?.problems.map((problem) => /certain (\w+)/.exec(problem)?.[1]),
    ['Labels'],
    'what rules may set speaks against nothing',
  );
  const wrong = await fit({ labels: ['x'], components: ['Phones'], fields: { customfield_10073: 'Lisbon' } });
  assert.match(wrong?.problems.join('\n') ?? '', /Labels to be from-slack, and the target sets x/);
  assert.match(wrong?.problems[1] ?? '', /Components to be Laptops, and the target sets Phones/);
  const target = { labels: ['from-slack'], components: ['Laptops'], fields: { customfield_10073: 'Lisbon' } };
  assert.deepEqual((await fit(target))?.problems, []);
  await desk.create({ ...ON_DESK, ...target, queue: '21' });
  const held = await ask(desk.site, 'GET /rest/servicedeskapi/servicedesk/1/queue/21/issue');
  assert.match(held.text, /ITSD-1/, 'and there it is');
  assert.equal(await fit({ queue: undefined }), null);
});
