import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { ConnectorId, SlackUser } from '../../src/model/ids.ts';
import { createSecret } from '../../src/model/secret.ts';
import { createEnvelope } from '../../src/store/envelope.ts';
import { createStore } from '../../src/store/store.ts';
import { ALMA, dropCopies, openStore, rows } from './open-store.ts';

after(dropCopies);

const DESK = ConnectorId.parse('desk');
const OTHER = ConnectorId.parse('other');
const BEN = SlackUser.parse('U2');
const TOKEN = 'own-sign-in-of-alma';

test('a person’s own sign-in comes back as it was linked, and nobody reads it in the database', async (t) => {
  const { store, db } = await openStore(t);
  const grant = createSecret(TOKEN);
  await store.accounts.save({ user: ALMA, connector: DESK, account: 'alma@example.com', grant });
  const read = await store.accounts.get(ALMA, DESK);
  assert.deepEqual([read?.account, read?.grant?.reveal(), read?.refused], ['alma@example.com', TOKEN, null]);
  assert.equal(await store.accounts.get(ALMA, OTHER), null);
  assert.equal(await store.accounts.get(BEN, DESK), null);
  const dump = JSON.stringify(
    await rows(db, `select a::text, encode(grant_sealed, 'escape') from account a`),
  );
  assert.ok(dump.includes('alma@example.com'));
  assert.ok(!dump.includes(TOKEN) && !dump.includes(Buffer.from(TOKEN).toString('hex')));
});

test('a sign-in opens for its own person and system only, and not with another key', async (t) => {
  const { store, db, install } = await openStore(t);
  for (const user of [ALMA, BEN])
    await store.accounts.save({ user, connector: DESK, account: user, grant: createSecret(`of ${user}`) });
  await sql`update account set grant_sealed = (select grant_sealed from account where slack_user = ${ALMA})
    where slack_user = ${BEN}`.execute(db);
  await assert.rejects(store.accounts.get(BEN, DESK));
  const stranger = createStore(db, install, createEnvelope([randomBytes(32)]));
  await assert.rejects(stranger.accounts.get(ALMA, DESK));
  assert.equal((await store.accounts.get(ALMA, DESK))?.grant?.reveal(), `of ${ALMA}`);
});

test('a sign-in that was refused is not used, says why, and is used again when it is linked anew', async (t) => {
  const { store } = await openStore(t);
  const linked = { user: ALMA, connector: DESK, account: 'alma@example.com', grant: createSecret(TOKEN) };
  await store.accounts.save(linked);
  await store.accounts.refuse(ALMA, DESK, 'The ticket system refuses this sign-in.');
  await store.accounts.refuse(BEN, DESK, 'nobody');
  const refused = await store.accounts.get(ALMA, DESK);
  assert.deepEqual(
    [refused?.account, refused?.grant, refused?.refused],
    ['alma@example.com', null, 'The ticket system refuses this sign-in.'],
  );
  await store.accounts.save(linked);
  const again = await store.accounts.get(ALMA, DESK);
  assert.deepEqual([again?.grant?.reveal(), again?.refused], [TOKEN, null]);
});

test('an account without a sign-in names the person; all of them are listed; one that is taken away is gone', async (t) => {
  const { store } = await openStore(t);
  await store.accounts.save({ user: BEN, connector: OTHER, account: 'ben', grant: null });
  await store.accounts.save({ user: ALMA, connector: DESK, account: 'alma', grant: createSecret(TOKEN) });
  const listed = async () =>
    (await store.accounts.all()).map(({ user, account, grant }) => [user, account, grant === null]);
  assert.deepEqual(await listed(), [
    [ALMA, 'alma', false],
    [BEN, 'ben', true],
  ]);
  assert.deepEqual(
    [await store.accounts.remove(ALMA, DESK), await store.accounts.remove(ALMA, DESK)],
    [true, false],
  );
  assert.deepEqual(await listed(), [[BEN, 'ben', true]]);
});
