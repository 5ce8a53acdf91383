import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { ApprovalId } from '../../src/model/approval.ts';
import { plainDoc } from '../../src/model/doc.ts';
import {
  AttachmentId,
  CommentId,
  ConnectorId,
  PrincipalId,
  SlackChannel,
  SlackFileId,
  TicketId,
} from '../../src/model/ids.ts';
import type { SlackFile } from '../../src/model/intake.ts';
import type { NewOperation, Operation, OperationBody } from '../../src/model/link.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import { ALMA, conversation, dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

const say = (text: string): NewOperation => ({
  lane: 'slack',
  itemId: null,
  body: { kind: 'post', text, where: 'conversation' },
});

const write = (status: 'active' | 'done'): NewOperation => ({
  lane: 'ticket',
  itemId: null,
  body: { kind: 'write', set: { status }, before: null, actor: 'Alma', by: ALMA, implied: false },
});

const hostile = 'hunter2 \u{1f600} "quoted" <!channel>\n\u0000';
const file: SlackFile = {
  id: SlackFileId.parse('F1'),
  name: hostile,
  mime: 'image/png',
  size: null,
  permalink: null,
};
const person = { name: hostile, email: null, account: 'acc-1' };
const before: TicketFields = {
  summary: hostile,
  status: { name: 'Open', category: 'new' },
  resolution: null,
  priority: null,
  impact: null,
  urgency: null,
  assignee: null,
  group: hostile,
};
/** One body of every kind: the type keeps this list whole. */
const BODIES = {
  card: { kind: 'card' },
  post: { kind: 'post', text: hostile, where: 'origin', link: { label: hostile, url: 'https://x' } },
  'open-internal': { kind: 'open-internal', channel: conversation('1.000000').channel },
  whisper: { kind: 'whisper', user: ALMA, channel: conversation('1.000000').channel, text: hostile },
  say: { kind: 'say', comment: CommentId.parse('7'), part: 3 },
  share: { kind: 'share', file: AttachmentId.parse('7'), name: hostile, mime: 'text/plain', size: 1 },
  create: {
    kind: 'create',
    target: { queue: 'q' },
    summary: hostile,
    description: plainDoc(hostile),
    requester: { name: 'Alma', email: null },
    participants: [{ user: ALMA, name: hostile, email: null }],
    answers: { summary: hostile, many: [hostile, 'b'] },
    peopleIn: ['many'],
  },
  comment: {
    kind: 'comment',
    author: hostile,
    by: null,
    body: plainDoc(hostile),
    part: 2,
    of: 3,
    visibility: 'internal',
    channel: conversation('1.000000').channel,
    ts: conversation('1.000000').root,
    withdrawn: true,
    sentAs: hostile,
  },
  attach: { kind: 'attach', author: 'Alma', by: ALMA, file, withdrawn: false, sentAs: null },
  note: { kind: 'note', text: hostile, visibility: 'public' },
  retire: {
    kind: 'retire',
    connector: ConnectorId.parse('desk'),
    ticket: TicketId.parse('t1'),
    key: 'MEM-1',
    words: hostile,
  },
  tell: { kind: 'tell', user: ALMA, text: hostile },
  write: {
    kind: 'write',
    set: { status: 'open', priority: 'high', assignee: person, group: hostile, summary: hostile },
    before,
    actor: 'Alma',
    by: ALMA,
    implied: true,
    because: 'take:C1:1.0:U1',
  },
  'run-approved': {
    kind: 'run-approved',
    approval: ApprovalId.parse('3b241101-e2bb-4255-8caf-4136c566a962'),
    round: 2,
    step: 0,
  },
  'approval-card': {
    kind: 'approval-card',
    approval: ApprovalId.parse('3b241101-e2bb-4255-8caf-4136c566a962'),
    to: { channel: SlackChannel.parse('G1') },
    anew: true,
  },
  'answer-approval': {
    kind: 'answer-approval',
    approval: ApprovalId.parse('3b241101-e2bb-4255-8caf-4136c566a962'),
    by: PrincipalId.parse('01890a5d-ac96-774b-bcce-b302099a8057'),
    user: ALMA,
    decision: 'deny',
    surface: 'card',
    reason: hostile,
  },
  backlink: { kind: 'backlink' },
} satisfies { readonly [K in OperationBody['kind']]: Extract<OperationBody, { kind: K }> };

test('every body is read back as it was planned, and is sealed in the database', async (t) => {
  const { store, db } = await openStore(t);
  const link = await openLink(store);
  const asked = Object.values(BODIES).map(
    (body): NewOperation => ({ lane: 'slack', itemId: randomUUID(), body }),
  );
  await store.operations.append(link, asked);
  const open = await store.operations.open(link);
  assert.deepEqual(
    open.map(({ lane, itemId, body }) => ({ lane, itemId, body })),
    asked,
  );
  const dump = JSON.stringify(await rows(db, `select o::text, encode(payload, 'escape') from operation o`));
  assert.ok(!dump.includes('hunter2') && !dump.includes(Buffer.from('hunter2').toString('hex')));
});

test('three hundred operations asked for at once stand in the order in which they were asked for', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, []);
  await store.operations.append(link, [say('first')]);
  const many = Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? write('done') : say(`n-${n}`)));
  await store.operations.append(link, many);
  const open = await store.operations.open(link);
  const lane = (name: string) => open.filter((one) => one.lane === name);
  assert.deepEqual(
    lane('slack').map(({ seq, body }) => [seq, body.kind === 'post' && body.text]),
    [say('first'), ...many.filter((one) => one.lane === 'slack')].map(({ body }, n) => [
      n + 1,
      body.kind === 'post' && body.text,
    ]),
  );
  assert.deepEqual(
    lane('ticket').map(({ seq }) => seq),
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
});

test('only what was not sent yet is replaced or dropped', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [say('a'), say('b'), say('c')]);
  const [ready, sending, done] = await store.operations.open(link);
  if (ready === undefined || sending === undefined || done === undefined)
    throw new Error('three were appended');
  await store.operations.startSending(sending.id, 1_000);
  await store.operations.startSending(done.id, 1_000);
  await store.operations.finish(done.id, '1.000000');
  for (const { id } of [ready, sending, done]) await store.operations.replace(id, say('other words').body);
  const texts = (await store.operations.open(link)).map(({ body }) => body.kind === 'post' && body.text);
  assert.deepEqual(texts, ['other words', 'b']);
});

test('old words do not come back over newer ones: only a later one of the same part that was done counts', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const itemId = randomUUID();
  const part = (n: number, of = itemId): NewOperation => ({
    lane: 'ticket',
    itemId: of,
    body: { ...BODIES.comment, part: n },
  });
  await store.operations.append(link, [part(1), part(2), part(1), part(1, randomUUID())]);
  const [first, second, again, other] = await store.operations.open(link);
  if (first === undefined || second === undefined || again === undefined || other === undefined)
    throw new Error('four were appended');
  const isOld = ({ id, lane, seq }: Operation, n: number) =>
    store.operations.isSuperseded({ id, itemId, lane, seq, part: n });
  await store.operations.finish(other.id, '9');
  await store.operations.finish(second.id, '8');
  assert.equal(await isOld(first, 1), false, 'the later one waits still');
  await store.operations.finish(again.id, '7');
  assert.equal(await isOld(first, 1), true);
  assert.equal(await isOld(second, 2), false);
  assert.equal(await isOld(again, 1), false, 'an earlier one is no newer one');
  const long = randomUUID();
  const version = (n: number, of: number): NewOperation => {
    const body = { ...BODIES.comment, part: n, of };
    return { lane: 'ticket', itemId: long, body };
  };
  await store.operations.append(link, [version(1, 3), version(3, 3), version(1, 2)]);
  const third = (await store.operations.open(link)).find(({ itemId: of }) => of === long);
  assert.ok(third);
  const isLongOld = (n: number) =>
    store.operations.isSuperseded({ id: third.id, itemId: long, lane: 'ticket', seq: third.seq, part: n });
  assert.equal(await isLongOld(3), true, 'it has two parts by now, whether they are there yet or not');
  assert.equal(await isLongOld(2), false);
});

test('what went over in the last minute is counted by lane, whatever became of it; our own notices do not count', async (t) => {
  const { store, pass } = await openStore(t);
  const link = await openLink(store);
  const of = (lane: 'slack' | 'ticket', body: OperationBody): NewOperation => ({ lane, itemId: null, body });
  await store.operations.append(link, [
    of('slack', BODIES.say),
    of('slack', BODIES.share),
    of('slack', BODIES.post),
    of('slack', BODIES.card),
    of('ticket', BODIES.comment),
    of('ticket', BODIES.write),
  ]);
  assert.deepEqual(await store.operations.recent(link), { slack: 2, ticket: 1 });
  assert.deepEqual(await store.operations.recent(await openLink(store)), { slack: 0, ticket: 0 });
  await pass(59_000);
  await store.operations.append(link, [of('ticket', BODIES.attach)]);
  await pass(2_000);
  assert.deepEqual(await store.operations.recent(link), { slack: 0, ticket: 1 });
});

test('doubt is what was parked after it had begun', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [write('done'), write('active')]);
  const [sure, doubtful] = await store.operations.open(link);
  if (sure === undefined || doubtful === undefined) throw new Error('two were appended');
  await store.operations.park(sure.id, { reason: 'refused', blocks: false, doubtful: false });
  assert.equal(await store.operations.inDoubt(link, 'write'), false);
  await store.operations.startSending(doubtful.id, 1_000);
  await store.operations.park(doubtful.id, { reason: 'unknown', blocks: true, doubtful: true });
  assert.equal(await store.operations.inDoubt(link, 'write'), true);
  assert.equal(await store.operations.inDoubt(link, 'attach'), false);
  await store.operations.skipParked(doubtful.id, 'given up');
  assert.equal(await store.operations.inDoubt(link, 'write'), false);
});
