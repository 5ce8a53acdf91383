import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { endingSecrets } from '../../src/config.ts';
import { watchSignIns } from '../../src/flows/watch-sign-ins.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import { createSecret } from '../../src/model/secret.ts';
import { dropCopies, rows } from '../store/open-store.ts';
import { openSortingRoom } from './sorting-room.ts';

after(dropCopies);

const DAY = 86_400_000;

test('what ends is said once two weeks before, once when it is over, and anew for a new date', async (t) => {
  const room = await openSortingRoom(t);
  const said: string[] = [];
  const say = (stage: string) => (fields: object, text: string) =>
    void said.push(`${stage} ${JSON.stringify(fields)} ${text}`);
  const world = { ...room.world, log: { info() {}, warn: say('warn'), error: say('error') } };
  const { store } = world;
  const inDays = async (days: number) => {
    const on = new Date((await store.now()).getTime() + days * DAY).toISOString().slice(0, 10);
    return endingSecrets({ source: { connectors: { 'jira-it': { auth: { kind: 'x', expires_on: on } } } } });
  };
  const far = await inDays(40);
  assert.deepEqual(
    far.map(({ subject }) => subject),
    ['connectors.jira-it.auth'],
  );
  await watchSignIns(world, far);
  assert.deepEqual(said, []);
  await room.pass(30 * DAY);
  for (let n = 0; n < 3; n += 1) await watchSignIns(world, far);
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^warn .*connectors\.jira-it\.auth/);
  await room.pass(20 * DAY);
  for (let n = 0; n < 2; n += 1) await watchSignIns(world, far);
  assert.equal(said.length, 2);
  assert.match(said[1] ?? '', /^error /);
  await watchSignIns(world, await inDays(3));
  assert.equal(said.length, 3, 'a new date');
  const given = { access: createSecret('a'), refresh: createSecret('b'), expiresInS: 3600, idleDays: 90 };
  const key = { connector: ConnectorId.parse('jira-it'), holder: 'bridge' } as const;
  await store.tokens.save(key, { account: 'x', resource: 'y' }, given);
  await watchSignIns(world, []);
  assert.equal(said.length, 3);
  await room.pass(80 * DAY);
  await watchSignIns(world, []);
  assert.match(said[3] ?? '', /^warn .*sign-in of bridge at jira-it/);
  const audit = await rows(room.db, `select kind from audit_event where kind like 'secret.%'`);
  assert.equal(audit.length, 4);
});
