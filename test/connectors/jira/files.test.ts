import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { fileName } from '../../../src/connectors/jira/upload.ts';
import { AttachmentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { FileDraft } from '../../../src/model/ticket.ts';
import { ask } from '../../sandbox/jira/site.ts';
import {
  ALMA,
  almaHerself,
  type Desk,
  fileDraft,
  GRACE,
  IN_SEC,
  ON_DESK,
  openDesk,
  told,
  value,
} from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk({ uploadLimit: 1_000_000 });
  desk.sandbox.signIn(ALMA);
});
afterEach(() => desk.close());

const UPLOAD = 'POST /rest/api/3/issue/{issueIdOrKey}/attachments';
const CONTENT = 'GET /rest/api/3/attachment/content/{id}';
const add = (draft: FileDraft, attempt = desk.attempt()) =>
  desk.run(() => desk.connector.files.add.send(draft, attempt));
const find = (draft: FileDraft, attempt = desk.attempt()) =>
  desk.run(() => desk.connector.files.add.find(draft, attempt));

async function sha256Of(ticket: FileDraft['ticket'], file: AttachmentId): Promise<string> {
  const opened = value(await desk.run(() => desk.connector.files.open(ticket, file)));
  const hash = createHash('sha256');
  for await (const piece of opened.bytes) hash.update(piece);
  return hash.digest('hex');
}

test('a file goes up in pieces, is shown with its ticket, and comes down the same', async () => {
  const ticket = await desk.create();
  const draft = fileDraft(ticket, randomBytes(700_000), { name: 'Lärm "2"/x.bin', mime: 'image/png' });
  const { id } = value(await add(draft));
  const { files } = await desk.read(ticket);
  assert.deepEqual(
    files.map(({ name, mime, size, author, visibility }) => [name, mime, size, author, visibility]),
    [['Lärm _2__x.bin', 'image/png', 700_000, 'Deskbridge', 'public']],
  );
  assert.equal(await sha256Of(ticket, id), draft.sha256);
  assert.equal(desk.connector.files.largest, 1_000_000);
});

test('an empty file is a file, too', async () => {
  const ticket = await desk.create();
  const draft = fileDraft(ticket, '');
  const { id } = value(await add(draft));
  assert.equal(await sha256Of(ticket, id), draft.sha256);
});

test('a file that is too large is refused before a byte of it leaves', async () => {
  const ticket = await desk.create();
  const outcome = await add(fileDraft(ticket, Buffer.alloc(1_000_001)));
  assert.equal(told(outcome), 'rejected invalid');
  assert.match(outcome.kind === 'rejected' ? outcome.reason : '', /1000001 bytes.*1000000 at most/);
  assert.equal(desk.paths(UPLOAD).length, 0);
});

test('a source that breaks off, gives less, more or something else attaches nothing, and can be tried again', async () => {
  const ticket = await desk.create();
  const good = fileDraft(ticket, 'exactly this');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('exact');
    throw new Error('the other side is gone');
  }
  async function* pieces(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  const sources = [
    broken,
    () => pieces('exactly'),
    () => pieces('exactly this and more'),
    () => pieces('exactly that'),
  ];
  for (const open of sources) assert.equal(told(await add({ ...good, open })), 'retry none');
  assert.deepEqual(desk.seen(ticket).files, []);
  value(await add(good));
  assert.equal(desk.seen(ticket).files.length, 1);
});

test('a lost answer is looked up by name, size, account and time, and the content decides between several', async () => {
  const ticket = await desk.create();
  const draft = fileDraft(ticket, 'the content');
  const earlier = value(await add(draft));
  desk.clock.advance(60_000);
  const attempt = desk.attempt();
  assert.deepEqual(value(await find(draft, attempt)), earlier, 'our clock may be ahead');
  const known = { ...draft, others: new Set<string>([earlier.id]) };
  assert.equal(value(await find(known, attempt)), null, 'what is known to be another file is not this one');
  desk.sandbox.people.attach(GRACE, ticket, {
    name: draft.name,
    mime: draft.mime,
    bytes: Buffer.from('the content'),
  });
  assert.equal(value(await find(known, attempt)), null, "an agent's file is not ours");
  desk.sandbox.faults.add(UPLOAD, { kind: 'reset-after' });
  assert.equal(told(await add(draft, attempt)), 'retry unknown');
  const found = value(await find(known, attempt));
  assert.equal(found?.id, desk.seen(ticket).files.at(-1)?.id);
  value(await add(fileDraft(ticket, 'other words')));
  assert.equal(value(await find(known, attempt))?.id, found?.id);
  const other = fileDraft(ticket, 'no such one');
  assert.equal(value(await find(other, attempt)), null);
});

test('a person attaches with his own sign-in, and is found there', async () => {
  const ticket = await desk.create();
  const draft = fileDraft(ticket, 'mine', { author: almaHerself });
  const attempt = desk.attempt();
  const { id } = value(await add(draft, attempt));
  assert.equal(desk.seen(ticket).files[0]?.author, 'Alma Ruiz');
  assert.equal(value(await find(draft, attempt))?.id, id);
  desk.sandbox.signOut(ALMA.email);
  assert.equal(told(await add(draft)), 'rejected auth');
});

test('on a service desk only what the portal lists is public', async () => {
  const ticket = await desk.create(ON_DESK);
  value(await add(fileDraft(ticket, 'ours')));
  desk.sandbox.people.attach(GRACE, ticket, {
    name: 'shared.txt',
    mime: 'text/plain',
    bytes: Buffer.from('x'),
  });
  const visibilities = async () =>
    (await desk.read(ticket)).files.map(({ name, visibility }) => [name, visibility]);
  assert.deepEqual(await visibilities(), [
    ['notes.txt', 'internal'],
    ['shared.txt', 'public'],
  ]);
  const portal = 'GET /rest/servicedeskapi/request/{issueIdOrKey}/attachment';
  desk.sandbox.faults.add(portal, { kind: 'fail-before', status: 403 });
  assert.deepEqual(await visibilities(), [
    ['notes.txt', 'unknown'],
    ['shared.txt', 'unknown'],
  ]);
});

test("another ticket's file is neither opened nor removed", async () => {
  const [ticket, other] = [await desk.create(), await desk.create(IN_SEC)];
  const { id } = value(await add(fileDraft(ticket, 'private')));
  const { files } = desk.connector;
  assert.equal(told(await desk.run(() => files.open(other, id))), 'rejected not-found');
  assert.equal(
    told(await desk.run(() => files.remove.send({ ticket: other, file: id }, desk.attempt()))),
    'ok',
  );
  assert.equal(desk.seen(ticket).files.length, 1);
  const wild = AttachmentId.parse('a-b');
  assert.equal(told(await desk.run(() => files.open(ticket, wild))), 'rejected not-found');
  for (let times = 0; times < 2; times += 1) {
    assert.equal(told(await desk.run(() => files.remove.send({ ticket, file: id }, desk.attempt()))), 'ok');
  }
  assert.deepEqual(desk.seen(ticket).files, []);
});

test('a page instead of a file is refused', async () => {
  const ticket = await desk.create();
  const { id } = value(await add(fileDraft(ticket, 'x'.repeat(200_000))));
  desk.sandbox.faults.add(CONTENT, { kind: 'html' });
  const page = await desk.run(() => desk.connector.files.open(ticket, id));
  assert.equal(told(page), 'rejected invalid');
  assert.match(page.kind === 'rejected' ? page.reason : '', /web page instead of the file/);
  assert.equal(told(await desk.run(() => desk.connector.files.open(ticket, id))), 'ok');
});

/** A server that knows one file of ten bytes and sends its content as it is told to. */
async function withContent(send: (outgoing: ServerResponse) => void, work: (port: number) => Promise<void>) {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.includes('/attachment/content/') === true) return send(outgoing);
    const attachment = [
      {
        id: '7',
        filename: 'a.bin',
        mimeType: 'text/html',
        size: 10,
        created: '2026-11-20T10:00:00.000+0000',
      },
    ];
    outgoing
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ fields: { attachment } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  try {
    await work(address.port);
  } finally {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

const io = createIo({ metrics: noMetrics });
const openAt = (port: number) =>
  io.run('ticket.read', { timeoutMs: 5000 }, () =>
    createJiraConnector({
      id: ConnectorId.parse('jira-it'),
      baseUrl: `http://127.0.0.1:${port}`,
      auth: { kind: 'api-token', email: 'a@b.test', apiToken: 'sandbox-token' },
      hookSecret: null,
      io,
    }).files.open(TicketId.parse('1'), AttachmentId.parse('7')),
  );
async function drain(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of bytes) size += piece.byteLength;
  return size;
}

test('half a file throws, also when nothing was announced, and so does more than a file', async () => {
  const wrong: ((outgoing: ServerResponse) => void)[] = [
    (outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain', 'content-length': '10' });
      outgoing.write('12345', () => outgoing.destroy());
    },
    (outgoing) => void outgoing.writeHead(200, { 'content-type': 'text/plain' }).end('12345'),
    (outgoing) => void outgoing.writeHead(200, { 'content-type': 'text/plain' }).end('12345678901'),
  ];
  for (const send of wrong) {
    await withContent(send, async (port) => {
      const { bytes } = value(await openAt(port));
      await assert.rejects(drain(bytes));
    });
  }
});

test('a page of another size is no file even where the file is a page, and another announced size is refused', async () => {
  const outcomes: string[] = [];
  for (const [headers, body] of [
    [{ 'content-type': 'text/html' }, '<p>log in'],
    [{ 'content-type': 'text/html', 'content-length': '10' }, '<p>page</p'],
    [{ 'content-type': 'text/plain', 'content-length': '3' }, 'abc'],
  ] as const) {
    await withContent(
      (outgoing) => void outgoing.writeHead(200, headers).end(body),
      async (port) => {
        const opened = await openAt(port);
        outcomes.push(told(opened));
        if (opened.kind === 'ok') assert.equal(await drain(opened.value.bytes), 10);
      },
    );
  }
  assert.deepEqual(outcomes, ['rejected invalid', 'ok', 'rejected invalid']);
});

test('the address behind a redirect gives the file without any credential', async () => {
  const ticket = await desk.create();
  const { id } = value(await add(fileDraft(ticket, 'behind')));
  const answer = await ask(desk.site, `GET /rest/api/3/attachment/content/${id}`);
  assert.equal(answer.status, 303);
  const content = await fetch(answer.headers.get('location') ?? '');
  assert.equal(await content.text(), 'behind');
});

test('names are such as every system takes', () => {
  assert.equal(fileName('../../etc/passwd'), '_.._etc_passwd');
  assert.equal(fileName('a"b\r\nc.txt'), 'a_b_c.txt');
  assert.equal(fileName(' \u0000 '), 'file');
  assert.equal(fileName(`${'😀'.repeat(300)}.png`), `${'😀'.repeat(196)}.png`);
  assert.equal(fileName('.hidden'), 'hidden');
});
