import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { SlackChannel, SlackTeam, SlackTs, SlackUser } from '../../../src/model/ids.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Target } from '../../../src/slack/out/post.ts';
import type { PageWanted } from '../../../src/slack/out/read-page.ts';
import { renderNotice } from '../../../src/slack/out/rich-text.ts';
import { BOT_TOKEN } from '../../sandbox/slack/open-slack.ts';
import { ALMA, attempt, brief, HELP, inThread, openSlackOut, taken, toAlma } from './open-slack-out.ts';

const GENERAL = SlackChannel.parse('C0GENERAL');

for (const [name, message] of [
  ['in a thread', inThread],
  ['as a direct message', toAlma],
] as const) {
  test(`a message is posted ${name} and found again by its marker`, async (t) => {
    const r = await openSlackOut(t);
    const [mine, other] = [attempt(r), attempt(r)];
    const asked = message(r);
    assert.equal(taken(await r.run('slack.post.find', () => r.out.post.find(asked, mine))), null);
    const posted = taken(await r.run('slack.post.send', () => r.out.post.send(asked, mine)));
    assert.deepEqual(taken(await r.run('slack.post.find', () => r.out.post.find(asked, mine))), posted);
    assert.equal(taken(await r.run('slack.post.find', () => r.out.post.find(asked, other))), null);
    const [seen, ...others] = r.slack.people.messages(posted.channel).filter((each) => each.isBot);
    assert.deepEqual(others, []);
    assert.equal(seen?.ts, posted.ts);
    assert.deepEqual(seen?.metadata, { event_type: 'deskbridge_op', event_payload: { op: mine.marker } });
    assert.equal(seen?.threadTs ?? null, name === 'in a thread' ? r.root : null);
  });
}

test('a direct message that cannot be opened was surely not posted', async (t) => {
  const r = await openSlackOut(t);
  r.slack.faults.add('conversations.open', { kind: 'reset-after' });
  const outcome = await r.run('slack.post.send', () => r.out.post.send(toAlma(), attempt(r)));
  assert.equal(brief(outcome), 'retry destination none');
  assert.equal(r.calls('chat.postMessage'), 0);
});

test('the proof of a direct message is found after an answer that was lost', async (t) => {
  const r = await openSlackOut(t);
  const mine = attempt(r);
  r.slack.faults.add('chat.postMessage', { kind: 'reset-after' });
  assert.equal(
    brief(await r.run('slack.post.send', () => r.out.post.send(toAlma(), mine))),
    'retry destination unknown',
  );
  const found = taken(await r.run('slack.post.find', () => r.out.post.find(toAlma(), mine)));
  assert.ok(found !== null);
  assert.deepEqual(r.said(found.channel), ['hello']);
});

test('a lagging read does not see a post yet, and sees it later', async (t) => {
  const r = await openSlackOut(t);
  const [mine, message] = [attempt(r), inThread(r)];
  r.clock.advance(60_000);
  const posted = taken(await r.run('slack.post.send', () => r.out.post.send(message, mine)));
  r.slack.faults.add('conversations.replies', { kind: 'stale', staleMs: 30_000 });
  const find = () => r.run('slack.post.find', () => r.out.post.find(message, mine));
  assert.equal(taken(await find()), null);
  assert.deepEqual(taken(await find()), posted);
});

test('a proof is found behind hundreds of other messages, and though the clocks differ a little', async (t) => {
  const r = await openSlackOut(t);
  const mine = { ...attempt(r), startedAt: new Date(r.clock.now().getTime() + 45_000) };
  for (let n = 0; n < 230; n += 1) r.slack.people.post(ALMA, HELP, `before ${n}`, r.root);
  const posted = taken(await r.run('slack.post.send', () => r.out.post.send(inThread(r), mine)));
  for (let n = 0; n < 230; n += 1) r.slack.people.post(ALMA, HELP, `after ${n}`, r.root);
  const find = () =>
    r.run('slack.post.find', () => r.out.post.find(inThread(r), mine), { timeoutMs: 10_000 });
  assert.deepEqual(taken(await find()), posted);
  assert.ok(r.calls('conversations.replies') >= 3);
  r.slack.faults.add('conversations.replies', { kind: 'fail-before', status: 500 });
  assert.equal(brief(await find()), 'retry destination none');
});

test('a person who copies our marker into words does not make a proof', async (t) => {
  const r = await openSlackOut(t);
  const mine = attempt(r);
  r.slack.people.post(ALMA, HELP, `deskbridge_op ${mine.marker}`, r.root);
  assert.equal(taken(await r.run('slack.post.find', () => r.out.post.find(inThread(r), mine))), null);
});

const NOWHERE: Target = {
  kind: 'thread',
  channel: SlackChannel.parse('C0NONE'),
  root: SlackTs.parse('1.000000'),
};
const STRANGE: Target = { kind: 'thread', channel: GENERAL, root: SlackTs.parse('1.000000') };

test('a revoked token is refused for good, and the reason names who can help', async (t) => {
  const r = await openSlackOut(t);
  r.slack.setRevoked(true);
  for (const outcome of [
    await r.run('slack.post.send', () => r.out.post.send(inThread(r), attempt(r))),
    await r.run('slack.post.find', () => r.out.post.find(inThread(r), attempt(r))),
    await r.run('ticket.check', () => r.out.whoAmI()),
  ]) {
    assert.equal(brief(outcome), 'rejected auth');
    assert.ok(
      outcome.kind === 'rejected' && outcome.reason.includes('"token_revoked". A Slack administrator'),
    );
    assert.ok(!JSON.stringify(outcome).includes(BOT_TOKEN));
  }
});

test('a channel without us, a channel that is gone, a person who is gone, a message that is gone', async (t) => {
  const r = await openSlackOut(t);
  const say = (target: Target) =>
    r.run('slack.post.send', () => r.out.post.send({ target, ...renderNotice('x') }, attempt(r)));
  assert.equal(brief(await say(STRANGE)), 'rejected forbidden');
  assert.equal(brief(await say(NOWHERE)), 'rejected forbidden');
  assert.equal(brief(await say({ kind: 'direct', user: SlackUser.parse('U0NOBODY') })), 'rejected not-found');
  const gone = { channel: HELP, ts: SlackTs.parse('5.000000'), ...renderNotice('x') };
  assert.equal(
    brief(await r.run('slack.card.send', () => r.out.edit.send(gone, attempt(r)))),
    'rejected not-found',
  );
});

test('what Slack calls a mistake of ours is refused, and never tried again by itself', async (t) => {
  const r = await openSlackOut(t);
  const blocks = Array.from({ length: 51 }, () => ({ type: 'divider' as const }));
  const target = inThread(r).target;
  const outcome = await r.run('slack.post.send', () =>
    r.out.post.send({ target, text: 'x', blocks }, attempt(r)),
  );
  assert.equal(brief(outcome), 'rejected invalid');
  assert.equal(r.calls('chat.postMessage'), 1);
});

test('when nobody listens, nothing can have happened', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  const r = await openSlackOut(t, `http://127.0.0.1:${address.port}/api/`);
  for (const outcome of [
    await r.run('slack.post.send', () => r.out.post.send(inThread(r), attempt(r))),
    await r.run('slack.post.find', () => r.out.post.find(inThread(r), attempt(r))),
  ]) {
    assert.equal(brief(outcome), 'retry destination none');
    assert.ok(outcome.kind === 'retry' && !/127\.0\.0\.1|xoxb/.test(outcome.reason));
  }
});

test('after the end of a lease nothing is sent: the caller hears it, whatever the client wraps it in', async (t) => {
  const r = await openSlackOut(t);
  const notAfter = () => performance.now() - 1;
  const calls: readonly (() => Promise<Outcome<unknown>>)[] = [
    () => r.out.post.send(inThread(r), attempt(r)),
    () => r.out.post.send(toAlma(), attempt(r)),
    () => r.out.post.find(inThread(r), attempt(r)),
    () => r.out.permalink(HELP, r.root),
  ];
  for (const work of calls)
    await assert.rejects(r.run('slack.post.send', work, { notAfter }), { name: 'DeadlinePassed' });
  assert.deepEqual(r.slack.calls(), []);
});

test('a lease that ends between opening a direct message and posting stops the post', async (t) => {
  const r = await openSlackOut(t);
  let looks = 0;
  const notAfter = () => {
    looks += 1;
    return looks === 1 ? Number.POSITIVE_INFINITY : 0;
  };
  await assert.rejects(
    r.run('slack.post.send', () => r.out.post.send(toAlma(), attempt(r)), { notAfter }),
    { name: 'DeadlinePassed' },
  );
  assert.equal(r.calls('conversations.open'), 1);
  assert.equal(r.calls('chat.postMessage'), 0);
});

test('a call outside of io() is a bug and throws', async (t) => {
  const r = await openSlackOut(t);
  await assert.rejects(r.out.post.send(inThread(r), attempt(r)), /outside/);
  assert.deepEqual(r.slack.calls(), []);
});

test('a pause that one call is asked for does not stop another one', async (t) => {
  const r = await openSlackOut(t);
  r.slack.faults.add('chat.postMessage', { kind: 'limit', retryAfterS: 3_600 });
  const [limited, other] = await Promise.all([
    r.run('slack.post.send', () => r.out.post.send(inThread(r), attempt(r))),
    r.run('slack.read', () => r.out.permalink(HELP, r.root)),
  ]);
  assert.equal(brief(limited), 'retry destination none after 3600000');
  assert.equal(brief(other), 'ok');
  assert.equal(brief(await r.run('slack.post.send', () => r.out.post.send(inThread(r), attempt(r)))), 'ok');
});

test('an address that nobody confirmed is nobody’s', async (t) => {
  const people = [{ id: ALMA, name: 'Alma Reyes', email: 'boss@northwind.example', isUnconfirmed: true }];
  const r = await openSlackOut(t, undefined, { people });
  assert.deepEqual(taken(await r.run('slack.read', () => r.out.person(ALMA))), {
    name: 'Alma Reyes',
    email: null,
  });
});

test('who we are, who somebody is, where a message is', async (t) => {
  const r = await openSlackOut(t);
  assert.deepEqual(taken(await r.run('slack.read', () => r.out.whoAmI())), {
    user: 'U0DESKBRIDGE',
    team: 'T0SANDBOX',
  });
  assert.deepEqual(taken(await r.run('slack.read', () => r.out.person(ALMA))), {
    name: 'Alma Reyes',
    email: 'alma.reyes@northwind.example',
  });
  assert.equal(
    brief(await r.run('slack.read', () => r.out.person(SlackUser.parse('U0NOBODY')))),
    'rejected not-found',
  );
  assert.match(
    taken(await r.run('slack.read', () => r.out.permalink(HELP, r.root))),
    /^https?:\/\/.*C0HELPIT/,
  );
});

test('a page of a thread or channel is read back as the events that Slack would have sent', async (t) => {
  const r = await openSlackOut(t);
  const whole = {
    team: SlackTeam.parse('T0SANDBOX'),
    channel: HELP,
    direct: false,
    root: null,
    after: null,
    before: null,
    cursor: null,
  };
  const page = async (changes: Partial<PageWanted>) => {
    const read = taken(await r.run('slack.read', () => r.out.page({ ...whole, ...changes })));
    assert.ok(read !== 'gone');
    assert.equal(read.next, null);
    return read.messages;
  };
  const replies = ['one', 'two', 'three'].map((text) => r.slack.people.post(ALMA, HELP, text, r.root));
  const thread = await page({ root: r.root, after: SlackTs.parse(replies[0]), direct: true });
  assert.deepEqual(
    thread
      .filter(({ ts }) => ts !== r.root)
      .map(({ ts, root, event }) => [ts, root, event['text'], event['type'], event['channel_type']]),
    [
      [replies[1], r.root, 'two', 'message', 'im'],
      [replies[2], r.root, 'three', 'message', 'im'],
    ],
  );
  const [root, ...more] = await page({});
  assert.deepEqual(more, []);
  assert.deepEqual([root?.ts, root?.replies, root?.edited, root?.gone], [r.root, 3, null, false]);
  assert.deepEqual([root?.event['channel'], root?.event['team']], [HELP, whole.team]);
  assert.deepEqual(await page({ before: r.root }), []);
  r.slack.people.edit(ALMA, HELP, replies[0] ?? '', 'one and a half');
  const [, edited] = await page({ root: r.root });
  assert.notEqual(edited?.edited, null);
  const gone = await r.run('slack.read', () => r.out.page({ ...whole, root: SlackTs.parse('1.000000') }));
  assert.equal(taken(gone), 'gone');
});
