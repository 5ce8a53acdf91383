/** Whatever fails behind a door, the answer says that it failed, and nothing of what was known there. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/model/delivery.ts';
import type { Log } from '../../src/model/log.ts';
import { type Connecting, createConnectDoor } from '../../src/web/connect-door.ts';
import { createSlackInstallDoor, type Installing } from '../../src/web/slack-install-door.ts';
import { asPayload, commandBody, messageBody, postSigned, SECRET, startRig, submission } from './rig.ts';

const CANARY = 'canary-4f1d2c9e';
const DATABASE = `postgres://desk:${CANARY}@db.internal.example:5432/desk`;
/** What an answer may never hold: a secret, a place in the program, an address of the inside, a statement. */
const TOLD = [
  CANARY,
  SECRET,
  'xoxb-',
  'postgres:',
  'internal.example',
  '/src/',
  'node_modules',
  'file:/',
  'at async',
  'select ',
];
const PLACE = /\.[cm]?[jt]sx?:\d+/;

/** As a driver throws: an address with its password, a statement, a place. */
function fault(): Error {
  const error = new Error(`connect failed for ${DATABASE} while running select * from grant`);
  return Object.assign(error, { code: 'XX000', config: { headers: { authorization: `Bearer ${CANARY}` } } });
}

const broken = (): never => {
  throw fault();
};
const brokenLater = async (): Promise<never> => broken();
const CONNECTING: Connecting = { look: brokenLater, begin: brokenLater, finish: brokenLater };
const WORDS = { status: 410, lines: ['Ask for a new link.'] };
const INSTALLING: Installing = {
  look: brokenLater,
  begin: brokenLater,
  finish: brokenLater,
  stale: WORDS,
  elsewhere: WORDS,
};

interface Answer {
  readonly what: string;
  readonly status: number;
  readonly all: string;
}

async function answerOf(what: string, asked: Promise<Response>): Promise<Answer> {
  const answer = await asked;
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return { what, status: answer.status, all: `${headers}\n\n${await answer.text()}` };
}

/** Bytes that are no HTTP, which the server itself answers. */
async function talk(port: number, bytes: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let got = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    got += chunk;
  });
  socket.on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return got;
}

function assertSaysNothing({ what, all }: Answer): void {
  const told = TOLD.filter((words) => all.toLowerCase().includes(words.toLowerCase()));
  assert.deepEqual(told, [], `${what}: ${all}`);
  assert.doesNotMatch(all, PLACE, what);
}

test('no answer of any door tells a secret, an address, a statement or a place in the program', async () => {
  const logged: unknown[] = [];
  const log: Log = { info() {}, warn() {}, error: (fields) => void logged.push(fields) };
  await using rig = await startRig({
    knowsChannel: async () => broken(),
    readHook: broken,
    server: {
      connect: createConnectDoor(CONNECTING, 'https://desk.example'),
      install: createSlackInstallDoor(INSTALLING, 'https://desk.example'),
      readiness: brokenLater,
      metricsText: brokenLater,
      log,
    },
  });
  const get = (path: string) => answerOf(`GET ${path}`, fetch(`${rig.url}${path}`, { redirect: 'manual' }));
  const press = (path: string) => {
    const body = new URLSearchParams({ invitation: 'x' });
    const headers = { origin: 'https://desk.example' };
    return answerOf(`POST ${path}`, fetch(`${rig.url}${path}`, { method: 'POST', body, headers }));
  };
  const signed = async (what: string, body: string): Promise<Answer> => {
    const { status, text, headers } = await postSigned(rig, body);
    return { what, status, all: `${JSON.stringify([...headers])}\n${text}` };
  };
  const failing = [
    await signed('an event', messageBody()),
    await answerOf('a hook', fetch(`${rig.url}/hooks/jira-it`, { method: 'POST', body: '{}' })),
    await get('/readyz'),
    await get('/metrics'),
    await get('/oauth/jira-it/connect?invitation=x'),
    await press('/oauth/jira-it/begin'),
    await get('/slack/install?invitation=x'),
    await press('/slack/begin'),
  ];
  for (const answer of failing) {
    assertSaysNothing(answer);
    assert.equal(answer.status, 500, answer.what);
    assert.match(answer.all, /Something went wrong on our side\. Reference: [0-9a-f-]{36}/, answer.what);
  }
  assert.equal(logged.length, failing.length, 'whoever runs it finds each of them');
  const refused = [
    await get(`/nothing/${CANARY.slice(0, 6)}?<script>`),
    await get('/slack/events'),
    await get('/%00%ff/..%2f..%2fetc/passwd'),
    await signed('what cannot be read', '{"type":'),
    await signed('a press on nothing', asPayload({ type: 'block_actions' })),
    await answerOf('unsigned', fetch(`${rig.url}/slack/events`, { method: 'POST', body: commandBody() })),
    {
      what: 'no HTTP',
      status: 400,
      all: await talk(rig.port, 'GET / HTTP/9.9\r\nx: y\r\n\r\n'),
    },
  ];
  for (const answer of refused) {
    assertSaysNothing(answer);
    assert.ok(answer.status < 500, `${answer.what}: ${answer.status}`);
  }
});

test('what Slack is told of a store that is away is a sentence, whatever the failure says', async () => {
  await using rig = await startRig({
    knowsChannel: () => Promise.reject(new StoreUnavailable(String(fault()))),
  });
  rig.inbox.away = true;
  for (const body of [messageBody(), asPayload(submission({ summary: 'A lamp', category: 'other' }))]) {
    const { status, text } = await postSigned(rig, body);
    assertSaysNothing({ what: 'away', status, all: text });
    assert.deepEqual([status, text], [503, 'Deskbridge cannot store this now. Send it again later.']);
  }
});

test('the check finds what it looks for', () => {
  for (const all of [String(fault()), fault().stack ?? '', JSON.stringify(fault())])
    assert.throws(() => assertSaysNothing({ what: 'planted', status: 500, all }));
});
