/** What we ask of Jira stays below its limits, in all processes together, and slows down before Jira refuses. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after, test } from 'node:test';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraBudget, endpointOf, nearFor } from '../../../src/connectors/jira/budgets.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { type Budget, noBudget } from '../../../src/model/budget.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { ConnectorId, Marker, type TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { EXCHANGES, type Exchange } from '../../../src/sandbox/exchanges.ts';
import { API_TOKEN, EMAIL, HOOK_SECRET, type Site, startSite } from '../../sandbox/jira/site.ts';
import { dropCopies, openStore } from '../../store/open-store.ts';
import { createStillClock } from '../../vendors/still-clock.ts';

after(dropCopies);

const JIRA = ConnectorId.parse('jira-it');
let markers = 0;
const attempt = () => {
  markers += 1;
  return { marker: Marker.parse(`dsk-${String(markers).padStart(32, '0')}`), startedAt: new Date() };
};

/** One process of the bridge, as far as Jira is concerned. */
function workerOn(site: Site, budget: Budget) {
  const io = createIo({ metrics: noMetrics });
  const jira = createJiraConnector({
    id: JIRA,
    baseUrl: site.baseUrl,
    auth: { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN },
    hookSecret: HOOK_SECRET,
    budget,
    io,
  });
  const run = <T>(work: () => Promise<T>) => io.run('ticket.comment.send', { timeoutMs: 20_000 }, work);
  const body = { kind: 'iam', priority: 'low', reason: 'r', permalink: null } as const;
  return {
    create: () =>
      run(() =>
        jira.create.send(
          {
            ...body,
            target: { project: 'IAM', issue_type: 'Task' },
            summary: 's',
            description: plainDoc('d'),
            requester: { name: 'Alma', email: null },
          },
          attempt(),
        ),
      ),
    read: (ticket: TicketId) => run(() => jira.read(ticket)),
    comment: (ticket: TicketId) =>
      run(() =>
        jira.comments.add.send(
          { ticket, author: null, body: plainDoc('hello'), visibility: 'public', source: null, part: null },
          attempt(),
        ),
      ),
  };
}

/** Statuses of everything that the site answers while `work` runs. */
async function answered(work: () => Promise<void>): Promise<readonly number[]> {
  const statuses: number[] = [];
  const hear = (message: unknown) => void statuses.push((message as Exchange).status);
  subscribe(EXCHANGES, hear);
  try {
    await work();
  } finally {
    unsubscribe(EXCHANGES, hear);
  }
  return statuses;
}

async function ticketOn(site: Site): Promise<TicketId> {
  const made = await workerOn(site, noBudget).create();
  assert.ok(made.kind === 'ok');
  return made.value.id;
}

test('two processes that write to one issue at once are never refused; without a budget they are', async (t) => {
  const still = await startSite({ clock: createStillClock() });
  t.after(() => still.close());
  const bare = await ticketOn(still);
  const refused = await answered(async () => {
    const worker = workerOn(still, noBudget);
    await Promise.all(Array.from({ length: 24 }, () => worker.comment(bare)));
  });
  assert.ok(refused.includes(429), 'the simulated Jira keeps its limit');

  const site = await startSite();
  t.after(() => site.close());
  const { store } = await openStore(t, { max: 8 });
  const ticket = await ticketOn(site);
  const workers = [workerOn(site, store.budgets), workerOn(site, store.budgets)];
  const kinds: string[] = [];
  const statuses = await answered(async () => {
    const outcomes = await Promise.all(
      workers.flatMap((worker) => Array.from({ length: 12 }, () => worker.comment(ticket))),
    );
    for (const outcome of outcomes) {
      kinds.push(outcome.kind);
      if (outcome.kind === 'ok') continue;
      assert.ok(outcome.kind === 'retry' && outcome.effect === 'none' && (outcome.afterMs ?? 0) > 0);
      assert.equal(outcome.scope, 'turn', 'our own limit is nobody’s fault, and pauses nothing else');
    }
  });
  assert.ok(!statuses.includes(429), statuses.join());
  const through = kinds.filter((kind) => kind === 'ok').length;
  assert.ok(through >= 8, `${through} went through`);
});

test('an answer that says that a limit is near slows every process before one is refused', async (t) => {
  const site = await startSite({ nearLimit: true });
  t.after(() => site.close());
  const { store } = await openStore(t, { max: 4 });
  const ticket = await ticketOn(site);
  const one = workerOn(site, store.budgets);
  assert.equal((await one.read(ticket)).kind, 'ok');
  const paused = await store.budgets.paused();
  const names = paused.map(({ destination }) => destination);
  assert.ok(names.includes('jira-it:GET /rest/api/3/issue/*'), names.join());
  assert.match(paused[0]?.reason ?? '', /near its rate limit/);
  const limit = { destination: 'jira-it:GET /rest/api/3/issue/*', burst: 65, perSecond: 75 };
  assert.ok((await store.budgets.take([limit])) > 0, 'another process waits, too');
});

test('Jira says near by a header of its own, by what is left, or by a structured header', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  const near = (headers: Record<string, string>) => nearFor(new Headers(headers), now);
  assert.equal(near({}), null);
  assert.equal(near({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '21' }), null);
  assert.equal(near({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '20' }), 1_000);
  const reset = '2026-11-21T10:00:30Z';
  assert.equal(near({ 'x-ratelimit-nearlimit': 'true', 'x-ratelimit-reset': reset }), 30_000);
  assert.equal(near({ 'x-ratelimit-nearlimit': 'true', 'x-ratelimit-reset': 'soon' }), 1_000);
  const policy = { 'ratelimit-policy': '"jira-burst-based";q=100;w=1' };
  assert.equal(near({ ...policy, ratelimit: '"jira-burst-based";r=5;t=2' }), 2_000);
  assert.equal(near({ ...policy, ratelimit: '"jira-burst-based";r=90;t=2' }), null);
});

test('calls are counted by endpoint, whatever their ids are', () => {
  for (const [method, path, name] of [
    ['GET', '/rest/api/3/issue/10001', 'GET /rest/api/3/issue/*'],
    ['PUT', '/rest/api/3/issue/IAM-7/assignee', 'PUT /rest/api/3/issue/*/assignee'],
    ['GET', '/rest/api/3/issue/createmeta/IAM/issuetypes', 'GET /rest/api/3/issue/createmeta/*/issuetypes'],
    ['GET', '/rest/servicedeskapi/servicedesk/1/customer', 'GET /rest/servicedeskapi/servicedesk/*/customer'],
    ['POST', '/rest/servicedeskapi/request', 'POST /rest/servicedeskapi/request'],
    ['GET', '/rest/webhooks/1.0/webhook', 'GET /rest/webhooks/1.0/webhook'],
  ] as const)
    assert.equal(endpointOf(method, path), name);
});

test('only an app pays points: one for a call, and one more for each thing that a read brings', async () => {
  const seen = { taken: [] as string[], spent: [] as number[] };
  const budget: Budget = {
    ...noBudget,
    take: async (limits) => {
      seen.taken.push(...limits.map(({ destination }) => destination));
      return 0;
    },
    spend: async (_limit, cost) => void seen.spent.push(cost),
  };
  const read = { method: 'GET', path: '/rest/api/3/issue/1/comment' };
  const answer = { headers: new Headers(), body: { comments: [1, 2, 3] } };
  const plain = createJiraBudget({ id: JIRA, budget, isApp: false });
  await plain.admit(read);
  await plain.heed(read, answer);
  assert.deepEqual([seen.taken.includes('jira-it:points'), seen.spent], [false, []]);
  const app = createJiraBudget({ id: JIRA, budget, isApp: true });
  await app.admit(read);
  await app.heed(read, answer);
  assert.deepEqual([seen.taken.includes('jira-it:points'), seen.spent], [true, [3]]);
});
