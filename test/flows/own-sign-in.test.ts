/** Somebody who acts as himself, and is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '../../src/flows/world.ts';
import { createSecret } from '../../src/model/secret.ts';
import { JIRA } from '../model/paper/rules.ts';
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

test('what one ticket forbids him the bridge does once; his sign-in is used for the next', async () => {
  const play = await withSignIn();
  play.fate('ticket.comment.send', 'forbidden', 1);
  play.say('It smokes');
  await play.stage.pass(10 * MINUTE_MS);
  play.say('It burns');
  await play.stage.pass(10 * MINUTE_MS);
  assert.equal(authors(play).length, 2);
  assert.equal(authors(play)[0], 'Deskbridge');
  assert.notEqual(authors(play)[1], 'Deskbridge', 'he speaks as himself again');
  assert.ok(refusals(play).every((refused) => refused === null));
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
