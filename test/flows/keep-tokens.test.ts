import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createIo } from '../../src/connectors/io.ts';
import { createAtlassianApp } from '../../src/connectors/jira/oauth.ts';
import { createTokenKeeper } from '../../src/flows/keep-tokens.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import type { Log } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { createSecret } from '../../src/model/secret.ts';
import type { TokenHolder } from '../../src/model/token.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createEnvelope } from '../../src/store/envelope.ts';
import { createStore } from '../../src/store/store.ts';
import { startSite } from '../sandbox/jira/site.ts';
import { ALMA, dropCopies, openStore, rows } from '../store/open-store.ts';

after(dropCopies);

const DESK = ConnectorId.parse('jira-it');
const GRACE = '712020:a0000001';
const CALLBACK = 'http://127.0.0.1:9/oauth/jira-it/callback';
const KEY = { connector: DESK, holder: 'bridge' } as const;
const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Scope {
  after(work: () => Promise<void>): void;
}

function value<T>(outcome: Outcome<T> | null): T {
  if (outcome?.kind !== 'ok') assert.fail(JSON.stringify(outcome));
  return outcome.value;
}

/** A simulated Atlassian, a database, and as many processes as a test wants, each with its own pool and keeper. */
async function openOffice(t: Scope) {
  const open = await openStore(t);
  const site = await startSite();
  const gateway = await listen(site.sandbox.gateway);
  t.after(async () => {
    await gateway.close();
    await site.close();
  });
  const { atlassian } = site.sandbox;
  const registration = { clientId: 'sandbox-app', clientSecret: 'sandbox-secret-0123456789' };
  atlassian.register({ ...registration, redirectUris: [CALLBACK] });
  const said: string[] = [];
  const log: Log = {
    info() {},
    warn() {},
    error: (fields, text) => void said.push(`${text} ${JSON.stringify(fields)}`),
  };

  async function process(
    options: { readonly crash?: (point: string) => void; readonly secret?: string } = {},
  ) {
    const db = openDatabase(open.url, { max: 4 });
    t.after(() => db.destroy());
    const store = createStore(db, open.install, open.envelope);
    const io = createIo({
      metrics: noMetrics,
      ...(options.crash === undefined ? {} : { crashPoint: options.crash }),
    });
    const app = createAtlassianApp({
      ...registration,
      clientSecret: options.secret ?? registration.clientSecret,
      siteUrl: site.baseUrl,
      authUrl: gateway.url,
      gatewayUrl: gateway.url,
      io,
    });
    const apps = new Map([[DESK, app]]);
    const tokenOf = createTokenKeeper({ store, apps, io, metrics: noMetrics, log, leaseMs: 300 });
    return { io, app, store, tokenOf, token: tokenOf(DESK, 'bridge') };
  }

  const first = await process();
  async function consent(holder: TokenHolder = 'bridge') {
    atlassian.consentAs(GRACE);
    const url = first.app.consentUrl({ state: 'of-the-test', redirectUri: CALLBACK, holder: 'bridge' });
    const answer = await fetch(url, { redirect: 'manual' });
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const exchanged = await first.io.run('sign-in.exchange', { timeoutMs: 5_000 }, () =>
      first.app.exchange(code, CALLBACK),
    );
    const { account, resource, ...given } = value(exchanged);
    await open.store.tokens.save({ connector: DESK, holder }, { account, resource }, given);
    return { account, resource, code, given };
  }
  return {
    ...open,
    ...first,
    atlassian,
    site,
    said,
    process,
    consent,
    async pass(ms: number) {
      site.clock.advance(ms);
      await open.pass(ms);
    },
  };
}

test('a consent becomes a sign-in for the site, and lasts an hour without another word to Atlassian', async (t) => {
  const office = await openOffice(t);
  assert.match(
    JSON.stringify(await office.token.current()),
    /Nobody is connected.*deskbridge connect jira-it/,
  );
  const { account, resource, code } = await office.consent();
  assert.deepEqual([account, resource], ['Grace Hopper (grace@example.test)', office.site.sandbox.cloudId]);
  const first = value(await office.token.current());
  await office.pass(HOUR - 5 * MINUTE);
  assert.equal(value(await office.token.current()).secret.reveal(), first.secret.reveal());
  assert.equal(office.atlassian.renewals(), 0);
  const again = await office.io.run('sign-in.exchange', { timeoutMs: 5_000 }, () =>
    office.app.exchange(code, CALLBACK),
  );
  assert.deepEqual(
    [again.kind, again.kind === 'rejected' && again.code],
    ['rejected', 'auth'],
    'a code is good once',
  );
});

test('fifty calls of three processes at the end of an hour make one renewal, and all of them go on', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  const old = value(await office.token.current());
  const processes = [office, await office.process(), await office.process()];
  await office.pass(HOUR);
  const all = await Promise.all(
    Array.from({ length: 51 }, (_, n) => processes[n % 3]?.token.current() ?? assert.fail()),
  );
  const given = new Set(all.map((outcome) => value(outcome).secret.reveal()));
  assert.equal(given.size, 1);
  assert.ok(!given.has(old.secret.reveal()));
  assert.equal(office.atlassian.renewals(), 1);
  await office.pass(HOUR);
  value((await processes[1]?.token.current()) ?? null);
  assert.equal(office.atlassian.renewals(), 2, 'the one that was saved renews again');
});

test('one that Atlassian refuses early is renewed once; a quite new one is not renewed for being refused', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  const old = value(await office.token.current());
  assert.equal(await office.token.instead(old), null);
  await office.pass(5 * MINUTE);
  const [one, two] = await Promise.all([office.token.instead(old), office.token.instead(old)]);
  assert.equal(value(one).secret.reveal(), value(two).secret.reveal());
  assert.equal(office.atlassian.renewals(), 1);
  assert.equal(value(await office.token.instead(old)).secret.reveal(), value(one).secret.reveal());
});

/** A process that dies after Atlassian has answered and before anything is saved. */
async function dieInRenewal(office: Awaited<ReturnType<typeof openOffice>>) {
  const doomed = await office.process({
    crash(point) {
      if (point === 'sign-in.renew:exchanged') throw new Error('the process dies here');
    },
  });
  await assert.rejects(doomed.token.current(), /the process dies here/);
  assert.equal(office.atlassian.renewals(), 1);
}

test('a process that dies between renewal and saving costs nothing while Atlassian takes the old one again', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  await office.pass(HOUR);
  await dieInRenewal(office);
  value(await office.token.current());
  assert.equal(office.atlassian.renewals(), 2);
  assert.deepEqual(office.said, []);
});

test('after that time somebody has to connect again: it is said once, with the way, and connecting mends it', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  await office.pass(HOUR);
  await dieInRenewal(office);
  await office.pass(11 * MINUTE);
  const both = await Promise.all([office.token.current(), (await office.process()).token.current()]);
  for (const refused of both) {
    assert.ok(refused.kind === 'rejected' && refused.code === 'auth', JSON.stringify(refused));
    assert.match(refused.reason, /while it was being renewed/);
    assert.match(refused.reason, /deskbridge connect jira-it/);
  }
  assert.equal(office.said.length, 1);
  const audit = await rows(office.db, `select data from audit_event where kind = 'sign-in.ended'`);
  assert.deepEqual(audit, [{ data: { connector: 'jira-it', holder: 'bridge' } }]);
  await office.consent();
  value(await office.token.current());
});

test('an answer that is lost, and an Atlassian that fails, end nothing', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  await office.pass(HOUR);
  office.atlassian.faults.add('POST /oauth/token', { kind: 'fail-before', status: 503 });
  office.atlassian.faults.add('POST /oauth/token', { kind: 'fail-after', status: 502 });
  for (let n = 0; n < 2; n += 1) {
    const failed = await office.token.current();
    assert.deepEqual([failed.kind, failed.kind === 'retry' && failed.effect], ['retry', 'none']);
  }
  value(await office.token.current());
});

test('our own wrong secret is told apart from a consent that is gone', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  await office.pass(HOUR);
  const wrong = await (await office.process({ secret: 'sandbox-another-secret' })).token.current();
  assert.ok(wrong.kind === 'rejected' && /client secret/.test(wrong.reason), JSON.stringify(wrong));
  assert.ok(!JSON.stringify(wrong).includes('sandbox-another-secret'));
  assert.deepEqual(office.said, []);
  value(await office.token.current());
  await office.consent(ALMA);
  await office.pass(HOUR);
  const his = (await office.process({ secret: 'sandbox-another-secret' })).tokenOf(DESK, ALMA);
  const waits = await his.current();
  assert.equal(waits.kind, 'retry', 'a person is not disconnected by a fault of ours');
  office.atlassian.withdraw(GRACE);
  await office.pass(HOUR);
  const gone = await office.token.current();
  assert.ok(gone.kind === 'rejected' && /withdrawn/.test(gone.reason));
});

test('a sign-in that is forgotten is noticed by every process at its next call', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  const other = await office.process();
  value(await other.token.current());
  assert.equal(await office.store.tokens.remove(KEY), true);
  assert.equal((await other.token.current()).kind, 'rejected');
});

test('ninety idle days end a sign-in', async (t) => {
  const office = await openOffice(t);
  await office.consent();
  await office.pass(89 * 24 * HOUR);
  value(await office.token.current());
  await office.pass(91 * 24 * HOUR);
  assert.equal((await office.token.current()).kind, 'rejected');
});

test('a dump of the database shows no token, and a token that is moved to another row does not open', async (t) => {
  const office = await openOffice(t);
  const { given } = await office.consent();
  const dump = JSON.stringify(
    await rows(
      office.db,
      `select t::text, encode(access_sealed, 'escape') as a, encode(refresh_sealed, 'escape') as r from token t`,
    ),
  );
  assert.ok(dump.includes('Grace Hopper'));
  for (const secret of [given.access, given.refresh ?? assert.fail()]) {
    assert.ok(!dump.includes(secret.reveal()));
    assert.ok(!dump.includes(Buffer.from(secret.reveal()).toString('hex')));
  }
  await rows(office.db, `update token set access_sealed = refresh_sealed`);
  await assert.rejects(office.token.current(), /authenticate/);
  await office.consent();
  await rows(office.db, `update token set connector = 'jira-two'`);
  await assert.rejects(
    office.store.tokens.get({ connector: ConnectorId.parse('jira-two'), holder: 'bridge' }),
  );
  await rows(office.db, `update token set connector = 'jira-it'`);
  const stranger = createStore(office.db, office.install, createEnvelope([Buffer.alloc(32, 7)]));
  await assert.rejects(stranger.tokens.get(KEY), /key that sealed this content is not configured/);
  await office.store.tokens.save(
    KEY,
    { account: 'x', resource: 'y' },
    { ...given, access: createSecret('a') },
  );
  value(await office.token.current());
});

test('one that cannot be renewed is used to its end, and then somebody has to connect again', async (t) => {
  const office = await openOffice(t);
  const { account, resource, given } = await office.consent();
  const lasting = { ...given, refresh: null, expiresInS: 100 };
  await office.store.tokens.save(KEY, { account, resource }, lasting);
  assert.equal((await office.token.current()).kind, 'ok');
  await office.pass(101_000);
  const ended = await office.token.current();
  assert.ok(ended.kind === 'rejected' && ended.code === 'auth');
});
