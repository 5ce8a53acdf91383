/** A small answer that unpacks into a huge one is not unpacked: every client stops at what it reads, and says so. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createIo } from '../../src/connectors/io.ts';
import { createJiraConnector } from '../../src/connectors/jira/connector.ts';
import { createServiceNowConnector } from '../../src/connectors/servicenow/connector.ts';
import { ConnectorId, TicketId } from '../../src/model/ids.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { createSlackClient } from '../../src/slack/out/client.ts';
import { closeServer, listenOnLoopback } from '../sandbox/servicenow/instance.ts';

const MB = 1024 * 1024;
const UNPACKED_MB = 512;
/** What reading up to the limit may cost; unpacking the whole would cost eight times as much. */
const MOST_MB = 64;

/** A text of JSON, in pieces that unpack one after the other. */
function bomb(): Buffer {
  const piece = gzipSync(Buffer.alloc(16 * MB, 'x'));
  const pieces = Array.from({ length: UNPACKED_MB / 16 }, () => piece);
  return Buffer.concat([gzipSync('{"result":"'), ...pieces, gzipSync('"}')]);
}

test('half a gigabyte in an answer of half a megabyte fills nobody’s memory', async (t) => {
  const packed = bomb();
  assert.ok(packed.length < MB);
  let isArmed = false;
  let asked = 0;
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.on('error', () => {});
    const head = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    asked += 1;
    outgoing.writeHead(200, head).end(isArmed ? packed : gzipSync('{"ok":false,"error":"x"}'));
  });
  const base = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  t.after(() => closeServer(server));
  const io = createIo({ metrics: noMetrics });
  const run = <T>(work: () => Promise<Outcome<T>>) => io.run('ticket.read', { timeoutMs: 60_000 }, work);
  const [id, hookSecret] = [ConnectorId.parse('one'), null];
  const token = { kind: 'api-token', email: 'bot@example.test', apiToken: 'sandbox-0123456789' } as const;
  const basic = { kind: 'basic', user: 'bot', password: 'sandbox-0123456789' } as const;
  const jira = createJiraConnector({ id, baseUrl: base, auth: token, hookSecret, io });
  const snow = createServiceNowConnector({ id, baseUrl: base, auth: basic, hookSecret, io });
  const slack = createSlackClient({ token: 'xoxb-sandbox-1', apiUrl: `${base}/api/`, io });
  const clients: Readonly<Record<string, () => Promise<string>>> = {
    jira: async () => (await run(() => jira.read(TicketId.parse('10001')))).kind,
    servicenow: async () => (await run(() => snow.read(TicketId.parse('a'.repeat(32))))).kind,
    slack: () =>
      run(async () => ({ kind: 'ok', value: await slack.auth.test() })).then(
        () => 'ok',
        () => 'threw',
      ),
  };
  for (const ask of Object.values(clients)) await ask();
  isArmed = true;
  for (const [name, ask] of Object.entries(clients)) {
    const [before, count] = [process.resourceUsage().maxRSS, asked];
    assert.notEqual(await ask(), 'ok', name);
    assert.ok(asked > count, `${name} was not even asked`);
    const grown = (process.resourceUsage().maxRSS - before) / 1024;
    assert.ok(grown < MOST_MB, `${name} took ${grown.toFixed(0)} MiB`);
  }
});
