import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { Hono } from 'hono';
import { createWebServer } from '../../src/web/server.ts';
import {
  gate,
  messageBody,
  post,
  postSigned,
  type Rig,
  recordedMetrics,
  signedHeaders,
  startRig,
} from './rig.ts';

/** Sends bytes on a bare socket and answers all that came back until the other side closed. */
function talk(port: number, text: string, options: { readonly end?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(text);
      if (options.end === true) socket.end();
    });
    let got = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      got += chunk;
    });
    socket.on('close', () => resolve(got));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(got) : reject(error),
    );
  });
}

function rawPost(rig: Rig, body: string, announced: number): string {
  const signed = Object.entries(signedHeaders(body, rig.now)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: ${announced}\r\n${signed.join('')}\r\n${body}`;
}

test('a body that is cut off is 400 and stores nothing, also when its part is signed', async () => {
  await using rig = await startRig();
  const body = messageBody();
  const answer = await talk(rig.port, rawPost(rig, body, Buffer.byteLength(body) + 10), { end: true });
  assert.match(answer, /^HTTP\/1\.1 400 /);
  const whole = await talk(rig.port, rawPost(rig, body, Buffer.byteLength(body)), { end: true });
  assert.match(whole, /^HTTP\/1\.1 200 /);
  assert.equal(rig.inbox.rows.length, 1);
});

test('a chunked body is read as it is, and one that breaks off is not taken', async () => {
  await using rig = await startRig();
  const body = messageBody();
  const head =
    rawPost(rig, '', 0).replace('content-length: 0', 'transfer-encoding: chunked').split('\r\n\r\n')[0] ?? '';
  const signed = Object.entries(signedHeaders(body, rig.now)).map(([name, value]) => `${name}: ${value}`);
  const lines = [
    ...head.split('\r\n').filter((line) => !line.startsWith('x-slack')),
    ...signed,
    'connection: close',
  ];
  const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
  const broken = await talk(rig.port, `${lines.join('\r\n')}\r\n\r\n${chunk}`, { end: true });
  assert.doesNotMatch(broken, /^HTTP\/1\.1 2/);
  assert.equal(rig.inbox.rows.length, 0);
  const whole = await talk(rig.port, `${lines.join('\r\n')}\r\n\r\n${chunk}0\r\n\r\n`);
  assert.match(whole, /^HTTP\/1\.1 200 /);
  assert.equal(rig.inbox.rows.length, 1);
});

test('a mebibyte passes, one byte more is 413, announced or not', async () => {
  await using rig = await startRig();
  const frame = messageBody({ text: '' });
  const exact = frame.replace('"text":""', `"text":"${'x'.repeat(1024 * 1024 - frame.length)}"`);
  assert.equal((await postSigned(rig, exact)).status, 200);
  const over = exact.replace('"text":"', '"text":"x');
  const announced = await talk(rig.port, rawPost(rig, '', 1024 * 1024 + 1));
  assert.match(announced, /^HTTP\/1\.1 413 /);
  const [half, rest] = [over.slice(0, 500_000), over.slice(500_000)];
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from(half));
      controller.enqueue(Buffer.from(rest));
      controller.close();
    },
  });
  const streamed = await fetch(`${rig.url}/slack/events`, {
    method: 'POST',
    body: stream,
    duplex: 'half',
    headers: signedHeaders(over, rig.now),
  });
  assert.equal(streamed.status, 413);
  assert.equal(rig.inbox.rows.length, 1);
});

test('headers beyond 16 KiB are 431', async () => {
  await using rig = await startRig();
  const answer = await talk(
    rig.port,
    `POST /slack/events HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1\.1 431 /);
});

test('unknown paths are 404 and other methods 405', async () => {
  await using rig = await startRig();
  for (const path of ['/', '/slack', '/slack/events/', '/hooks', '/hooks/a/b', '/admin']) {
    assert.equal((await fetch(rig.url + path)).status, 404, path);
  }
  for (const [method, path, allow] of [
    ['GET', '/slack/events', 'POST'],
    ['PUT', '/slack/events', 'POST'],
    ['GET', '/hooks/jira-it', 'POST'],
    ['DELETE', '/healthz', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
  ] as const) {
    const answer = await fetch(rig.url + path, { method });
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allow], `${method} ${path}`);
  }
});

test('health, readiness and metrics', async () => {
  let ready = true;
  await using rig = await startRig({
    server: { readiness: async () => ({ ready, checks: ready ? {} : { database: 'does not answer' } }) },
  });
  assert.equal((await fetch(`${rig.url}/healthz`)).status, 200);
  assert.equal((await fetch(`${rig.url}/readyz`)).status, 200);
  ready = false;
  const answer = await fetch(`${rig.url}/readyz`);
  assert.equal(answer.status, 503);
  assert.deepEqual(await answer.json(), { ready: false, checks: { database: 'does not answer' } });
  const metrics = await fetch(`${rig.url}/metrics`);
  assert.match(metrics.headers.get('content-type') ?? '', /version=0\.0\.4/);
  assert.equal(await metrics.text(), 'deskbridge_up 1\n');
});

test('an unexpected failure is 500 with a reference that the log has too, and nothing else', async () => {
  const logged: { fields: Readonly<Record<string, unknown>>; message: string }[] = [];
  const log = {
    info() {},
    warn() {},
    error: (fields: Readonly<Record<string, unknown>>, message: string) =>
      void logged.push({ fields, message }),
  };
  const secret = 'password=hunter2';
  await using rig = await startRig({
    server: { log },
    knowsChannel: () => Promise.reject(new Error(secret)),
  });
  const answer = await postSigned(rig, messageBody());
  assert.equal(answer.status, 500);
  const reference = /Reference: ([0-9a-f-]{36})\./.exec(answer.text)?.[1];
  assert.ok(reference !== undefined);
  assert.ok(!answer.text.includes(secret) && !answer.text.includes('at '));
  assert.equal(logged[0]?.fields['reference'], reference);
});

test('more routes can be mounted, and hear when the server stops', async () => {
  let stopping: AbortSignal | undefined;
  const rig = await startRig({
    server: {
      mount(app: Hono, signal: AbortSignal) {
        stopping = signal;
        app.route(
          '/demo',
          new Hono().get('/', (c) => c.text('hello')),
        );
      },
    },
  });
  assert.equal(await (await fetch(`${rig.url}/demo`)).text(), 'hello');
  assert.equal(stopping?.aborted, false);
  await rig.server.stop();
  assert.equal(stopping?.aborted, true);
});

test('stopping lets requests in flight finish and takes no new ones', async () => {
  const rig = await startRig();
  const held = gate();
  rig.inbox.gate = held.opened;
  const posting = postSigned(rig, messageBody());
  while (rig.inbox.inserts.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const stopped = rig.server.stop(5000);
  await assert.rejects(post(`${rig.url}/slack/events`, messageBody(), {}), 'no new connections');
  const started = performance.now();
  held.open();
  assert.equal((await posting).status, 200);
  await stopped;
  assert.ok(performance.now() - started < 1500, 'idle keep-alive connections do not hold it up');
  assert.equal(rig.inbox.rows.length, 1);
});

test('stopping cuts what does not end within the grace time', async () => {
  const rig = await startRig({
    server: { mount: (app) => void app.get('/endless', () => new Promise(() => {})) },
  });
  const endless = fetch(`${rig.url}/endless`);
  const lost = assert.rejects(endless);
  while ((await connections(rig.port)) === 0) await new Promise((resolve) => setImmediate(resolve));
  await rig.server.stop(100);
  await lost;
});

/** A second request proves that the first one has been taken. */
async function connections(port: number): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200 ? 1 : 0;
}

test('an address that is taken is said in a sentence', async () => {
  await using rig = await startRig();
  const other = createWebServer({
    slack: null,
    hooks: async () => ({ status: 404, body: null }),
    readiness: async () => ({ ready: true, checks: {} }),
    metricsText: async () => '',
    metrics: recordedMetrics(),
    log: { info() {}, warn() {}, error() {} },
  });
  await assert.rejects(other.listen('127.0.0.1', rig.port), /something else listens there.*Set another port/);
  const { port } = await other.listen('127.0.0.1', 0);
  assert.equal(
    (await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST' })).status,
    404,
    'no Slack door',
  );
  await other.stop();
  await other.stop();
});
