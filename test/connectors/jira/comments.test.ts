import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Doc, plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { CommentId, SlackTs } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import { ask } from '../../sandbox/jira/site.ts';
import {
  ALMA,
  almaHerself,
  type Desk,
  GRACE,
  IN_SEC,
  ON_DESK,
  openDesk,
  plainAuthor,
  said,
  told,
  value,
} from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  desk.sandbox.signIn(ALMA);
});
afterEach(() => desk.close());

const add = async (...args: Parameters<typeof said>) =>
  value(await desk.run(() => desk.connector.comments.add.send(said(...args), desk.attempt()))).id;

test('the bridge names who said it, in bold and with the way to the message; a part says which it is', async () => {
  const ticket = await desk.create();
  const source = { ts: SlackTs.parse('1.000001'), permalink: 'https://acme.slack.com/x' };
  await add(ticket, 'Hello', { source, part: { number: 2, of: 3 } });
  const list: Doc = {
    type: 'root',
    children: [
      {
        type: 'list',
        ordered: false,
        start: null,
        children: [{ type: 'listItem', checked: null, children: plainDoc('one').children }],
      },
    ],
  };
  await add(ticket, list);
  await add(ticket, 'By the bridge', { author: null });
  const { comments } = await desk.read(ticket);
  assert.deepEqual(
    comments.map(({ body }) => docText(body)),
    [
      'Alma Ruiz (Slack) (https://acme.slack.com/x) (2/3): Hello',
      'Alma Ruiz (Slack):\n\n- one',
      'By the bridge',
    ],
  );
  assert.equal(comments[0]?.body.children[0]?.type, 'paragraph');
  assert.ok(JSON.stringify(comments[0]?.body).includes('"type":"strong"'));
});

test('whoever has a sign-in of his own writes under his own name, and is found by the marker all the same', async () => {
  const ticket = await desk.create();
  const draft = said(ticket, 'It is me', { author: almaHerself, part: { number: 1, of: 2 } });
  const attempt = desk.attempt();
  const { id } = value(await desk.run(() => desk.connector.comments.add.send(draft, attempt)));
  assert.deepEqual(
    desk.seen(ticket).comments.map(({ author, text }) => [author, text]),
    [['Alma Ruiz', '(1/2) It is me']],
  );
  assert.equal(value(await desk.run(() => desk.connector.comments.add.find(draft, attempt)))?.id, id);
});

test('a sign-in that is refused is told to its owner, and nothing is written in his stead', async () => {
  const ticket = await desk.create();
  const wrong = {
    name: 'Alma Ruiz',
    grant: { account: ALMA.email, secret: createSecret('sandbox-old-token') },
  };
  const refused = await desk.run(() =>
    desk.connector.comments.add.send(said(ticket, 'Hi', { author: wrong }), desk.attempt()),
  );
  assert.equal(told(refused), 'rejected auth');
  assert.match(refused.kind === 'rejected' ? refused.reason : '', /Alma Ruiz's own sign-in/);
  assert.ok(!JSON.stringify(refused).includes('sandbox-old-token'));
  assert.deepEqual(desk.seen(ticket).comments, []);
  await add(ticket, 'Hi', { author: almaHerself });
  desk.sandbox.signOut(ALMA.email);
  const later = await desk.run(() =>
    desk.connector.comments.add.send(said(ticket, 'Hi', { author: almaHerself }), desk.attempt()),
  );
  assert.equal(told(later), 'rejected auth');
});

test('a revision shows other words in the same comment, keeps it internal, and is harmless when it comes again', async () => {
  const ticket = await desk.create(ON_DESK);
  const id = await add(ticket, 'First', { visibility: 'internal' });
  const before = (await desk.read(ticket)).comments[0];
  desk.clock.advance(1000);
  const revision = { ...said(ticket, 'Second'), comment: id, withdrawn: false };
  const { revise } = desk.connector.comments;
  assert.equal(value(await desk.run(() => revise.find(revision, desk.attempt()))), null);
  for (let times = 0; times < 2; times += 1) {
    assert.deepEqual(value(await desk.run(() => revise.send(revision, desk.attempt()))), { id });
  }
  assert.deepEqual(value(await desk.run(() => revise.find(revision, desk.attempt()))), { id });
  const { comments } = await desk.read(ticket);
  assert.deepEqual(
    comments.map(({ body, visibility, marker }) => [docText(body), visibility, marker]),
    [['Alma Ruiz (Slack): Second', 'internal', before?.marker]],
  );
  assert.ok(before && (comments[0]?.updatedAt ?? before.updatedAt) > before.updatedAt);
});

test('what the bridge wrote the bridge changes, also after its author got a sign-in; what she wrote she changes', async () => {
  const ticket = await desk.create();
  const ours = await add(ticket, 'First');
  const hers = await add(ticket, 'Mine', { author: almaHerself });
  const { revise } = desk.connector.comments;
  for (const comment of [ours, hers]) {
    const revision = { ...said(ticket, 'Changed', { author: almaHerself }), comment, withdrawn: false };
    value(await desk.run(() => revise.send(revision, desk.attempt())));
    assert.ok(value(await desk.run(() => revise.find(revision, desk.attempt()))));
  }
  assert.deepEqual(
    desk.seen(ticket).comments.map(({ author, text }) => [author, text]),
    [
      ['Deskbridge', 'Alma Ruiz (Slack): Changed'],
      ['Alma Ruiz', 'Changed'],
    ],
  );
});

test('a revision of a comment that is gone is not found, and neither is one of another ticket', async () => {
  const ticket = await desk.create();
  const other = await desk.create();
  const id = await add(ticket, 'First');
  const { revise, read } = desk.connector.comments;
  const at = (where: typeof ticket) => ({ ...said(where, 'Second'), comment: id, withdrawn: true });
  assert.equal(told(await desk.run(() => revise.send(at(other), desk.attempt()))), 'rejected not-found');
  desk.sandbox.people.deleteComment(GRACE, ticket, id);
  assert.equal(told(await desk.run(() => revise.send(at(ticket), desk.attempt()))), 'rejected not-found');
  assert.equal(told(await desk.run(() => revise.find(at(ticket), desk.attempt()))), 'rejected not-found');
  assert.equal(told(await desk.run(() => read(ticket, id))), 'rejected not-found');
  const wild = { ...at(ticket), comment: CommentId.parse('x-1') };
  assert.equal(told(await desk.run(() => revise.send(wild, desk.attempt()))), 'rejected not-found');
});

test('edits of agents change the body and the time; internal and public flip; a security level hides everything', async () => {
  for (const target of [ON_DESK, IN_SEC]) {
    const ticket = await desk.create(target);
    const { people } = desk.sandbox;
    const id = CommentId.parse(people.comment(GRACE, ticket, 'One'));
    const [first] = (await desk.read(ticket)).comments;
    assert.equal(first?.visibility, 'public');
    desk.clock.advance(1000);
    people.editComment(GRACE, ticket, id, 'Two');
    people.setInternal(GRACE, ticket, id, true);
    const second = value(await desk.run(() => desk.connector.comments.read(ticket, id)));
    assert.deepEqual([docText(second.body), second.visibility], ['Two', 'internal']);
    assert.ok(first && second.updatedAt > first.updatedAt && second.createdAt >= first.createdAt);
    people.setInternal(GRACE, ticket, id, false);
    people.attach(GRACE, ticket, { name: 'a.txt', mime: 'text/plain', bytes: Buffer.from('a') });
    desk.sandbox.setSecurity(ticket, 'Staff only');
    const { comments, files } = await desk.read(ticket);
    assert.deepEqual([comments[0]?.visibility, files[0]?.visibility], ['internal', 'internal']);
    const one = value(await desk.run(() => desk.connector.comments.read(ticket, id)));
    assert.equal(one.visibility, 'internal');
  }
});

test('people who are mentioned without a name are asked for once, and never shown by an id', async () => {
  const ticket = await desk.create();
  const mention = (id: string) => ({ type: 'mention', attrs: { id } });
  const content = [mention(GRACE), { type: 'text', text: ' and ' }, mention('712020:nobody')];
  const body = { type: 'doc', version: 1, content: [{ type: 'paragraph', content }] };
  for (let times = 0; times < 2; times += 1) {
    await ask(desk.site, `POST /rest/api/3/issue/${ticket}/comment`, { body });
    const { comments } = await desk.read(ticket);
    const [shown] = comments.map((one) => docText(one.body));
    assert.equal(shown, '@Grace Hopper and @a person in Jira');
  }
  assert.equal(desk.paths('GET /rest/api/3/user/bulk').length, 1);
});

test('a comment as long as is promised is taken whole, a longer one is cut and says so', async () => {
  const ticket = await desk.create();
  const { longest } = desk.connector.comments;
  await add(ticket, 'x'.repeat(longest));
  await add(ticket, 'word '.repeat(longest));
  const [whole, cut] = (await desk.read(ticket)).comments.map(({ body }) => docText(body));
  assert.equal(whole, `Alma Ruiz (Slack): ${'x'.repeat(longest)}`);
  assert.match(cut ?? '', /shortened by Deskbridge/);
});

test('a comment with nothing to see is refused before it is sent', async () => {
  const ticket = await desk.create();
  const blank = said(ticket, ' \u200b ', { author: plainAuthor });
  assert.equal(
    told(await desk.run(() => desk.connector.comments.add.send(blank, desk.attempt()))),
    'rejected invalid',
  );
});
