import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { deactivate, reactivate, takeDirectory } from '../../src/flows/take-directory.ts';
import { ConnectorId, SlackUser } from '../../src/model/ids.ts';
import type { DirectoryPerson } from '../../src/model/person.ts';
import { createSecret } from '../../src/model/secret.ts';
import { dropCopies, rows } from '../store/open-store.ts';
import { ALMA, DANA, openSortingRoom, said, shortcut } from './sorting-room.ts';

after(dropCopies);

const DESK = ConnectorId.parse('desk');
const person = (changes: Partial<DirectoryPerson>): DirectoryPerson => ({
  id: 'idp-1',
  name: 'Alma',
  email: null,
  slack: ALMA,
  accounts: new Map(),
  manager: null,
  department: null,
  groups: [],
  tier: null,
  active: true,
  ...changes,
});

test('whoever leaves loses every sign-in at once, and nothing that he does in Slack counts any more', async (t) => {
  const room = await openSortingRoom(t);
  const { store, db } = room;
  await takeDirectory(store, [person({})], 'test');
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  assert.ok(link !== undefined);
  const given = { access: createSecret('a'), refresh: createSecret('r'), expiresInS: 3600, idleDays: 90 };
  await store.tokens.save({ connector: DESK, holder: ALMA }, { account: 'a', resource: 'r' }, given);
  await store.accounts.save({ user: ALMA, connector: DESK, account: 'a', grant: createSecret('own') });
  await store.invitations.create({ connector: DESK, holder: ALMA }, 24);

  const taken = await takeDirectory(store, [person({ active: false })], 'test');
  assert.equal(taken.left.length, 1);
  assert.equal(await store.tokens.get({ connector: DESK, holder: ALMA }), null);
  assert.equal((await store.accounts.get(ALMA, DESK))?.grant, null);
  assert.equal((await rows(db, 'select from invitation')).length, 0);

  await room.arrives(said('11.000000', { root: '10.000000' }));
  await room.arrives(said('12.000000'));
  await room.arrives(shortcut(said('13.000000', { user: DANA }), ALMA));
  await room.sortAll();
  assert.deepEqual((await room.states()).slice(1), [
    'ignored deactivated-person',
    'ignored deactivated-person',
    'ignored deactivated-person',
  ]);
  assert.equal((await takeDirectory(store, [person({ active: false })], 'test')).left.length, 0);
  await reactivate(store, ALMA, 'test');
  await room.arrives(said('14.000000', { root: '10.000000' }));
  assert.deepEqual(await room.sortAll(), [link]);
});

test('somebody whom the directory contradicts keeps what he is, but not when he has left', async (t) => {
  const { store } = await openSortingRoom(t);
  const bob = SlackUser.parse('U0BOB');
  await takeDirectory(store, [person({}), person({ id: 'idp-2', slack: bob })], 'test');
  const clashing = person({ id: 'idp-1', slack: bob, department: 'Sales' });
  const kept = await takeDirectory(store, [clashing], 'test');
  assert.deepEqual([kept.conflicts, kept.left], [[{ id: 'idp-1', system: '@directory' }], []]);
  assert.equal((await store.principals.factsOf(bob)).department, null);
  const gone = await takeDirectory(store, [{ ...clashing, active: false }], 'test');
  assert.equal(gone.left.length, 2);
  assert.deepEqual(await store.principals.deactivated([ALMA, bob]), new Set([ALMA, bob]));
});

test('an operator deactivates somebody whom no directory named; the audit tells who did', async (t) => {
  const { store, db } = await openSortingRoom(t);
  await deactivate(store, DANA, 'operator:ops');
  assert.deepEqual(await store.principals.deactivated([DANA]), new Set([DANA]));
  const told = await rows(db, `select kind, actor from audit_event`);
  assert.deepEqual(told, [{ kind: 'person.deactivated', actor: 'operator:ops' }]);
});

test('a group of the directory makes somebody a responder: what he writes in the channel opens nothing', async (t) => {
  const room = await openSortingRoom(t);
  await takeDirectory(room.store, [person({ groups: ['desk'] })], 'test');
  await room.arrives(said('10.000000'));
  await room.sortAll();
  await takeDirectory(room.store, [person({ groups: ['staff'] })], 'test');
  await room.arrives(said('11.000000'));
  await room.sortAll();
  assert.deepEqual(await room.states(), ['ignored responder', 'sorted opens']);
});
