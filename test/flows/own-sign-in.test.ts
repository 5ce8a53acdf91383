/** Somebody who acts as himself, and is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '../../src/flows/world.ts';
import { createSecret } from '../../src/model/secret.ts';
import { HELP, JIRA } from '../model/paper/rules.ts';
import { TEAM } from '../model/paper/slack-state.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

/** Whoever opened the request has a sign-in of his own. */
async function withSignIn(): Promise<DeskPlay> {
  let store: World['store'] | null = null;
  const play = await openDeskPlay({
    sabotage: {
      world(world) {
        store = world.store;
        return world;
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
