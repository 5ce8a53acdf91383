import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { docText } from '../../../src/model/doc-text.ts';
import { ActAnswer } from '../../../src/sandbox/demo/demo-state.ts';
import { until } from '../../support/until.ts';
import { type DemoWorld, HELP, MARA, openDemo, secrets, TOMAS } from './world.ts';

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-demo-'));
  folders.push(folder);
  return folder;
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** fetch() does not let a caller choose its Host header. */
function withHost(url: string, host: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path: '/demo/state', headers: { host } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8');
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

suite('the state and the acts of the demo', () => {
  let demo: DemoWorld;
  before(async () => {
    demo = await openDemo(newFolder());
  });
  after(() => demo.stop());
  const done = async (body: unknown) => ActAnswer.parse(await (await demo.act(body)).json());
  const help = async (as = MARA) => {
    const channel = (await demo.state(as)).channels.find(({ id }) => id === HELP);
    assert.ok(channel);
    return channel.messages;
  };

  test('a person posts, replies, edits and deletes', async () => {
    const posted = await done({ act: 'post', as: MARA, channel: HELP, text: 'My mouse is dead' });
    assert.ok(posted.ok && posted.ts !== null);
    const replied = await done({
      act: 'reply',
      as: TOMAS,
      channel: HELP,
      thread: posted.ts,
      text: 'Mine too',
    });
    assert.ok(replied.ok && replied.ts !== null);
    await done({ act: 'edit', as: TOMAS, channel: HELP, ts: replied.ts, text: 'Mine as well' });
    assert.deepEqual(
      (await help()).map(({ userName, text, threadTs, edited }) => ({ userName, text, threadTs, edited })),
      [
        { userName: 'Mara Lindgren', text: 'My mouse is dead', threadTs: null, edited: false },
        { userName: 'Tomás Rivera', text: 'Mine as well', threadTs: posted.ts, edited: true },
      ],
    );
    await done({ act: 'delete', as: TOMAS, channel: HELP, ts: replied.ts });
    assert.deepEqual(
      (await help()).map(({ text }) => text),
      ['My mouse is dead'],
    );
  });

  test('what the product would not allow is a sentence, and changes nothing', async () => {
    const before = await help();
    const [first] = before;
    assert.ok(first);
    const answer = await done({ act: 'edit', as: TOMAS, channel: HELP, ts: first.ts, text: 'hijacked' });
    assert.equal(answer.ok, false);
    assert.match(answer.message ?? '', /was not written by/);
    assert.deepEqual(await help(), before);
  });

  test('an act that nobody knows is refused', async () => {
    for (const body of [{ act: 'format-disk' }, { act: 'post', as: MARA }, [], 'post', null]) {
      const response = await demo.act(body);
      assert.equal(response.status, 400, JSON.stringify(body));
    }
    const form = await fetch(`${demo.url}/demo/act`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ act: 'post', as: MARA, channel: HELP, text: 'by a form' }),
    });
    assert.equal(form.status, 400);
  });

  test('each person sees only the direct messages of that person', async () => {
    const direct = async (as: string) =>
      (await demo.state(as)).channels.filter(({ isDirect }) => isDirect).map(({ id }) => id);
    const [mara, tomas] = [await direct(MARA), await direct(TOMAS)];
    assert.equal(mara.length, 1);
    assert.equal(tomas.length, 1);
    assert.notDeepEqual(mara, tomas);
  });

  test('an agent comments, changes the status and takes a ticket in each system', async () => {
    const { vendors } = demo.kept;
    const before = await demo.state();
    assert.deepEqual(before.tickets, []);
    const auth = (user: string, secret: string) =>
      `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    const created = await fetch(`http://127.0.0.1:${vendors.ports.servicenow}/api/now/table/incident`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: auth('deskbridge', secrets.serviceNowPassword),
      },
      body: JSON.stringify({ short_description: 'The VPN is down' }),
    });
    assert.equal(created.status, 201);
    const [ticket] = (await demo.state()).tickets;
    assert.ok(ticket);
    const on = { agent: 'Iris Novak', system: 'servicenow', ticket: ticket.id };
    assert.ok((await done({ act: 'comment', ...on, text: 'Looking into it', internal: false })).ok);
    assert.ok((await done({ act: 'comment', ...on, text: 'Router again', internal: true })).ok);
    assert.ok((await done({ act: 'assign', ...on, assignee: 'Iris Novak' })).ok);
    assert.ok((await done({ act: 'set-status', ...on, status: 'In Progress' })).ok);
    const [after] = (await demo.state()).tickets;
    assert.equal(after?.status, 'In Progress');
    assert.equal(after?.assignee, 'Iris Novak');
    assert.deepEqual(
      after?.comments.map(({ body, internal, byBridge }) => ({ text: docText(body), internal, byBridge })),
      [
        { text: 'Looking into it', internal: false, byBridge: false },
        { text: 'Router again', internal: true, byBridge: false },
      ],
    );
    const refused = await done({ act: 'set-status', ...on, status: 'Frozen' });
    assert.equal(refused.ok, false);
    assert.match(refused.message ?? '', /Frozen/);
    const stranger = await done({ act: 'comment', ...on, agent: 'Nobody', text: 'x', internal: false });
    assert.match(stranger.message ?? '', /does not work in this system/);
  });

  test('one event tells of many changes, and the page reads the state again', async () => {
    const stop = new AbortController();
    const events = await fetch(`${demo.url}/demo/events`, { signal: stop.signal });
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader);
    let heard = '';
    const reading = (async () => {
      for (;;) {
        const { value, done: ended } = await reader.read();
        if (ended) return;
        heard += value;
      }
    })().catch(() => {});
    const count = () => heard.split('data:').length - 1;
    await until('the first event', 5_000, () => count() === 1);
    for (const text of ['one', 'two', 'three']) {
      demo.kept.vendors.slack.people.post(MARA, HELP, text);
    }
    await until('the event of the changes', 5_000, () => count() === 2);
    stop.abort();
    await reading;
  });
});

suite('who may talk to the demo', () => {
  let demo: DemoWorld;
  before(async () => {
    demo = await openDemo(newFolder());
  });
  after(() => demo.stop());

  test('a foreign name in Host is refused, the names of this machine are not', async () => {
    const port = new URL(demo.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      assert.equal((await withHost(demo.url, host)).status, 200, host);
    }
    for (const host of [
      'evil.example',
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example`,
      '10.0.0.1',
      'a@localhost',
    ]) {
      const answer = await withHost(demo.url, host);
      assert.ok(answer.status === 403 || answer.status === 400, `${host}: ${answer.status}`);
      assert.doesNotMatch(answer.body, /Mara/);
    }
  });

  test('a page elsewhere cannot act here', async () => {
    const post = { act: 'post', as: MARA, channel: HELP, text: 'from elsewhere' };
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${Number(new URL(demo.url).port) + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      assert.equal((await demo.act(post, headers)).status, 403, JSON.stringify(headers));
    }
    const channel = (await demo.state()).channels.find(({ id }) => id === HELP);
    assert.deepEqual(channel?.messages, []);
    assert.equal((await demo.act(post, { origin: demo.url, 'sec-fetch-site': 'same-origin' })).status, 200);
  });

  test('the page comes with headers that keep strangers out, and nothing else is served', async () => {
    const page = await fetch(`${demo.url}/`);
    assert.equal(await page.text(), '<p>page</p>');
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    for (const where of ['/../package.json', '/..%2f..%2fpackage.json', '/secrets.json', '/demo/else']) {
      assert.equal((await fetch(`${demo.url}${where}`)).status, 404, where);
    }
  });
});

suite('what the demo keeps', () => {
  test('a start finds what the last one left, on the same ports, also when it was killed', async () => {
    const folder = newFolder();
    const first = await openDemo(folder);
    const { ports } = first.kept.vendors;
    await first.act({ act: 'post', as: MARA, channel: HELP, text: 'Remember me' });
    // Nobody said stop: what is on disk now is what a kill would leave.
    await until('the change is on disk', 5_000, () =>
      readFileSync(`${folder}/vendors.json`, 'utf8').includes('Remember me'),
    );
    const left = readFileSync(`${folder}/vendors.json`);
    await first.stop();
    writeFileSync(`${folder}/vendors.json`, left);
    const second = await openDemo(folder);
    assert.deepEqual(second.kept.vendors.ports, ports);
    const channel = (await second.state()).channels.find(({ id }) => id === HELP);
    assert.deepEqual(
      channel?.messages.map(({ text }) => text),
      ['Remember me'],
    );
    await second.stop();
  });

  test('a port that somebody else has is left to him', async () => {
    const folder = newFolder();
    const holder = await openDemo(newFolder());
    writeFileSync(`${folder}/ports.json`, JSON.stringify(holder.kept.vendors.ports));
    const second = await openDemo(folder);
    assert.notEqual(second.kept.vendors.ports.slack, holder.kept.vendors.ports.slack);
    await Promise.all([holder.stop(), second.stop()]);
  });

  test('a damaged file is named, with what to do', async () => {
    const folder = newFolder();
    writeFileSync(`${folder}/vendors.json`, '{"v":1,"slack":');
    await assert.rejects(openDemo(folder), /vendors\.json is damaged.*--reset/s);
  });
});
