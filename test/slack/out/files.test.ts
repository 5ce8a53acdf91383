import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { test } from 'node:test';
import { SlackFileId, SlackTs } from '../../../src/model/ids.ts';
import type { OpenFile } from '../../../src/model/ticket.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { createSlackOut, type SharedFile } from '../../../src/slack/out/slack-out.ts';
import { BOT_TOKEN } from '../../sandbox/slack/open-slack.ts';
import {
  ALMA,
  attempt,
  brief,
  HELP,
  type OpenSlackOut,
  openSlackOut,
  type Scope,
  taken,
} from './open-slack-out.ts';

const BYTES = Buffer.from('one two three four five, once I caught a file alive');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

const draft = (r: OpenSlackOut, more: Partial<SharedFile> = {}): SharedFile => ({
  channel: HELP,
  root: r.root,
  name: 'trace.log',
  size: BYTES.length,
  sha256: sha256(BYTES),
  comment: 'Dana Novak put it on IT-7',
  open: () => pieces(BYTES),
  ...more,
});

const send = (r: OpenSlackOut, input: SharedFile, mine = attempt(r)) =>
  r.run('slack.file.send', () => r.out.files.share.send(input, mine), { timeoutMs: 5_000 });
const find = (r: OpenSlackOut, input: SharedFile, mine = attempt(r)) =>
  r.run('slack.file.find', () => r.out.files.share.find(input, mine), { timeoutMs: 5_000 });

/** Messages of ours with a file. */
const shown = (r: OpenSlackOut) =>
  r.slack.people.messages(HELP).filter((message) => message.isBot && message.files.length > 0);

/** Reads a file inside of one call, as whoever opens it does. */
async function content(r: OpenSlackOut, file: SlackFileId): Promise<{ file: OpenFile; bytes: Buffer }> {
  return r.run(
    'slack.read',
    async () => {
      const opened = taken(await r.out.files.open(file));
      const chunks: Uint8Array[] = [];
      for await (const chunk of opened.bytes) chunks.push(chunk);
      return { file: opened, bytes: Buffer.concat(chunks) };
    },
    { timeoutMs: 5_000 },
  );
}
const opened = (r: OpenSlackOut, file: SlackFileId) => r.run('slack.read', () => r.out.files.open(file));

function uploaded(
  r: OpenSlackOut,
  more: Partial<{ name: string; mime: string; bytes: Uint8Array }> = {},
): SlackFileId {
  const ts = r.slack.people.upload(ALMA, HELP, { name: 'a.png', mime: 'image/png', bytes: BYTES, ...more });
  const [file] = r.slack.people.messages(HELP).find((message) => message.ts === ts)?.files ?? [];
  return SlackFileId.parse(file?.id);
}

test('a file is shared in its thread with its bytes and one plain line, and found again by its content', async (t) => {
  const r = await openSlackOut(t);
  const mine = attempt(r);
  const input = draft(r, {
    name: '../we<ird\u0007 näme.log',
    comment: '*Dana* <!channel> @here https://evil.example\n#x',
  });
  assert.equal(taken(await find(r, input, mine)), null);
  const { file } = taken(await send(r, input, mine));
  await r.slack.settled();
  const [message, ...others] = shown(r);
  assert.deepEqual(others, []);
  assert.equal(message?.threadTs, r.root);
  assert.deepEqual(message?.files, [
    { id: file, name: '.._we<ird_ näme.log', mime: 'text/plain', size: BYTES.length },
  ]);
  assert.deepEqual(r.slack.people.fileBytes(file), BYTES);
  assert.doesNotMatch(message.text, /<|@here|:\/\/|#x|(?<!\u200b)\*/);
  assert.equal(
    message.text.replaceAll('\u200b', ''),
    '*Dana* &lt;!channel&gt; @here https://evil.example #x',
  );
  assert.deepEqual(taken(await find(r, input, mine)), { file });
  assert.equal(r.slack.calls().find((call) => call.method === 'upload')?.args['with_token'], false);
});

test('a file of the same name and size with other content is not the one', async (t) => {
  const r = await openSlackOut(t);
  const other = Buffer.from(BYTES).reverse();
  taken(await send(r, draft(r, { sha256: sha256(other), open: () => pieces(other) })));
  await r.slack.settled();
  assert.equal(taken(await find(r, draft(r))), null);
  const { file } = taken(await send(r, draft(r)));
  await r.slack.settled();
  assert.deepEqual(taken(await find(r, draft(r))), { file });
  assert.equal(shown(r).length, 2);
});

test('neither the file of a person, nor one from long before, nor one in another thread is ours', async (t) => {
  const r = await openSlackOut(t);
  const late = { ...attempt(r), startedAt: new Date(r.clock.now().getTime() + 2 * 3_600_000) };
  r.slack.people.upload(ALMA, HELP, {
    name: 'trace.log',
    mime: 'text/plain',
    bytes: BYTES,
    threadTs: r.root,
  });
  assert.equal(taken(await find(r, draft(r))), null);
  const root = SlackTs.parse(r.slack.people.post(ALMA, HELP, 'another'));
  taken(await send(r, draft(r, { root })));
  const { file } = taken(await send(r, draft(r)));
  await r.slack.settled();
  assert.equal(taken(await find(r, draft(r, { others: new Set([file]) }))), null, 'known to be another');
  assert.equal(taken(await find(r, draft(r), late)), null);
  assert.notEqual(taken(await find(r, draft(r))), null);
});

test('a file that was deleted meanwhile is no proof', async (t) => {
  const r = await openSlackOut(t);
  const { file } = taken(await send(r, draft(r)));
  await r.slack.settled();
  taken(await r.run('slack.remove.send', () => r.out.files.remove.send({ file }, attempt(r))));
  assert.equal(taken(await find(r, draft(r))), null);
});

for (const [what, more] of [
  ['shorter', { size: BYTES.length + 1 }],
  ['longer', { size: BYTES.length - 1 }],
  ['other', { sha256: sha256(Buffer.from('x')) }],
  [
    'broken',
    {
      async *open() {
        yield BYTES.subarray(0, 9);
        throw new Error('the ticket system hung up');
      },
    },
  ],
] as const) {
  test(`a source that is ${what} than announced is not shared`, async (t) => {
    const r = await openSlackOut(t);
    const outcome = await send(r, draft(r, more));
    assert.equal(brief(outcome), 'retry operation none');
    assert.match(outcome.kind === 'retry' ? outcome.reason : '', /^The file .*\. It was not shared\.$/);
    assert.equal(r.calls('files.completeUploadExternal'), 0);
    await r.slack.settled();
    assert.deepEqual(shown(r), []);
  });
}

test('an empty file, one that is too large and a thread that is gone are refused for good', async (t) => {
  const r = await openSlackOut(t);
  assert.equal(
    brief(await send(r, draft(r, { size: 0, open: () => pieces(Buffer.alloc(0)) }))),
    'rejected invalid',
  );
  assert.equal(r.calls('files.getUploadURLExternal'), 0);
  const huge = await send(r, draft(r, { size: 2 ** 31 }));
  assert.ok(
    huge.kind === 'rejected' &&
      huge.code === 'forbidden' &&
      huge.reason.includes('larger than the workspace'),
  );
  assert.equal(brief(await send(r, draft(r, { root: SlackTs.parse('5.000000') }))), 'rejected not-found');
});

/** Where a fault strikes, what it means, and whether the file was shown all the same. */
const FAULTS: readonly (readonly [string, Fault, string, boolean])[] = [
  ['files.getUploadURLExternal', { kind: 'fail-after', status: 500 }, 'retry destination none', false],
  [
    'files.getUploadURLExternal',
    { kind: 'limit', retryAfterS: 3 },
    'retry destination none after 3000',
    false,
  ],
  ['upload', { kind: 'fail-before', status: 503 }, 'retry destination none', false],
  ['upload', { kind: 'reset-after' }, 'retry destination none', false],
  ['upload', { kind: 'hang-after' }, 'retry destination none', false],
  ['upload', { kind: 'limit', retryAfterS: 3 }, 'retry destination none after 3000', false],
  ['files.completeUploadExternal', { kind: 'fail-before', status: 500 }, 'retry destination unknown', false],
  ['files.completeUploadExternal', { kind: 'reset-after' }, 'retry destination unknown', true],
  ['files.completeUploadExternal', { kind: 'html' }, 'retry destination unknown', false],
];

for (const [call, fault, expected, isShown] of FAULTS) {
  test(`${call}, ${fault.kind}: ${expected}, and the proof tells the rest`, async (t) => {
    const r = await openSlackOut(t);
    r.slack.faults.add(call, fault);
    const mine = attempt(r);
    const work = () => r.out.files.share.send(draft(r), mine);
    assert.equal(brief(await r.run('slack.file.send', work, { timeoutMs: 1_000 })), expected);
    assert.equal(r.slack.faults.pending(), 0);
    await r.slack.settled();
    assert.equal(shown(r).length, isShown ? 1 : 0);
    assert.equal(taken(await find(r, draft(r), mine)) !== null, isShown);
  });
}

test('a lease that ends before the bytes leave stops them, and one that ends behind them stops the message', async (t) => {
  for (const [exchanges, uploads] of [
    [1, 0],
    [2, 1],
  ] as const) {
    const r = await openSlackOut(t);
    let looks = 0;
    const notAfter = () => {
      looks += 1;
      return looks <= exchanges ? Number.POSITIVE_INFINITY : 0;
    };
    const work = () => r.out.files.share.send(draft(r), attempt(r));
    await assert.rejects(r.run('slack.file.send', work, { notAfter }), { name: 'DeadlinePassed' });
    assert.equal(r.calls('upload'), uploads);
    assert.equal(r.calls('files.completeUploadExternal'), 0);
  }
});

test('a file of a person is described and read as it is', async (t) => {
  const r = await openSlackOut(t);
  const file = uploaded(r);
  const described = taken(await r.run('slack.read', () => r.out.files.read(file)));
  assert.partialDeepStrictEqual(described, {
    id: file,
    name: 'a.png',
    mime: 'image/png',
    size: BYTES.length,
  });
  assert.match(described.permalink ?? '', /^https:\/\/.*slack\.com\/files\//);
  const read = await content(r, file);
  assert.deepEqual([read.file.mime, read.file.size, read.bytes], ['image/png', BYTES.length, BYTES]);
  const page = uploaded(r, { name: 'page.html', mime: 'text/html' });
  assert.deepEqual((await content(r, page)).bytes, BYTES);
});

test('deleting a file twice is fine; the file of a person is not ours to delete', async (t) => {
  const r = await openSlackOut(t);
  const { file } = taken(await send(r, draft(r)));
  await r.slack.settled();
  const remove = (which: SlackFileId) =>
    r.run('slack.remove.send', () => r.out.files.remove.send({ file: which }, attempt(r)));
  assert.equal(taken(await remove(file)), null);
  assert.equal(taken(await remove(file)), null);
  assert.equal(taken(await remove(SlackFileId.parse('F0NONE'))), null);
  assert.deepEqual(
    r.slack.people.messages(HELP).flatMap((message) => message.files),
    [],
  );
  const refused = await remove(uploaded(r));
  assert.ok(
    refused.kind === 'rejected' &&
      refused.code === 'forbidden' &&
      refused.reason.includes('Only whoever shared'),
  );
  assert.equal(brief(await opened(r, file)), 'rejected not-found');
});

test('a token without files:read is told by the scope that it lacks', async (t) => {
  const r = await openSlackOut(t, undefined, { scopes: ['files:write', 'channels:history'] });
  const outcome = await opened(r, uploaded(r));
  assert.ok(outcome.kind === 'rejected' && outcome.code === 'forbidden');
  assert.equal(
    outcome.reason,
    'Slack refused with "missing_scope": the app needs files:read. A Slack administrator can add it and reinstall the app.',
  );
});

/** Stands where Slack is, for what Slack's own sandbox never does. */
async function impostor(t: Scope, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The app in front of a Slack that says `info` about its file and answers the file's address with `page`. */
async function fileServer(
  t: Scope,
  { info, page, onward = page }: { info: (origin: string) => object; page: Page; onward?: Page },
) {
  const r = await openSlackOut(t);
  const asked: { path: string; authorization: string | undefined }[] = [];
  let origin = '';
  origin = await impostor(t, (request, response) => {
    const path = request.url ?? '';
    request.resume();
    if (path.startsWith('/api/')) {
      const urls = { url: `${origin}/f`, upload_url: `${origin}/f`, file_id: 'F1' };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: true, ...urls, ...info(origin) }));
      return;
    }
    asked.push({ path, authorization: request.headers.authorization });
    const { status = 200, headers = {}, body = '' } = path === '/then' ? onward : page;
    response.writeHead(status, headers);
    response.end(body);
  });
  const out = createSlackOut({ token: BOT_TOKEN, apiUrl: `${origin}/api/`, io: r.io });
  return { r: { ...r, out }, asked, file: SlackFileId.parse('F1') };
}

const pdf = (origin: string, more: object = {}) => ({
  file: {
    id: 'F1',
    name: 'a.pdf',
    mimetype: 'application/pdf',
    size: 5,
    url_private_download: `${origin}/f`,
    ...more,
  },
});
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const PDF = { 'content-type': 'application/pdf' };

for (const [what, server, expected] of [
  [
    'a login page instead of a file',
    { info: pdf, page: { headers: HTML, body: 'Sign in' } },
    'rejected forbidden',
  ],
  [
    'a login page instead of a page',
    {
      info: (o: string) => pdf(o, { mimetype: 'text/html' }),
      page: { headers: { ...HTML, 'content-length': '7' }, body: 'Sign in' },
    },
    'rejected forbidden',
  ],
  [
    'a way to the login page',
    {
      info: pdf,
      page: { status: 302, headers: { location: '/then' } },
      onward: { headers: HTML, body: 'Sign in' },
    },
    'rejected forbidden',
  ],
  [
    'another size',
    { info: pdf, page: { headers: { ...PDF, 'content-length': '7' }, body: '1234567' } },
    'retry operation none',
  ],
  [
    'a way to a stranger',
    { info: pdf, page: { status: 302, headers: { location: 'http://127.0.0.1:9/x' } } },
    'rejected invalid',
  ],
  ['a circle', { info: pdf, page: { status: 302, headers: { location: '/f' } } }, 'retry operation none'],
  ['a closed door', { info: pdf, page: { status: 403 } }, 'rejected forbidden'],
  ['nothing', { info: pdf, page: { status: 404 } }, 'rejected not-found'],
  ['a fault', { info: pdf, page: { status: 502 } }, 'retry destination none'],
  [
    'a limit',
    { info: pdf, page: { status: 429, headers: { 'retry-after': '9' } } },
    'retry destination none after 9000',
  ],
  ['a file elsewhere', { info: (o: string) => pdf(o, { mode: 'external' }), page: {} }, 'rejected invalid'],
  [
    'a tombstone',
    { info: () => ({ file: { id: 'F1', mode: 'tombstone' } }), page: {} },
    'rejected not-found',
  ],
  [
    "a stranger's address",
    {
      info: (o: string) => pdf(o, { url_private_download: 'https://files.slack.com.evil.example/f' }),
      page: {},
    },
    'rejected invalid',
  ],
  [
    'an address with a user name',
    {
      info: (o: string) => pdf(o, { url_private_download: `${o.replace('//', '//files.slack.com@')}/f` }),
      page: {},
    },
    'rejected invalid',
  ],
] as const) {
  test(`asked for a file, Slack answers with ${what}: ${expected}`, async (t) => {
    const { r, file, asked } = await fileServer(t, server);
    const outcome = await opened(r, file);
    assert.equal(brief(outcome), expected);
    assert.ok(!JSON.stringify(outcome).includes(BOT_TOKEN));
    if (what.includes('login page')) assert.match(outcome.kind === 'ok' ? '' : outcome.reason, /files:read/);
    for (const { authorization } of asked) assert.equal(authorization, `Bearer ${BOT_TOKEN}`);
  });
}

test('a file that ends too early throws where it is read', async (t) => {
  for (const body of ['1234', '123456']) {
    const page = { headers: { ...PDF, 'transfer-encoding': 'chunked' }, body };
    const { r, file } = await fileServer(t, { info: pdf, page });
    await assert.rejects(content(r, file), /another size/);
  }
});

for (const upload of [
  'http://127.0.0.1:9/f',
  'https://files.slack.com.evil.example/f',
  'https://evil.example/f',
  'ftp://x',
  '',
]) {
  test(`bytes are never sent to an address that is not Slack's: ${upload || 'none'}`, async (t) => {
    const { r, asked } = await fileServer(t, { info: () => ({ upload_url: upload }), page: {} });
    const outcome = await send(r, draft(r));
    assert.equal(brief(outcome), 'rejected invalid');
    assert.match(outcome.kind === 'rejected' ? outcome.reason : '', /Nothing was sent there/);
    assert.deepEqual(asked, []);
  });
}

test('bytes go to their address without the token, and not on to where it leads', async (t) => {
  const { r, asked } = await fileServer(t, {
    info: () => ({}),
    page: { status: 307, headers: { location: '/then' } },
  });
  assert.equal(brief(await send(r, draft(r))), 'retry operation none');
  assert.deepEqual(asked, [{ path: '/f', authorization: undefined }]);
});
