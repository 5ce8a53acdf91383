import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ConnectorId, SlackUser } from '../../src/model/ids.ts';
import { type DirectoryPerson, NO_FACTS } from '../../src/model/person.ts';
import { ALMA, dropCopies, openStore, rows } from './open-store.ts';

after(dropCopies);

const JIRA = ConnectorId.parse('jira-it');
const SNOW = ConnectorId.parse('snow');
const BEN = SlackUser.parse('U2');

const person = (changes: Partial<DirectoryPerson> = {}): DirectoryPerson => ({
  id: 'idp-1',
  name: 'Alma Lindqvist',
  email: 'alma@example.com',
  slack: ALMA,
  accounts: new Map([[JIRA, 'acc-1']]),
  manager: 'idp-9',
  department: 'Finance',
  groups: ['staff', 'finance'],
  tier: 'gold',
  active: true,
  ...changes,
});

test('a directory says who somebody is in every system, and what may be asked of him', async (t) => {
  const { store, db } = await openStore(t);
  assert.deepEqual(await store.principals.factsOf(ALMA), NO_FACTS);
  const first = await store.transaction((tx) => tx.principals.take(person()));
  const again = await store.transaction((tx) =>
    tx.principals.take(person({ department: 'Sales', accounts: new Map([[SNOW, 'f'.repeat(32)]]) })),
  );
  assert.deepEqual([first.kind, again.kind], ['new', 'known']);
  assert.deepEqual(await store.principals.factsOf(ALMA), {
    department: 'Sales',
    groups: ['staff', 'finance'],
    tier: 'gold',
  });
  const byJira = await store.principals.of({ system: JIRA, id: 'acc-1' });
  const bySnow = await store.principals.of({ system: SNOW, id: 'f'.repeat(32) });
  assert.equal(byJira?.id, bySnow?.id);
  assert.deepEqual(
    [byJira?.name, byJira?.email, byJira?.manager, byJira?.ids.get('slack')],
    ['Alma Lindqvist', 'alma@example.com', 'idp-9', ALMA],
  );
  const dump = JSON.stringify(
    await rows(db, `select p::text, encode(profile, 'escape') as e from principal p`),
  );
  assert.ok(dump.includes('Sales') && !dump.includes('alma@example.com') && !dump.includes('Lindqvist'));
});

test('one address in two places links nobody', async (t) => {
  const { store } = await openStore(t);
  await store.transaction((tx) => tx.principals.take(person({ slack: null })));
  await store.transaction((tx) =>
    tx.principals.take(person({ id: 'idp-2', slack: BEN, accounts: new Map([[SNOW, 's-2']]) })),
  );
  assert.notEqual(
    (await store.principals.of({ system: 'slack', id: BEN }))?.id,
    (await store.principals.of({ system: JIRA, id: 'acc-1' }))?.id,
  );
});

test('what the directory contradicts changes nothing', async (t) => {
  const { store } = await openStore(t);
  await store.transaction((tx) => tx.principals.take(person()));
  await store.transaction((tx) =>
    tx.principals.take(person({ id: 'idp-2', slack: BEN, accounts: new Map() })),
  );
  const stolen = store.transaction(async (tx) => {
    const taken = await tx.principals.take(
      person({ id: 'idp-2', slack: BEN, accounts: new Map([[JIRA, 'acc-1']]) }),
    );
    assert.equal(taken.kind, 'conflict');
    throw new Error('rolled back');
  });
  await assert.rejects(stolen, /rolled back/);
  const second = await store.transaction((tx) => tx.principals.take(person({ slack: BEN, id: 'idp-1' })));
  assert.deepEqual(second, { kind: 'conflict', system: '@directory' });
  assert.equal((await store.principals.of({ system: JIRA, id: 'acc-1' }))?.ids.get('slack'), ALMA);
});

test('a sign-in links an account once, to one person, and not for who was deactivated', async (t) => {
  const { store } = await openStore(t);
  const bind = (user: SlackUser, id: string) =>
    store.transaction((tx) => tx.principals.bind(user, { system: JIRA, id }, 'sign-in'));
  assert.equal(await bind(ALMA, 'acc-1'), 'bound');
  assert.equal(await bind(ALMA, 'acc-1'), 'bound');
  assert.equal(await bind(BEN, 'acc-1'), 'other');
  assert.equal(await bind(ALMA, 'acc-2'), 'other');
  assert.equal(await store.principals.of({ system: 'slack', id: BEN }), null);
  const alma = await store.principals.of({ system: JIRA, id: 'acc-1' });
  assert.ok(alma !== null);
  assert.deepEqual(await store.principals.setActive(alma.id, false), [ALMA]);
  assert.deepEqual(await store.principals.deactivated([ALMA, BEN]), new Set([ALMA]));
  assert.deepEqual(await store.principals.factsOf(ALMA), NO_FACTS);
  assert.equal(await bind(ALMA, 'acc-1'), 'inactive');
  await store.principals.setActive(alma.id, true);
  await store.principals.unbind(ALMA, JIRA);
  assert.equal(await bind(ALMA, 'acc-2'), 'bound');
});
