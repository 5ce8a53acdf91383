/** Nothing that a configuration, a vendor or a name server says makes us call into a network: the real clients, a canary. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, isIP, type LookupFunction, type Server } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BaseUrl } from '../../src/config/base-url.ts';
import { createIo } from '../../src/connectors/io.ts';
import { createJiraConnector } from '../../src/connectors/jira/connector.ts';
import { JiraSettings } from '../../src/connectors/jira/settings.ts';
import { createServiceNowConnector } from '../../src/connectors/servicenow/connector.ts';
import { ServiceNowSettings } from '../../src/connectors/servicenow/schema.ts';
import { AttachmentId, ConnectorId, TicketId } from '../../src/model/ids.ts';
import { refusedAddresses } from '../../src/model/inward.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { createSlackClient } from '../../src/slack/out/client.ts';
import { createSlackHttp } from '../../src/slack/out/slack-http.ts';
import { closeServer, listenOnLoopback } from '../sandbox/servicenow/instance.ts';

const TOKEN = 'sandbox-token-0123456789';
/** All of them mean this machine, or one inside of a network, or lead there on some system. */
const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7F.0x0.0x0.0x1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '①②⑦.0.0.1',
  '１２７.０.０.１',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ⓛocalhost',
  '0',
  '0.0.0.0',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[fc00::1]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '255.255.255.255',
  '224.0.0.1',
] as const;

/** The same behind a host that looks right: `HERE` is the canary. */
const DISGUISES = [
  'files.slack.com@HERE',
  'files.slack.com:443@HERE',
  'files.slack.com%40HERE',
  'HERE\\@files.slack.com',
  'HERE#@files.slack.com',
  'HERE?@files.slack.com',
  'files.slack.com.HERE',
  'HERE/.slack.com',
] as const;

let canary: Server;
let port = 0;
let connects = 0;
before(async () => {
  canary = createServer((socket) => {
    connects += 1;
    // Whoever calls may hang up at any moment.
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  canary.listen(0, '127.0.0.1');
  await once(canary, 'listening');
  const address = canary.address();
  assert.ok(typeof address === 'object' && address !== null);
  port = address.port;
});
after(() => new Promise((resolve) => canary.close(resolve)));
beforeEach(() => {
  connects = 0;
});

type Ask = () => Promise<Outcome<unknown>>;

/** Calls at an address through each of the real clients. One that is not even made is a refusal. */
function clients(
  base: string,
  lookup?: LookupFunction,
): Readonly<Record<'jira' | 'servicenow' | 'slack', Ask>> {
  const io = createIo({ metrics: noMetrics, ...(lookup === undefined ? {} : { lookup }) });
  const run = <T>(work: () => Promise<Outcome<T>>) => io.run('ticket.check', { timeoutMs: 5000 }, work);
  const id = ConnectorId.parse('one');
  const auth = { kind: 'basic', user: 'bot', password: TOKEN } as const;
  const token = { kind: 'api-token', email: 'bot@example.test', apiToken: TOKEN } as const;
  return {
    jira: () =>
      run(async () => createJiraConnector({ id, baseUrl: base, auth: token, hookSecret: null, io }).check()),
    servicenow: () =>
      run(async () => createServiceNowConnector({ id, baseUrl: base, auth, hookSecret: null, io }).check()),
    slack: () =>
      run(async () => {
        const client = createSlackClient({ token: TOKEN, apiUrl: `${base}/api/`, io });
        const said = await client.auth.test();
        return { kind: 'ok', value: said };
      }),
  };
}

/** What became of it: an outcome, or an error that was thrown. */
async function gist(ask: Ask): Promise<string> {
  try {
    const outcome = await ask();
    return outcome.kind === 'ok' ? 'ok' : outcome.reason;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('addresses that lie inside', () => {
  test('the canary hears what calls it: over http, which is for this machine', async () => {
    for (const ask of Object.values(clients(`http://127.0.0.1:${port}`))) await gist(ask);
    assert.ok(connects >= 3, `${connects} connects`);
  });

  test(`none of ${SPELLINGS.length} spellings is called over https by any client`, async () => {
    for (const host of SPELLINGS) {
      const base = `https://${host}:${port}`;
      for (const [name, ask] of Object.entries(clients(base))) assert.notEqual(await gist(ask), 'ok', name);
      assert.equal(connects, 0, base);
    }
  });

  test('a configuration takes http for this machine only where it is written plainly', () => {
    const taken = SPELLINGS.filter((host) => {
      const base_url = `http://${host}:${port}`;
      const auth = { kind: 'basic', user: 'bot', password_env: 'P' };
      const token = { kind: 'api-token', email: 'a@example.test', api_token_env: 'T' };
      const all = [
        BaseUrl.safeParse(base_url).success,
        JiraSettings.safeParse({ system: 'jira', base_url, auth: token }).success,
        ServiceNowSettings.safeParse({ system: 'servicenow', base_url, auth }).success,
      ];
      return all.some(Boolean);
    });
    assert.deepEqual(taken, ['127.0.0.1', '127.255.255.254', 'localhost', 'LOCALHOST', '[::1]']);
  });

  test('a file of Slack is fetched from Slack alone, whatever address it names', async () => {
    const io = createIo({ metrics: noMetrics });
    const http = createSlackHttp({ token: TOKEN, apiUrl: 'https://slack.com/api/', io });
    const here = `127.0.0.1:${port}`;
    const hosts = [
      ...SPELLINGS.map((host) => `${host}:${port}`),
      ...DISGUISES.map((one) => one.replace('HERE', here)),
    ];
    for (const host of hosts) {
      for (const protocol of ['http', 'https']) {
        const url = `${protocol}://${host}/files-pri/T1-F1/a.txt`;
        const down = await io.run('slack.read', { timeoutMs: 5000 }, () => http.download(url));
        assert.equal(down.kind, 'rejected', url);
        const body = { size: 0, bytes: (async function* () {})() };
        const up = await io.run('slack.read', { timeoutMs: 5000 }, () => http.upload(url, body));
        assert.equal(up.kind, 'rejected', url);
        assert.equal(connects, 0, url);
      }
    }
  });
});

/** A name server that says something else each time, and at last always the same. */
function rebinding(...answers: readonly (readonly string[])[]): LookupFunction & { asked(): number } {
  let asked = 0;
  const lookup: LookupFunction = (_host, options, callback) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    const all = answer.map((address) => ({ address, family: isIP(address) }));
    if (options.all === true) callback(null, all);
    else callback(null, all[0]?.address ?? '', all[0]?.family ?? 4);
  };
  return Object.assign(lookup, { asked: () => asked });
}

describe('names that lead inside', () => {
  test('the stub is asked, and what it says is called, where that is allowed', async () => {
    const lookup = rebinding(['127.0.0.1']);
    const { jira, slack } = clients(`http://own.test:${port}`, lookup);
    for (const ask of [jira, slack]) await gist(ask);
    assert.ok(lookup.asked() >= 2 && connects >= 2, `${lookup.asked()} asked, ${connects} connects`);
  });

  for (const answers of [
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['0.0.0.0']],
    [['169.254.169.254'], ['127.0.0.1']],
    [['169.254.169.254', '127.0.0.1']],
    [['10.0.0.1'], ['::1', '127.0.0.1']],
    [['64:ff9b::7f00:1'], ['fd00:ec2::254'], ['127.0.0.1']],
  ]) {
    test(`${answers.map((one) => one.join('+')).join(', then ')}: no socket, and the reason is told`, async () => {
      const lookup = rebinding(...answers);
      const all = clients(`https://desk.test:${port}`, lookup);
      for (const { length } = answers; lookup.asked() < length * 3; ) {
        const before = lookup.asked();
        for (const ask of [all.jira, all.servicenow])
          assert.match(await gist(ask), /its name leads to an address inside of a network/);
        assert.notEqual(await gist(all.slack), 'ok');
        assert.ok(lookup.asked() > before, 'nobody asked for the name');
      }
      assert.equal(connects, 0);
    });
  }

  test('over http a name leads to this machine or nowhere', async () => {
    const lookup = rebinding(['10.0.0.1'], ['169.254.169.254'], ['8.8.8.8'], ['fd00::1']);
    const { jira } = clients(`http://own.test:${port}`, lookup);
    for (let times = 0; times < 4; times += 1)
      assert.match(await gist(jira), /its name leads to an address inside of a network/);
    assert.equal(lookup.asked(), 4);
  });
});

describe('redirects', () => {
  test('none leads a client inside, not even to another port of the host that it trusts', async (t) => {
    const ways = [301, 302, 303, 307, 308];
    let hops = 0;
    const astray = createHttpServer((incoming, outgoing) => {
      incoming.resume();
      const location = `http://127.0.0.1:${port}${incoming.url ?? ''}`;
      outgoing.writeHead(ways[hops++ % ways.length] ?? 302, { location }).end();
    });
    const base = `http://127.0.0.1:${await listenOnLoopback(astray)}`;
    t.after(() => closeServer(astray));
    const io = createIo({ metrics: noMetrics });
    const run = <T>(work: () => Promise<Outcome<T>>) => io.run('ticket.read', { timeoutMs: 5000 }, work);
    const id = ConnectorId.parse('one');
    const token = { kind: 'api-token', email: 'bot@example.test', apiToken: TOKEN } as const;
    const auth = { kind: 'basic', user: 'bot', password: TOKEN } as const;
    const jira = createJiraConnector({ id, baseUrl: base, auth: token, hookSecret: null, io });
    const snow = createServiceNowConnector({ id, baseUrl: base, auth, hookSecret: null, io });
    const slack = createSlackHttp({ token: TOKEN, apiUrl: `${base}/api/`, io });
    const [ticket, file] = [TicketId.parse('10001'), AttachmentId.parse('10002')];
    const [record, attachment] = [TicketId.parse('a'.repeat(32)), AttachmentId.parse('b'.repeat(32))];
    assert.ok(!('absent' in jira.files));
    const { files } = jira;
    const asks: readonly Ask[] = [
      () => run(() => jira.read(ticket)),
      () => run(() => files.open(ticket, file)),
      () => run(() => snow.read(record)),
      () => run(() => snow.files.open(record, attachment)),
      () => run(() => slack.download(`${base}/files-pri/T1-F1/a.txt`)),
    ];
    for (const ask of asks) for (const _ of ways) assert.notEqual(await gist(ask), 'ok');
    assert.ok(hops >= asks.length * ways.length, `${hops} hops`);
    assert.equal(connects, 0);
  });
});

test('private networks are let in on demand, this machine and link-local addresses never', () => {
  const strict = refusedAddresses('https:', { private: false });
  const open = refusedAddresses('https:', { private: true });
  const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const gist = (address: string) => [strict, open].map((list) => list.check(address, family(address)));
  for (const outside of ['8.8.8.8', '104.192.142.10', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])
    assert.deepEqual(gist(outside), [false, false], outside);
  for (const own of ['10.1.2.3', '172.31.255.255', '192.168.1.1', '100.64.0.9', 'fd12::1', '::ffff:10.0.0.1'])
    assert.deepEqual(gist(own), [true, false], own);
  for (const never of [
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '169.254.169.254',
    'fe80::1',
    '64:ff9b::1',
    '224.0.0.1',
  ])
    assert.deepEqual(gist(never), [true, true], never);
});
