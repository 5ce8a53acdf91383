import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { connector as github } from '../../../examples/github-issues/index.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { ConnectorId, Marker, TicketId } from '../../../src/model/ids.ts';
import { noLog } from '../../../src/model/log.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { createSecret } from '../../../src/model/secret.ts';
import { connectorRules, runRule } from '../../conformance/connector.ts';
import { makeBench } from './bench.ts';
import { startHub } from './hub.ts';
import { REPOSITORY } from './records.ts';
import { AGENT, BRIDGE, HOOK_SECRET, LAG_MS, TOKEN } from './repository.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const TICKET = TicketId.parse('1');

test('the whole connector has less than 400 lines, and stands on nothing but the kit', () => {
  const files = globSync('examples/github-issues/**/*.ts', { cwd: root });
  const lines = files.flatMap((file) => readFileSync(path.join(root, file), 'utf8').trimEnd().split('\n'));
  assert.ok(files.length >= 5 && lines.length > 200, `only ${lines.length} lines in ${files.length} files`);
  assert.ok(lines.length < 400, `${lines.length} lines`);
  const from = lines.flatMap((line) => / from '([^']+)';$/.exec(line)?.[1] ?? []);
  const beyond = from.filter(
    (one) => !one.startsWith('./') && !['deskbridge/connector', 'zod'].includes(one),
  );
  assert.deepEqual(beyond, []);
});

interface Sites {
  readonly isPrivate?: boolean;
  readonly settings?: object;
}

async function site(t: TestContext, { isPrivate = true, settings = {} }: Sites = {}) {
  const hub = await startHub({ isPrivate });
  t.after(() => hub.close());
  const io = createIo({ metrics: noMetrics });
  const connector = github.connect({
    id: ConnectorId.parse('github'),
    settings: github.settings.parse({ repository: REPOSITORY, base_url: hub.baseUrl, ...settings }),
    secret: () => createSecret(TOKEN),
    hookSecret: HOOK_SECRET,
    io,
    log: noLog,
  });
  const run = <T>(work: (connector: Connector) => Promise<Outcome<T>>) =>
    io.run('ticket.read', { timeoutMs: 10_000 }, () => work(connector));
  return { hub, connector, run };
}

const attempt = (at: Date) => ({ marker: Marker.parse('dsk-0123456789abcdefghij'), startedAt: at });

function told(outcome: Outcome<unknown>): string {
  return outcome.kind === 'rejected' ? outcome.code : outcome.kind;
}

test('a repository that the whole world reads is refused until that is meant', async (t) => {
  const open = await site(t, { isPrivate: false });
  assert.equal(told(await open.run((it) => it.check())), 'forbidden');
  const meant = await site(t, { isPrivate: false, settings: { public: true } });
  assert.deepEqual(await meant.run((it) => it.check()), { kind: 'ok', value: { account: BRIDGE } });
});

test('nobody’s address is written where all readers of the repository see it', async (t) => {
  const { hub, run } = await site(t);
  const draft = {
    target: { labels: [] },
    summary: 'The door',
    description: plainDoc('It does not open'),
    kind: 'general',
    priority: 'medium',
    requester: { name: 'Ada Lovelace', email: 'ada@example.com' },
    reason: 'No rule matched',
    permalink: null,
  } as const;
  assert.equal(told(await run((it) => it.create.send(draft, attempt(hub.clock.now())))), 'ok');
  const [issue] = hub.records.issues.values();
  assert.ok(issue?.body.includes('Ada Lovelace') && !issue.body.includes('ada@example.com'), issue?.body);
});

test('what people write pings nobody on GitHub and leaves no trace in other issues', async (t) => {
  const { hub, run } = await site(t);
  hub.records.create({ by: AGENT, title: 'One' });
  const words = 'Ask @octocat or @acme/admins about #1, GH-1 and acme/other#7; a@b.example';
  const draft = {
    ticket: TICKET,
    author: null,
    body: plainDoc(words),
    visibility: 'public',
    source: null,
    part: null,
  } as const;
  assert.equal(told(await run((it) => it.comments.add.send(draft, attempt(hub.clock.now())))), 'ok');
  const [comment] = hub.records.comments.values();
  assert.doesNotMatch(comment?.body ?? '', /@[a-z0-9]|#\d|GH-\d/i);
});

test('an issue that moved, was deleted or is a pull request is no ticket, and each is told apart', async (t) => {
  const { hub, run } = await site(t);
  const issue = hub.records.create({ by: AGENT, title: 'One' });
  issue.fate = 'transferred';
  const moved = await run((it) => it.read(TICKET));
  assert.deepEqual(
    [told(moved), moved.kind === 'rejected' && /sent us on to api\.github\.com/.test(moved.reason)],
    ['invalid', true],
  );
  issue.fate = 'deleted';
  assert.equal(told(await run((it) => it.read(TICKET))), 'not-found');
  hub.records.create({ by: AGENT, title: 'A pull request' }, true);
  assert.equal(told(await run((it) => it.read(TicketId.parse('2')))), 'not-found');
});

test('the poll passes over pull requests, and finds a comment that was edited', async (t) => {
  const { hub, run } = await site(t);
  const issue = hub.records.create({ by: AGENT, title: 'One' });
  const comment = hub.records.comment(issue, AGENT, 'First');
  hub.clock.advance(3_600_000);
  const start = await run((it) => it.changesSince(null));
  assert.ok(start.kind === 'ok');
  hub.clock.advance(3_600_000);
  hub.records.create({ by: AGENT, title: 'A pull request' }, true);
  hub.records.touch(comment, 'Second');
  hub.clock.advance(LAG_MS);
  const found = await run((it) => it.changesSince(start.value.cursor));
  assert.deepEqual(found.kind === 'ok' && found.value.tickets, ['1']);
});

test('GitHub says "slower" in four ways, and each is believed', async (t) => {
  const { hub, run } = await site(t);
  hub.records.create({ by: AGENT, title: 'One' });
  const reset = (s: number) => String(Math.floor(Date.now() / 1000) + s);
  const ways: readonly (readonly [number, Record<string, string>, (ms: number) => boolean])[] = [
    [403, { 'retry-after': '30' }, (ms) => ms === 30_000],
    [429, { 'retry-after': '30' }, (ms) => ms === 30_000],
    [
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(90) },
      (ms) => ms > 80_000 && ms <= 91_000,
    ],
    [429, {}, (ms) => ms === 60_000],
  ];
  for (const [status, headers, isRight] of ways) {
    hub.answerNext(status, headers);
    const outcome = await run((it) => it.read(TICKET));
    assert.ok(outcome.kind === 'retry' && outcome.effect === 'none', JSON.stringify(outcome));
    assert.ok(isRight(outcome.afterMs ?? 0), `${status} ${JSON.stringify(headers)}: ${outcome.afterMs}`);
  }
  hub.answerNext(403, {});
  assert.equal(told(await run((it) => it.read(TICKET))), 'forbidden');
});

test('a hook of another repository, of a pull request, or a ping names no ticket', async (t) => {
  const { hub, connector } = await site(t);
  const seen: string[] = [];
  const read = (event: string, payload: object) => {
    const hook = hub.hooks.signed(event, payload);
    const reading = connector.readHook({ ...hook, now: hub.clock.now() });
    assert.ok(reading.kind === 'accepted', JSON.stringify(reading));
    seen.push(`${reading.event} ${reading.ticket}`);
  };
  read('ping', { zen: 'Keep it logically awesome.' });
  read('issues', { action: 'opened', issue: { number: 7 }, repository: { full_name: 'acme/other' } });
  read('issue_comment', { issue: { number: 7, pull_request: {} }, repository: { full_name: REPOSITORY } });
  read('issues', { action: 'opened', issue: { number: 7 }, repository: { full_name: 'Acme/Helpdesk' } });
  assert.deepEqual(seen, ['ping null', 'issues null', 'issue_comment null', 'issues 7']);
});

test('a body that was made to be slow is read in time, with its words', async (t) => {
  const { hub, run } = await site(t);
  const issue = hub.records.create({ by: AGENT, title: 'One' });
  const hostile = [
    '>',
    '> ',
    '- ',
    '*',
    '[',
    '![',
    '`',
    '<',
    '|',
    '_*',
    '<!--',
    '\\',
    '1. ',
    '**a ',
    '[a](',
    '~~',
    '&#x41;',
    'a\n\n',
    '> a\n\n',
    '|a|\n|-|\n',
    '- a\n',
  ];
  for (const piece of hostile) {
    hub.records.comments.clear();
    hub.records.comment(issue, AGENT, `${piece.repeat(60_000 / piece.length)}\nwords`);
    const began = performance.now();
    const outcome = await run((it) => it.read(TICKET));
    const took = performance.now() - began;
    assert.ok(outcome.kind === 'ok', `${piece}: ${JSON.stringify(outcome)}`);
    assert.ok(took < 3000, `"${piece}" repeated took ${took} ms`);
    const [comment] = outcome.value.comments;
    if (piece !== '<!--') assert.match(docText(comment?.body ?? plainDoc('')), /words/, piece);
  }
});

test('the suite notices a connector that writes an internal note where everybody reads it', async () => {
  const [rule, ...others] = connectorRules.filter(({ name }) =>
    name.startsWith('where everybody reads everything'),
  );
  assert.ok(rule !== undefined && others.length === 0);
  await assert.rejects(() =>
    runRule(rule, async () => {
      const bench = await makeBench();
      const { comments } = bench.connector;
      const { add } = comments;
      const loud: typeof add = {
        ...add,
        send: (draft, only) => add.send({ ...draft, visibility: 'public' }, only),
      };
      return { ...bench, connector: { ...bench.connector, comments: { ...comments, add: loud } } };
    }),
  );
});
