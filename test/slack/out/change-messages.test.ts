import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../../src/model/doc.ts';
import { SlackChannel, SlackTs, SlackUser } from '../../../src/model/ids.ts';
import { renderCard } from '../../../src/slack/out/card.ts';
import { renderMessage, renderNotice } from '../../../src/slack/out/rich-text.ts';
import {
  ALMA,
  attempt,
  brief,
  HELP,
  inThread,
  type OpenSlackOut,
  openSlackOut,
  taken,
} from './open-slack-out.ts';

const GONE = { channel: HELP, ts: SlackTs.parse('5.000000') };
const post = async (r: OpenSlackOut, text = 'hello') =>
  taken(await r.run('slack.post.send', () => r.out.post.send(inThread(r, text), attempt(r))));

const CARD = renderCard({
  link: '01900000-0000-7000-8000-000000000000',
  summary: 'Laptop <screen> & *more*',
  key: 'IT-7',
  url: 'https://desk.example/browse/IT-7',
  kind: 'endpoint',
  queue: 'Endpoint support',
  fields: {
    summary: 'Laptop <screen> & *more*',
    status: { name: 'To Do', category: 'new' },
    resolution: null,
    priority: 'Low',
    impact: null,
    urgency: null,
    assignee: null,
    group: null,
  },
  priority: 'low',
  reason: 'r',
  stopped: null,
  lagging: null,
  requester: 'U0ALMA',
});
const SAID = renderMessage({
  author: 'Dana on IT-7',
  body: plainDoc('see https://a.example & <this>'),
  part: null,
});

for (const [what, look] of [
  ['a card', CARD],
  ['a message', SAID],
] as const) {
  test(`${what} that shows what was asked for is found, and one that does not is not`, async (t) => {
    const r = await openSlackOut(t);
    const at = await post(r);
    const edit = { ...at, ...look };
    const find = () => r.run('slack.edit.find', () => r.out.edit.find(edit, attempt(r)));
    assert.equal(taken(await find()), null);
    assert.deepEqual(taken(await r.run('slack.edit.send', () => r.out.edit.send(edit, attempt(r)))), at);
    assert.deepEqual(taken(await find()), at);
    const other = { ...edit, blocks: renderNotice('other').blocks };
    assert.equal(taken(await r.run('slack.edit.find', () => r.out.edit.find(other, attempt(r)))), null);
  });
}

test('an edit leaves the marker of the post where it was', async (t) => {
  const r = await openSlackOut(t);
  const mine = attempt(r);
  const at = taken(await r.run('slack.post.send', () => r.out.post.send(inThread(r), mine)));
  taken(await r.run('slack.edit.send', () => r.out.edit.send({ ...at, ...SAID }, attempt(r))));
  assert.deepEqual(taken(await r.run('slack.post.find', () => r.out.post.find(inThread(r), mine))), at);
});

test('an edit of a message that is gone is refused; its look-up leaves that to the edit, but believes a tombstone', async (t) => {
  const r = await openSlackOut(t);
  const edit = { ...GONE, ...SAID };
  assert.equal(
    brief(await r.run('slack.edit.send', () => r.out.edit.send(edit, attempt(r)))),
    'rejected not-found',
  );
  assert.equal(taken(await r.run('slack.edit.find', () => r.out.edit.find(edit, attempt(r)))), null);
  const direct = taken(
    await r.run('slack.post.send', () =>
      r.out.post.send({ target: { kind: 'channel', channel: HELP }, ...SAID }, attempt(r)),
    ),
  );
  r.slack.people.post(ALMA, HELP, 'a reply', direct.ts);
  taken(await r.run('slack.remove.send', () => r.out.remove.send(direct, attempt(r))));
  const gone = { ...direct, ...SAID };
  assert.equal(
    brief(await r.run('slack.edit.find', () => r.out.edit.find(gone, attempt(r)))),
    'rejected not-found',
  );
  assert.equal(
    brief(await r.run('slack.edit.send', () => r.out.edit.send(gone, attempt(r)))),
    'rejected not-found',
  );
});

test('a message is taken away; twice is fine, and what is not ours is refused', async (t) => {
  const r = await openSlackOut(t);
  const at = await post(r);
  const remove = (which: typeof at) => r.run('slack.remove.send', () => r.out.remove.send(which, attempt(r)));
  assert.equal(taken(await remove(at)), null);
  assert.deepEqual(r.said(HELP), []);
  assert.equal(taken(await remove(at)), null);
  assert.equal(taken(await remove(GONE)), null);
  assert.equal(taken(await r.run('slack.remove.find', () => r.out.remove.find(at, attempt(r)))), null);
  const refused = await remove({ channel: HELP, ts: r.root });
  assert.ok(
    refused.kind === 'rejected' &&
      refused.code === 'forbidden' &&
      refused.reason.includes('Only whoever wrote'),
  );
  assert.equal(brief(await remove({ ...at, channel: SlackChannel.parse('C0NONE') })), 'rejected forbidden');
});

test('a removal whose answer was lost is done again without harm', async (t) => {
  const r = await openSlackOut(t);
  const at = await post(r);
  const remove = () => r.run('slack.remove.send', () => r.out.remove.send(at, attempt(r)));
  r.slack.faults.add('chat.delete', { kind: 'reset-after' });
  assert.equal(brief(await remove()), 'retry destination unknown');
  assert.equal(taken(await remove()), null);
  assert.deepEqual(r.said(HELP), []);
});

test('a whisper is seen by one person, in the thread, and commands nothing', async (t) => {
  const r = await openSlackOut(t);
  const whisper = { channel: HELP, user: ALMA, root: r.root, text: 'In sync <!channel>' };
  assert.equal(taken(await r.run('slack.whisper.send', () => r.out.whisper.send(whisper, attempt(r)))), null);
  const [seen] = r.slack.people.messages(HELP).filter((message) => message.ephemeralFor !== null);
  assert.deepEqual(
    [seen?.ephemeralFor, seen?.threadTs, seen?.text],
    [ALMA, r.root, 'In sync &lt;!channel&gt;'],
  );
  assert.equal(taken(await r.run('slack.whisper.find', () => r.out.whisper.find(whisper, attempt(r)))), null);
  const stranger = { ...whisper, user: SlackUser.parse('U0NOBODY'), root: null };
  const refused = await r.run('slack.whisper.send', () => r.out.whisper.send(stranger, attempt(r)));
  assert.ok(
    refused.kind === 'rejected' &&
      refused.code === 'forbidden' &&
      refused.reason.includes('invite the person'),
  );
});
