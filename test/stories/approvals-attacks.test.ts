/** What somebody could do on the ticket, or with a webhook that he has seen, to make a decision out of nothing. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Hono } from 'hono';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { LinkId } from '../../src/model/ids.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { issueNow } from '../approvals/issue-now.ts';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import { agentsRead, BEN, becomes, employ, LIMIT_MS, latest } from './approval-people.ts';
import { type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

interface Hook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Somebody on the way between Jira and the bridge: he lets everything through and keeps a copy. */
async function eavesdropper(): Promise<{
  readonly url: string;
  readonly hooks: readonly Hook[];
  leadTo(url: string): void;
  close(): Promise<unknown>;
}> {
  const hooks: Hook[] = [];
  let target = '';
  const app = new Hono();
  app.post('/', async (c) => {
    const hook = { headers: c.req.header(), body: await c.req.text() };
    hooks.push(hook);
    return new Response(null, { status: (await send(target, hook)).status });
  });
  const { url, close } = await listen(app);
  return {
    ...{ url, hooks, close },
    leadTo(to) {
      target = to;
    },
  };
}

function send(url: string, { headers, body }: Hook, more: Readonly<Record<string, string>> = {}) {
  const kept = ['content-type', 'x-hub-signature', 'x-atlassian-webhook-identifier'];
  const same = kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]));
  return fetch(url, { method: 'POST', body, headers: { ...Object.fromEntries(same), ...more } });
}

/** The status of the ticket as the bridge knows it. */
async function known(story: Story): Promise<string | undefined> {
  const [row] = await story.query<{ id: string }>('select id from link');
  const link = await story.bridge.world.store.links.get(LinkId.parse(row?.id));
  return link?.ticket?.fields?.status.category;
}

/** Everything that a decision leaves, and what would be done because of it. */
const decided = (story: Story) =>
  story.query<{ votes: number; runs: number }>(
    `select (select count(*)::int from approval_vote) as votes,
       (select count(*)::int from operation where kind = 'run-approved') as runs`,
  );
const NOTHING = [{ votes: 0, runs: 0 }];

test('a status, a comment and an old webhook that is sent again decide nothing, and a note says that it is only a note', async (t) => {
  const between = await eavesdropper();
  t.after(() => between.close());
  const asking = { name: 'database', when: { words: ['database'] }, queue: 'access', kind: 'iam' };
  const story = await startStory(t, {
    ...{ kind: jiraKind, approvals: settingsWith() },
    routing: { rules: [{ ...asking, flow: 'approval', approval: 'access' }] },
    async desk(clock) {
      const desk = await jiraDesk(clock);
      return {
        ...desk,
        setHookUrl(url) {
          between.leadTo(url);
          desk.setHookUrl(between.url);
        },
      };
    },
  });
  await employ(story);
  const { ts, ticket } = await opened(story, 'Please let me into the database');
  await agentsRead(story, ticket.id, /Asked: ben\./);
  const shows = (category: string) =>
    until(`the bridge reads ${category}`, LIMIT_MS, async () => (await known(story)) === category);

  // Whoever may edit the ticket sets what the approval would set.
  story.desk.setStatus(ticket.id, 'active');
  await shows('active');
  const round = async () => (await latest(story)).approval.round;
  await until('it is asked anew', LIMIT_MS, async () => (await round()) === 2);
  // And writes what Deskbridge would write.
  story.desk.comment(ticket.id, 'ben approved access (card).', { internal: true });
  await quiet(story);
  assert.equal((await latest(story)).approval.status, 'open');
  assert.deepEqual(await decided(story), NOTHING);

  // The webhook that told of it was genuine; now it tells of what is past.
  const told = (state: string) =>
    between.hooks.findLast(({ body }) => body.includes(`"${state}"`)) ?? assert.fail('none was seen');
  const old = told('In Progress');
  story.desk.setStatus(ticket.id, 'new');
  await shows('new');
  await until('it is asked anew once more', LIMIT_MS, async () => (await round()) === 3);
  await quiet(story);
  const before = { approval: (await latest(story)).approval, posts: ours(story, ts).map(shown) };
  const door = `${story.url}/hooks/desk`;
  for (let nth = 0; nth < 3; nth += 1) {
    const again = await send(door, old, { 'x-atlassian-webhook-identifier': randomUUID() });
    assert.equal(again.status, 200, 'its signature is right, and nothing in it says when it was made');
  }
  assert.equal(
    (await send(door, { ...old, body: old.body.replace('"In Progress"', '"in progress"') })).status,
    401,
  );
  assert.equal((await send(door, old, { 'x-hub-signature': '' })).status, 401);
  await quiet(story);
  assert.equal(await known(story), 'new');
  assert.equal(story.desk.tickets().find(({ id }) => id === ticket.id)?.category, 'new');
  assert.deepEqual({ approval: (await latest(story)).approval, posts: ours(story, ts).map(shown) }, before);
  assert.deepEqual(await decided(story), NOTHING);

  const { id } = await latest(story);
  const { world } = story.bridge;
  const ben = (await world.store.principals.of({ system: 'slack', id: BEN }))?.id ?? assert.fail();
  const tokens = (await issueNow(world, { approval: id, by: ben, surface: 'card' })) ?? assert.fail();
  const said = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: BEN }, surface: 'card', means: 'button' },
    ...{ decision: 'approve', reason: '', shown: { token: tokens.approve }, cause: null },
  });
  assert.equal(said.kind === 'ok' && said.value.kind, 'counted');
  await becomes(story, 'executed');
  await agentsRead(story, ticket.id, /access is approved, and the change above was made/);
  const { hash } = (await latest(story)).approval;
  const comments = story.desk.tickets().find((one) => one.id === ticket.id)?.comments ?? [];
  const note = comments.filter(({ text }) => /Deskbridge recorded this decision/.test(text));
  assert.equal(note.length, 1);
  const [{ author, internal, text } = assert.fail()] = note;
  assert.equal(author, 'Deskbridge', 'nobody else seems to have written it');
  assert.equal(internal, true);
  assert.match(text, /^ben approved access \(card\)\./);
  assert.match(text, /it is no approval record of this system\./);
  assert.ok(text.includes(`Approval ${id}, fingerprint ${hash.slice(0, 8)}.`), 'where the evidence is');
  const audit = await story.query(
    `select 1 from audit_event where kind = 'approval.approve' and data->>'result' = 'counted'
       and data->>'object' like '%' || $1 and data->>'payload_hash' = $2`,
    [id, hash],
  );
  assert.equal(audit.length, 1, 'what the note refers to is there');

  // The same with what closed it, after it was opened again.
  for (const category of ['done', 'active'] as const) {
    story.desk.setStatus(ticket.id, category);
    await shows(category);
  }
  await quiet(story);
  const closing = await send(door, told('Done'), { 'x-atlassian-webhook-identifier': randomUUID() });
  assert.equal(closing.status, 200);
  await quiet(story);
  assert.equal(await known(story), 'active');
  assert.equal(story.desk.tickets().find(({ id: one }) => one === ticket.id)?.category, 'active');
});
