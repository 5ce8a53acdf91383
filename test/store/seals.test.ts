import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { reseal } from '../../src/flows/reseal.ts';
import { Partition, shardOf } from '../../src/model/delivery.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import { createSecret } from '../../src/model/secret.ts';
import { createEnvelope, keyId } from '../../src/store/envelope.ts';
import { SEALED_COLUMNS } from '../../src/store/seals.ts';
import { createStore } from '../../src/store/store.ts';
import { ALMA, delivery, dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

const DESK = ConnectorId.parse('desk');
/** Hashes, which need no key. */
const NOT_SEALED =
  /^(delivery\.body_sha256|invitation\.(hash|state_hash|browser_hash)|approval_token\.jti_hash)$/;

test('every column of bytes is sealed and known, or a hash', async (t) => {
  const { db } = await openStore(t);
  const found = await rows(
    db,
    `select table_name || '.' || column_name as name from information_schema.columns
     where data_type = 'bytea' and table_schema = 'public' and table_name not like 'delivery_body\\_%' order by 1`,
  );
  const names = found.map((row) =>
    typeof row === 'object' && row !== null && 'name' in row ? String(row.name) : '',
  );
  assert.ok(names.length > 5);
  const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort();
  assert.deepEqual(
    names.filter((name) => !NOT_SEALED.test(name)),
    known,
  );
});

test('after sealing anew the older key can be removed: everything opens without it', async (t) => {
  const { db, install } = await openStore(t);
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const before = createStore(db, install, createEnvelope([older]));
  const given = {
    access: createSecret('access'),
    refresh: createSecret('refresh'),
    expiresInS: 3600,
    idleDays: 90,
  };
  await before.tokens.save({ connector: DESK, holder: 'bridge' }, { account: 'a', resource: 'r' }, given);
  await before.accounts.save({ user: ALMA, connector: DESK, account: 'alma', grant: createSecret('own') });
  await before.people.save('slack', ALMA, { name: 'Alma', email: null });
  await before.deliveries.insert(Array.from({ length: 450 }, (_, n) => delivery(`k${n}`)));
  const link = await openLink(before);
  await before.operations.append(link, [
    { lane: 'slack', itemId: null, body: { kind: 'post', text: 'hello', where: 'conversation' } },
  ]);

  const both = createStore(db, install, createEnvelope([newer, older]));
  const ids = { older: keyId(older).toString('hex'), newer: keyId(newer).toString('hex') };
  const keysIn = async () => new Set((await both.seals.counts()).map(({ key }) => key));
  assert.deepEqual(await keysIn(), new Set([ids.older]));
  const keys = { keys: new Set([ids.newer, ids.older]) };
  const runs = await Promise.all([reseal(both, SEALED_COLUMNS, keys), reseal(both, SEALED_COLUMNS, keys)]);
  await reseal(both, SEALED_COLUMNS, keys);
  assert.ok(runs.every(({ lost }) => lost === 0));
  assert.deepEqual(await keysIn(), new Set([ids.newer]));
  assert.deepEqual(await reseal(both, SEALED_COLUMNS, keys), { resealed: 0, lost: 0 });

  const alone = createStore(db, install, createEnvelope([newer]));
  const token = await alone.tokens.get({ connector: DESK, holder: 'bridge' });
  assert.deepEqual([token?.access.reveal(), token?.refresh?.reveal()], ['access', 'refresh']);
  assert.equal((await alone.accounts.get(ALMA, DESK))?.grant?.reveal(), 'own');
  assert.equal((await alone.people.get('slack', ALMA))?.name, 'Alma');
  const [operation] = await alone.operations.open(link);
  assert.ok(operation?.body.kind === 'post' && operation.body.text === 'hello');
  const fresh = await alone.deliveries.claimNew(shardOf(Partition.parse('install')), 500);
  assert.equal(fresh.length, 450);
  assert.ok(fresh.every(({ sealedBecause, body }) => sealedBecause === null && body.length > 0));
});

test('what a key has sealed that is not configured is counted and left, and stops nothing', async (t) => {
  const { db, install } = await openStore(t);
  const [gone, older, newer] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const save = (key: Buffer, id: string) =>
    createStore(db, install, createEnvelope([key])).people.save('slack', id, { name: id, email: null });
  await save(gone, 'U1');
  await save(older, 'U2');
  const store = createStore(db, install, createEnvelope([newer, older]));
  const keys = { keys: new Set([newer, older].map((key) => keyId(key).toString('hex'))) };
  assert.deepEqual(await reseal(store, SEALED_COLUMNS, keys), { resealed: 1, lost: 1 });
  assert.equal((await store.people.get('slack', 'U2'))?.name, 'U2');
  await assert.rejects(store.people.get('slack', 'U1'));
});
