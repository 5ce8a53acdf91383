import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { ConnectorId, SlackTeam, SlackUser } from '../../src/model/ids.ts';
import { createSecret } from '../../src/model/secret.ts';
import type { GivenGrant } from '../../src/model/slack-grant.ts';
import { createGrants } from '../../src/store/grants.ts';
import { createStore } from '../../src/store/store.ts';
import { dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

function grant(team: string, token: string, changes: Partial<GivenGrant> = {}): GivenGrant {
  return {
    enterprise: null,
    team: { id: SlackTeam.parse(team), name: `The ${team}` },
    appId: 'A1',
    botUserId: SlackUser.parse('UBOT'),
    scopes: ['chat:write', 'commands'],
    by: SlackUser.parse('UADMIN'),
    token: createSecret(token),
    rotation: null,
    ...changes,
  };
}

async function openGrants(t: Parameters<typeof openStore>[0]) {
  const opened = await openStore(t);
  const grants = createGrants({ db: opened.db, install: opened.install, envelope: opened.envelope });
  const tokenOf = async (install: Parameters<typeof grants.open>[0]) =>
    (await grants.open(install))?.token.reveal();
  return { ...opened, grants, tokenOf };
}

test('each workspace is an install of its own; installed again it is the same one', async (t) => {
  const { grants, tokenOf, install: home } = await openGrants(t);
  const [a, b] = [await grants.save(grant('TA', 'token-a')), await grants.save(grant('TB', 'token-b'))];
  assert.equal(new Set([home, a, b]).size, 3);
  assert.deepEqual([await tokenOf(a), await tokenOf(b)], ['token-a', 'token-b']);
  assert.equal(await grants.save(grant('TA', 'token-a2')), a);
  assert.deepEqual([await tokenOf(a), await tokenOf(b)], ['token-a2', 'token-b']);
  const enterprise = { id: SlackTeam.parse('EG'), name: 'The Grid' };
  const whole = await grants.save(grant('TX', 'token-g', { team: null, enterprise }));
  const inside = await grants.save(grant('TG', 'token-t', { enterprise }));
  assert.notEqual(whole, inside, 'a workspace of an organisation may install the app itself');
  assert.deepEqual(
    (await grants.all()).map(({ team, enterprise: of }) => [team?.id ?? null, of?.id ?? null]),
    [
      ['TB', null],
      ['TA', null],
      [null, 'EG'],
      ['TG', 'EG'],
    ],
  );
});

test('no token stands in the database, and none opens in the row of another workspace', async (t) => {
  const { grants, db, envelope, install: home } = await openGrants(t);
  const rotation = { refresh: createSecret('refresh-of-a'), expiresInS: 43_200 };
  const a = await grants.save(grant('TA', 'token-of-a', { rotation }));
  const b = await grants.save(grant('TB', 'token-of-b'));
  const dump = JSON.stringify(
    await rows(db, `select *, encode(token_sealed, 'escape') as raw from slack_grant`),
  );
  assert.doesNotMatch(dump, /token-of-a|token-of-b|refresh-of-a/);
  const own = { install: home, table: 'slack_grant', row: b, column: 'token_sealed' };
  assert.equal(envelope.open(own, Buffer.from(String(await sealedOf(b)), 'hex')).toString(), 'token-of-b');
  await sql`update slack_grant x set token_sealed = y.token_sealed from slack_grant y
    where x.tenant_id <> y.tenant_id`.execute(db);
  await assert.rejects(grants.open(a));
  await assert.rejects(grants.open(b));

  async function sealedOf(tenant: string) {
    const found = await sql<{ hex: string }>`select encode(token_sealed, 'hex') as hex from slack_grant
      where tenant_id = ${tenant}`.execute(db);
    return found.rows[0]?.hex;
  }
});

test('personal data of one tenant does not open in the rows of another', async (t) => {
  const { grants, db, envelope } = await openGrants(t);
  const a = createStore(db, await grants.save(grant('TA', 'token-a')), envelope);
  const b = createStore(db, await grants.save(grant('TB', 'token-b')), envelope);
  await a.people.save('slack', 'U1', { name: 'Alma', email: null });
  await b.people.save('slack', 'U1', { name: 'Ben', email: null });
  const link = await openLink(a);
  assert.equal(await b.links.get(link), null, 'ids of another tenant lead nowhere');
  await sql`update person x set profile = y.profile from person y where x.install_id <> y.install_id`.execute(
    db,
  );
  await assert.rejects(a.people.get('slack', 'U1'));
  await assert.rejects(b.people.get('slack', 'U1'));
});

test('a grant that ends parks its own links only; given again, they go on', async (t) => {
  const { grants, db, envelope } = await openGrants(t);
  const [a, b] = [await grants.save(grant('TA', 'token-a')), await grants.save(grant('TB', 'token-b'))];
  const [ofA, ofB] = [createStore(db, a, envelope), createStore(db, b, envelope)];
  const [first, closed, other] = [await openLink(ofA), await openLink(ofA), await openLink(ofB)];
  await ofA.links.setStatus(closed, 'closed');
  const known = (await grants.all()).find(({ install }) => install === a) ?? assert.fail();
  assert.equal(await grants.end(known, 'They took it back.', 'deskbridge'), true);
  assert.equal(await grants.end(known, 'Twice.', 'deskbridge'), false);
  const states = async () =>
    Promise.all(
      [ofA.links.get(first), ofA.links.get(closed), ofB.links.get(other)].map(
        async (link) => (await link)?.status,
      ),
    );
  assert.deepEqual(await states(), ['parked', 'closed', 'provisional']);
  assert.equal((await ofA.links.get(first))?.parkedReason, 'They took it back.');
  assert.equal((await ofA.parked.links())[0]?.why, 'install');
  assert.equal(
    await grants.renewed(known, grant('TA', 'late')),
    false,
    'a renewal that came late changes nothing',
  );
  await grants.save(grant('TA', 'token-a3'));
  assert.deepEqual(await states(), ['provisional', 'closed', 'provisional']);
  assert.equal(await grants.end(known, 'Of the grant before.', 'deskbridge'), false);
});

test('one process renews, and what was served with a token from the environment keeps its install', async (t) => {
  const { grants, store, install: home, pass } = await openGrants(t);
  await store.configurations.saveUs({ teamId: SlackTeam.parse('TA'), botUserId: SlackUser.parse('UOLD') });
  const rotation = { refresh: createSecret('refresh-1'), expiresInS: 43_200 };
  assert.equal(await grants.save(grant('TA', 'token-a', { rotation })), home);
  assert.notEqual(await grants.save(grant('TB', 'token-b')), home);
  await pass(11 * 3_600_000);
  const known = (await grants.all()).find(({ install }) => install === home) ?? assert.fail();
  assert.ok(known.leftMs !== null && known.leftMs < 3_700_000 && known.leftMs > 3_500_000);
  const owner = '0198c0de-0000-7000-8000-000000000009';
  assert.deepEqual(
    await Promise.all([1, 2, 3].map(() => grants.claim(known, { owner, leaseMs: 5_000 }))).then(
      (taken) => taken.filter(Boolean).length,
    ),
    1,
  );
  assert.equal(await grants.renewed(known, grant('TA', 'token-a2', { rotation })), true);
  assert.equal((await grants.open(home))?.token.reveal(), 'token-a2');
  assert.deepEqual(await grants.havingTicket(ConnectorId.parse('desk'), '1'), []);
});
