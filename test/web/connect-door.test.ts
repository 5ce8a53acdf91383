import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createIo } from '../../src/connectors/io.ts';
import { createAtlassianApp } from '../../src/connectors/jira/oauth.ts';
import { createConnecting } from '../../src/flows/connect-account.ts';
import { forgetSignIns } from '../../src/flows/forget-sign-ins.ts';
import { createTokenKeeper } from '../../src/flows/keep-tokens.ts';
import { ConnectorId, SlackUser } from '../../src/model/ids.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { createSecret } from '../../src/model/secret.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { createConnectDoor } from '../../src/web/connect-door.ts';
import { createWebServer } from '../../src/web/server.ts';
import { startSite } from '../sandbox/jira/site.ts';
import { ALMA, dropCopies, openStore, rows } from '../store/open-store.ts';

after(dropCopies);

const DESK = ConnectorId.parse('jira-it');
const GRACE = '712020:a0000001';
const DAY = 86_400_000;

interface Scope {
  after(work: () => Promise<void>): void;
}

/** The real door, before the real flow and a real database; Atlassian is simulated. */
async function openHouse(t: Scope) {
  const { store, pass, db } = await openStore(t);
  const site = await startSite();
  const gateway = await listen(site.sandbox.gateway);
  const io = createIo({ metrics: noMetrics });
  const app = createAtlassianApp({
    clientId: 'sandbox-app',
    clientSecret: 'sandbox-secret-0123456789',
    siteUrl: site.baseUrl,
    authUrl: gateway.url,
    gatewayUrl: gateway.url,
    io,
  });
  const apps = new Map([[DESK, app]]);
  // The door has to know its own address before it listens.
  const spare = await listen({ fetch: () => new Response(null) });
  await spare.close();
  const { port, url } = spare;
  const connecting = createConnecting({ store, apps, io, publicUrl: url });
  const server = createWebServer({
    slack: null,
    hooks: async () => ({ status: 404, body: null }),
    connect: createConnectDoor(connecting, url),
    readiness: async () => ({ ready: true, checks: {} }),
    metricsText: async () => '',
    metrics: noMetrics,
    log: noLog,
  });
  await server.listen('127.0.0.1', port);
  const { atlassian } = site.sandbox;
  const redirectUris = [`${url}/oauth/jira-it/callback`];
  atlassian.register({ clientId: 'sandbox-app', clientSecret: 'sandbox-secret-0123456789', redirectUris });
  t.after(async () => {
    await server.stop(0);
    await gateway.close();
    await site.close();
  });
  const link = async (holder: SlackUser | 'bridge') =>
    (await connecting.invite({ connector: DESK, holder }))?.url ?? assert.fail();
  const begin = (invitation: string) =>
    fetch(`${url}/oauth/jira-it/begin`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ invitation }),
    });
  /** Presses the button, consents at Atlassian, and answers what the browser then has: the way back and its cookie. */
  async function consent(text: string) {
    const begun = await begin(new URL(text).searchParams.get('invitation') ?? '');
    assert.equal(begun.status, 303);
    const cookie = begun.headers.getSetCookie()[0] ?? '';
    const consented = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
    return { back: consented.headers.get('location') ?? assert.fail(), cookie };
  }
  const come = (back: string, cookie: string, method = 'GET') =>
    fetch(back, { method, redirect: 'manual', headers: { cookie: cookie.split(';')[0] ?? '' } });
  return { store, db, pass, site, atlassian, url, link, begin, consent, come, apps, io };
}

test('a person opens the link, consents and acts as himself', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const link = await house.link(ALMA);
  const page = await fetch(link);
  const text = await page.text();
  assert.match(text, /the member U1 of Slack/);
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  assert.equal((await fetch(link, { method: 'HEAD' })).status, 200, 'looking uses nothing up');
  const { back, cookie } = await house.consent(link);
  assert.match(cookie, /Path=\/oauth\/jira-it; Max-Age=600; HttpOnly; SameSite=Lax$/);
  assert.equal((await house.come(back, cookie, 'HEAD')).status, 410);
  const done = await house.come(back, cookie);
  assert.match(await done.text(), /acts in jira-it as <strong>Grace Hopper/);
  const account = await house.store.accounts.get(ALMA, DESK);
  assert.deepEqual([account?.consented, account?.grant, account?.refused], [true, null, null]);
  assert.equal(account?.account, GRACE, 'his id, by which he can be assigned');
  assert.equal((await house.store.principals.of({ system: DESK, id: GRACE }))?.ids.get('slack'), ALMA);
  const { store, apps, io } = house;
  const token = createTokenKeeper({ store, apps, io, metrics: noMetrics, log: noLog })(DESK, ALMA);
  assert.equal((await token.current()).kind, 'ok');
  const audit = await rows(house.db, `select actor, data from audit_event where kind = 'sign-in.connected'`);
  assert.deepEqual(audit, [{ actor: 'oauth:jira-it', data: { connector: 'jira-it', holder: 'U1' } }]);
});

test('a link, a state and a code work once', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const link = await house.link('bridge');
  const { back, cookie } = await house.consent(link);
  const invitation = new URL(link).searchParams.get('invitation') ?? '';
  assert.equal((await house.begin(invitation)).status, 410);
  assert.equal((await fetch(link)).status, 410);
  const both = await Promise.all([house.come(back, cookie), house.come(back, cookie)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 410]);
});

test('nobody finishes in another browser what somebody else began, nor with another state', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const mine = await house.consent(await house.link(ALMA));
  const his = await house.consent(await house.link(SlackUser.parse('U2')));
  assert.equal((await house.come(mine.back, his.cookie)).status, 410);
  assert.equal((await house.come(mine.back, '')).status, 410);
  const forged = new URL(mine.back);
  forged.searchParams.set('state', 'a'.repeat(43));
  assert.equal((await house.come(forged.href, mine.cookie)).status, 410);
  const elsewhere = mine.back.replace('/jira-it/', '/jira-two/');
  assert.equal((await house.come(elsewhere, mine.cookie)).status, 410);
  assert.deepEqual(await house.store.tokens.all(), []);
  assert.equal((await house.come(mine.back, mine.cookie)).status, 200, 'a wrong guess takes nothing away');
});

test('a link is too old after a day, a state after ten minutes; who declines is not connected', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const old = await house.link(ALMA);
  await house.pass(DAY + 1000);
  assert.equal((await fetch(old)).status, 410);
  const slow = await house.consent(await house.link(ALMA));
  await house.pass(11 * 60_000);
  assert.equal((await house.come(slow.back, slow.cookie)).status, 410);
  house.atlassian.consentAs(null);
  const declined = await house.consent(await house.link(ALMA));
  assert.equal((await house.come(declined.back, declined.cookie)).status, 403);
  assert.deepEqual(await house.store.tokens.all(), []);
});

test('a consent for another site is refused with its name', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  house.site.sandbox.setBaseUrl('https://other.example.test');
  const { back, cookie } = await house.consent(await house.link(ALMA));
  const refused = await house.come(back, cookie);
  assert.equal(refused.status, 502);
  assert.match(await refused.text(), /given for other\.example\.test/);
  assert.deepEqual(await house.store.tokens.all(), []);
});

test('revoke forgets what is named and nothing else, and says what to do at the vendor', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const ben = SlackUser.parse('U2');
  for (const holder of ['bridge', ALMA] as const) {
    const { back, cookie } = await house.consent(await house.link(holder));
    await house.come(back, cookie);
  }
  const grant = createSecret('his own token');
  await house.store.accounts.save({ user: ben, connector: DESK, account: 'ben', grant });
  const { store, apps, io } = house;
  const deps = { store, apps, io, actor: 'operator:test' };
  const token = createTokenKeeper({ ...deps, metrics: noMetrics, log: noLog })(DESK, ALMA);
  assert.equal((await token.current()).kind, 'ok');
  const one = await forgetSignIns(deps, { connector: null, person: ALMA });
  assert.deepEqual([one.tokens, one.grants], [1, 0]);
  assert.match(one.notes.join(), /id\.atlassian\.com/);
  assert.equal((await token.current()).kind, 'rejected');
  assert.deepEqual(
    (await store.tokens.all()).map(({ holder }) => holder),
    ['bridge'],
  );
  const all = await forgetSignIns(deps, { connector: DESK, person: null });
  assert.deepEqual([all.tokens, all.grants], [1, 1]);
  const known = await store.accounts.get(ben, DESK);
  assert.deepEqual([known?.account, known?.grant], ['ben', null], 'who is who stays');
});

test('what is revoked while the vendor is asked is not given by its answer', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const { store, io, url } = house;
  const app = house.apps.get(DESK) ?? assert.fail();
  const deps = { store, apps: house.apps, actor: 'operator:test' };
  const exchange: typeof app.exchange = async (code, uri) => {
    const given = await app.exchange(code, uri);
    await forgetSignIns(deps, { connector: null, person: ALMA });
    return given;
  };
  const apps = new Map([[DESK, { ...app, exchange }]]);
  const connecting = createConnecting({ store, apps, io, publicUrl: url });
  const { back, cookie } = await house.consent(await house.link(ALMA));
  const params = new URL(back).searchParams;
  const [state, code] = [params.get('state') ?? '', params.get('code')];
  const browser = cookie.split(';')[0]?.split('=')[1] ?? '';
  assert.deepEqual(await connecting.finish(DESK, { state, browser, code }), { kind: 'stale' });
  assert.deepEqual(await store.tokens.all(), []);
  assert.equal(await store.accounts.get(ALMA, DESK), null);
});

test('revoke works when nothing can be opened any more, and links that were given out are worthless', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const { back, cookie } = await house.consent(await house.link(ALMA));
  await house.come(back, cookie);
  await rows(house.db, "update token set access_sealed = '\\x00', refresh_sealed = '\\x00'");
  const unused = await house.link(ALMA);
  const begun = await house.consent(await house.link(ALMA));
  const { store, apps } = house;
  const all = { connector: null, person: null };
  const done = await forgetSignIns({ store, apps, actor: 'operator:test' }, all);
  assert.equal(done.tokens, 1);
  assert.match(done.notes.join(), /id\.atlassian\.com/);
  assert.equal((await fetch(unused)).status, 410);
  assert.equal((await house.come(begun.back, begun.cookie)).status, 410);
  assert.deepEqual(await store.tokens.all(), []);
});

test('only our own page begins: a stranger’s page cannot make somebody consent for the link of a stranger', async (t) => {
  const house = await openHouse(t);
  const link = await house.link(ALMA);
  const body = new URLSearchParams({ invitation: new URL(link).searchParams.get('invitation') ?? '' });
  const press = (from: string) =>
    fetch(`${house.url}/oauth/jira-it/begin`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': from },
      body,
    });
  for (const from of ['cross-site', 'same-site', 'none']) assert.equal((await press(from)).status, 403, from);
  assert.equal((await press('same-origin')).status, 303, 'the link was not used up');
});

test('nobody connects an account that is somebody else’s, nor one who was deactivated meanwhile', async (t) => {
  const house = await openHouse(t);
  house.atlassian.consentAs(GRACE);
  const ben = SlackUser.parse('U2');
  const first = await house.consent(await house.link(ALMA));
  assert.equal((await house.come(first.back, first.cookie)).status, 200);
  const second = await house.consent(await house.link(ben));
  const refused = await (await house.come(second.back, second.cookie)).text();
  assert.match(refused, /belongs to somebody else/);
  const third = await house.consent(await house.link(ALMA));
  const principal = await house.store.principals.ofSlack(ALMA);
  await house.store.principals.setActive(principal, false);
  assert.match(await (await house.come(third.back, third.cookie)).text(), /marked as inactive/);
  assert.equal(await house.store.accounts.get(ben, DESK), null);
});
