/** Somebody who acts as himself, and is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '../../src/flows/world.ts';
import type { Effect } from '../../src/model/effect.ts';
import { createSecret } from '../../src/model/secret.ts';
import type { CommentDraft } from '../../src/model/ticket.ts';
import { HELP, JIRA } from '../model/paper/rules.ts';
import { TEAM } from '../model/paper/slack-state.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

/** As whom something was looked for: without a word of it, by whoever speaks. */
type Looked = Pick<CommentDraft, 'author' | 'sentAs'>;

function lookingAt(world: World, looked: Looked[]): World {
  const watch = <D extends Looked, R>(effect: Effect<D, R>): Effect<D, R> => ({
    ...effect,
    find(draft, attempt) {
      looked.push(draft);
      return effect.find(draft, attempt);
    },
  });
  const connectors = [...world.connectors].map(([id, one]) => {
    const { files } = one;
    const comments = { ...one.comments, add: watch(one.comments.add) };
    assert.ok(!('absent' in files));
    return [id, { ...one, comments, files: { ...files, add: watch(files.add) } }] as const;
  });
  return { ...world, connectors: new Map(connectors) };
}

/** Whoever opened the request has a sign-in of his own. */
async function withSignIn(looked: Looked[] = []): Promise<DeskPlay> {
  let store: World['store'] | null = null;
  const play = await openDeskPlay({
    sabotage: {
      world(world) {
        store = world.store;
        return lookingAt(world, looked);
      },
    },
  });
  const [link] = [...play.stage.db.links.values()];
  assert.ok(link !== undefined && store !== null);
  const save = (own: World['store']) =>
    own.accounts.save({
      user: link.requester,
      connector: JIRA,
      account: 'own',
      grant: createSecret('his own'),
    });
  await save(store);
  return play;
}

const authors = (play: DeskPlay) => play.ticket().comments.map(({ author }) => author);
const refusals = ({ stage }: DeskPlay) => [...stage.db.accounts.values()].map(({ refused }) => refused);

for (const fate of ['forbidden', 'unseen'] as const)
  test(`what one ticket forbids him (${fate}) the bridge carries; his sign-in is used for the next`, async () => {
    const play = await withSignIn();
    play.fate('ticket.comment.send', fate, 1);
    play.say('It smokes');
    await play.stage.pass(10 * MINUTE_MS);
    play.say('It burns');
    await play.stage.pass(10 * MINUTE_MS);
    assert.equal(authors(play).length, 2);
    assert.equal(authors(play)[0], 'Deskbridge');
    assert.notEqual(authors(play)[1], 'Deskbridge', 'he speaks as himself again');
    assert.ok(refusals(play).every((refused) => refused === null));
  });

test('a ticket that the bridge does not see either waits until it is back', async () => {
  const play = await withSignIn();
  play.fate('ticket.comment.send', 'unseen', 1);
  play.fate('ticket.read', 'unseen', 1_000);
  play.say('It smokes');
  await play.stage.pass(MINUTE_MS);
  assert.equal(authors(play).length, 0);
  play.stage.weather.planned.length = 0;
  await play.stage.pass(30 * MINUTE_MS);
  assert.equal(authors(play).length, 1);
  assert.notEqual(authors(play)[0], 'Deskbridge');
});

test('a change that the ticket system forbids him is made by nobody else, and he is told why', async () => {
  const play = await withSignIn();
  const { stage, root } = play;
  const [link] = [...stage.db.links.values()];
  assert.ok(link !== undefined);
  play.fate('ticket.write.send', 'forbidden', 1);
  stage.slack.tell(
    {
      kind: 'change',
      team: TEAM,
      by: link.requester,
      link: link.id,
      set: { status: 'done' },
      channel: HELP,
    },
    { channel: HELP, root, identity: null, type: 'interactive' },
  );
  await stage.pass(10 * MINUTE_MS);
  assert.deepEqual(
    play.operations('write').map(({ state }) => state),
    ['parked'],
  );
  assert.notEqual(play.ticket().fields.status.category, 'done');
  assert.ok(
    play.shown().some((text) => /could not change JIRA-1\..*may not/s.test(text)),
    play.shown().join('\n'),
  );
  assert.deepEqual(
    [...stage.db.links.values()].map(({ state }) => state),
    ['live'],
  );
});

test('a sign-in that is refused is not used again', async () => {
  const play = await withSignIn();
  play.fate('ticket.comment.send', 'auth', 1);
  play.say('It smokes');
  await play.stage.pass(10 * MINUTE_MS);
  play.say('It burns');
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(authors(play), ['Deskbridge', 'Deskbridge']);
  assert.ok(refusals(play).some((refused) => refused !== null));
});

for (const what of ['comment', 'file'] as const)
  test(`a ${what} whose answer was lost is looked for as him who sent it, also when his sign-in is refused since`, async () => {
    const looked: Looked[] = [];
    const play = await withSignIn(looked);
    play.fate(`ticket.${what}.send`, 'answer-lost', 1);
    // Nobody is let in to look until the sign-in is refused.
    play.fate(`ticket.${what}.find`, 'down', 1);
    if (what === 'file') play.say('', [play.file('smoke.txt', 'It smokes')]);
    else play.say('It smokes');
    const kind = what === 'file' ? 'attach' : 'comment';
    const sending = () => play.operations(kind).some(({ state }) => state === 'sending');
    for (let second = 0; second < 60 && !sending(); second += 1) await play.stage.pass(1_000);
    assert.ok(sending());
    for (const [key, row] of play.stage.db.accounts)
      play.stage.db.accounts.set(key, { ...row, refused: 'revoked' });
    looked.length = 0;
    await play.stage.pass(10 * MINUTE_MS);
    assert.ok(looked.length > 0, 'it was looked for');
    for (const { author, sentAs } of looked) assert.deepEqual([author?.grant, sentAs], [null, 'own']);
    const there = what === 'file' ? play.ticket().files : play.ticket().comments;
    assert.equal(there.filter((one) => 'name' in one || one.author !== 'Deskbridge').length, 1);
  });

test('what the bridge sent is not looked for as him who links later', async () => {
  const looked: Looked[] = [];
  const play = await withSignIn(looked);
  const accounts = [...play.stage.db.accounts];
  for (const [key, row] of accounts) play.stage.db.accounts.set(key, { ...row, refused: 'revoked' });
  play.fate('ticket.comment.send', 'answer-lost', 1);
  play.fate('ticket.comment.find', 'down', 1);
  play.say('It smokes');
  const sending = () => play.operations('comment').some(({ state }) => state === 'sending');
  for (let second = 0; second < 60 && !sending(); second += 1) await play.stage.pass(1_000);
  assert.ok(sending());
  for (const [key, row] of accounts) play.stage.db.accounts.set(key, row);
  looked.length = 0;
  await play.stage.pass(10 * MINUTE_MS);
  assert.ok(looked.length > 0, 'it was looked for');
  for (const { author, sentAs } of looked) assert.deepEqual([author?.grant?.account, sentAs], ['own', null]);
  assert.deepEqual(authors(play), ['Deskbridge']);
});
