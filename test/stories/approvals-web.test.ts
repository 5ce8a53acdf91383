/** Approvals on a web page: signed in with Slack, looking changes nothing, and what is decided there counts once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserCookie } from '../../src/web/page.ts';
import { until } from '../support/until.ts';
import { BEN, beginOnPage, DANA, TEAM } from './approvals-page.ts';
import type { Story } from './rig.ts';
import { quiet } from './story-suite.ts';

const LIMIT_MS = 30_000;

/** Programs that look at links before people do. */
const PROWLERS = [
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Slackbot 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (compatible; SafeLinks)',
];

/** A browser of somebody: it keeps cookies, follows nothing by itself, and says where it presses. */
class Browser {
  readonly #jar = new Map<string, string>();
  /** Cookies as they were set. */
  readonly set: string[] = [];
  readonly #base: string;
  constructor(base: string) {
    this.#base = base;
  }
  async #ask(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    if (url.startsWith(this.#base) && cookie !== '') headers.set('cookie', cookie);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      this.set.push(set);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#jar.set(name, value);
    }
    return answer;
  }
  get(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> {
    return this.#ask(new URL(url, this.#base).href, { method, headers });
  }
  /** Presses the form with this action on a page, with what its hidden fields say. */
  async press(
    page: { readonly url: string; readonly text: string },
    action: RegExp,
    more: Record<string, string> = {},
    /** Null: his browser leaves it out. */
    headers: Record<string, string | null> = {},
  ): Promise<Response> {
    const sent = { 'sec-fetch-site': 'same-origin', origin: new URL(this.#base).origin, ...headers };
    const forms = [...page.text.matchAll(/<form method="post" action="([^"]+)"[\s\S]*?<\/form>/g)];
    const [form, where = ''] = forms.find(([, to]) => action.test(to ?? '')) ?? [];
    const hidden = [...(form ?? '').matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    return this.#ask(new URL(where, page.url).href, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, ...more }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null)),
      },
    });
  }
}
const read = async (answer: Response, url: string) => ({
  status: answer.status,
  url,
  text: await answer.text(),
});

/** To Slack and back, as whoever sits at the browser. */
async function signIn(
  browser: Browser,
  page: { readonly url: string; readonly text: string },
): Promise<Response> {
  const away = await browser.press(page, /sign-in$/);
  assert.equal(away.status, 303, await away.text());
  const slack = await browser.get(away.headers.get('location') ?? '');
  return browser.get(slack.headers.get('location') ?? '');
}

/** Everything that a decision leaves. */
const traces = (story: Story) =>
  story.query(
    `select (select count(*)::int from approval_token) as tokens,
       (select count(*)::int from approval_token where used_at is not null) as used,
       (select count(*)::int from approval_vote) as votes, (select count(*)::int from audit_event) as audit,
       (select count(*)::int from operation) as operations, (select status from approval) as status`,
  );

/** So many GETs and as many HEADs of all addresses of an approval, with all that a link could carry along. */
async function prowl(
  { browser, address, base }: { browser: Browser; address: string; base: string },
  words: string,
  many: number,
) {
  const places = [address, `${address}/open`, `${address}/decide`, `${base}/approvals/sign-in`];
  places.push(`${base}/approvals/signed-in?code=abc&state=def`);
  const seen = new Set<number>();
  for (const method of ['GET', 'HEAD'])
    await Promise.all(
      Array.from({ length: many }, async (_, nth) => {
        const place = places[nth % places.length] ?? address;
        const url = `${place}${place.includes('?') ? '&' : '?'}${words}`;
        const agent = PROWLERS[nth % PROWLERS.length] ?? '';
        seen.add((await browser.get(url, method, { 'user-agent': agent })).status);
      }),
    );
  return [...seen].sort();
}

test('who is asked signs in with Slack, looks without changing anything, and decides once', async (t) => {
  const { story, base, ben, ticket, id } = await beginOnPage(t);
  const address = `${base}/approvals/${id}`;
  const browser = new Browser(base);
  await quiet(story);
  const before = await traces(story);
  const first = await read(await browser.get(address), address);
  assert.equal(first.status, 401);
  assert.doesNotMatch(first.text, /database/, 'nobody sees anything without a sign-in');
  const links = { browser, address, base };
  assert.deepEqual(await prowl(links, 'decision=approve', 20), [401, 405, 410]);
  assert.deepEqual(browser.set, [], 'nobody is anybody by looking');

  story.slack.signInAs({ user: BEN, team: TEAM });
  const back = await signIn(browser, first);
  assert.equal(back.status, 303, await back.text());
  assert.equal(new URL(back.headers.get('location') ?? '', base).href, address);
  const shownTo = await browser.get(address);
  assert.match(
    shownTo.headers.get('content-security-policy') ?? '',
    /default-src 'none'; frame-ancestors 'none'/,
  );
  assert.doesNotMatch(shownTo.headers.get('content-security-policy') ?? '', /unsafe|script-src/);
  assert.equal(shownTo.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(shownTo.headers.get('cache-control'), 'no-store');
  const page = await read(shownTo, address);
  assert.equal(page.status, 200);
  for (const words of [
    /alma \(Slack U0ALMA\)/,
    /\[U\+202E\]gnp\.exe/,
    /high/,
    /&lt;script&gt;/,
    /Manager|access/,
  ])
    assert.match(page.text, words);
  assert.doesNotMatch(page.text, /<script|<img|\u202e/);
  assert.deepEqual(await prowl(links, 'decision=approve', 20), [200, 405, 410]);
  assert.deepEqual(await traces(story), before, 'looking changes nothing');

  // Not from our page, not with what this page was given, not by a form of somebody else's.
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
    assert.equal((await browser.press(page, /open$/, {}, headers)).status, 403);
  assert.equal((await browser.press(page, /open$/, { form: '0'.repeat(64) })).status, 403);
  assert.deepEqual(await traces(story), before);

  const pressed = await browser.press(page, /open$/);
  const ballot = await read(pressed, `${address}/open`);
  assert.equal(ballot.status, 200, ballot.text);
  // Even with all that the page holds: only its button uses it up.
  const given = [...ballot.text.matchAll(/name="(form|approve|deny)" value="([^"]*)"/g)];
  assert.equal(given.length, 3);
  const open = await traces(story);
  const all = new URLSearchParams(given.map(([, name = '', value = '']): [string, string] => [name, value]));
  assert.deepEqual(await prowl(links, `decision=approve&${all}`, 100), [200, 405, 410]);
  assert.deepEqual(await traces(story), open);
  const unexplained = await browser.press(ballot, /decide$/, { decision: 'deny', reason: ' ' });
  assert.equal(unexplained.status, 409);
  assert.match(await unexplained.text(), /say why/);
  const decided = await browser.press(ballot, /decide$/, { decision: 'approve' });
  assert.equal(decided.status, 200);
  assert.match(await decided.text(), /You approved it/);
  const again = await browser.press(ballot, /decide$/, { decision: 'approve' });
  assert.equal(again.status, 409);
  assert.match(await again.text(), /has decided once already|Nothing is left|what is asked for has changed/i);
  const votes = await story.query('select principal, decision, surface from approval_vote');
  assert.deepEqual(votes, [{ principal: ben, decision: 'approve', surface: 'web' }]);
  await until('the ticket is in progress', LIMIT_MS, () =>
    story.desk.tickets().some(({ id: one, category }) => one === ticket.id && category === 'active'),
  );
  assert.match((await read(await browser.get(address), address)).text, /approved/);
});

test('nobody else’s page can press, frame or read ours: every answer says so, and the cookies are no stranger’s', async (t) => {
  const { story, base, id } = await beginOnPage(t);
  const address = `${base}/approvals/${id}`;
  const browser = new Browser(base);
  await quiet(story);
  story.slack.signInAs({ user: BEN, team: TEAM });
  const guarded: [what: string, answer: Response][] = [];
  const kept = async (what: string, asked: Promise<Response>, url = address) => {
    const answer = await asked;
    guarded.push([what, answer]);
    return read(answer, url);
  };
  const first = await kept('before a sign-in', browser.get(address));
  const evil = { origin: 'https://evil.example' };
  const FOREIGN: readonly Record<string, string | null>[] = [
    { 'sec-fetch-site': 'cross-site', ...evil },
    { 'sec-fetch-site': 'same-site', origin: base },
    { 'sec-fetch-site': 'none', origin: base },
    // A browser that is too old to say where a press comes from still says of which page it is.
    { 'sec-fetch-site': null, ...evil },
    { 'sec-fetch-site': null, origin: 'null' },
    { 'sec-fetch-site': 'same-origin', ...evil },
    { 'sec-fetch-site': 'same-origin', origin: `${base}.evil.example` },
  ];
  for (const headers of FOREIGN) {
    const sent = await kept('a sign-in from elsewhere', browser.press(first, /sign-in$/, {}, headers));
    assert.equal(sent.status, 403, JSON.stringify(headers));
  }
  assert.deepEqual(browser.set, []);
  await signIn(browser, first);
  for (const cookie of browser.set)
    assert.match(cookie, /^deskbridge_\w+=[\w-]*; Path=\/approvals; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  assert.match(
    browserCookie('https://desk.example/bridge', 'x', '/approvals').set('y', 1),
    /; HttpOnly; SameSite=Lax; Secure$/,
    'where it is served by https',
  );
  const page = await kept('the page', browser.get(address));
  const ballot = await kept('the ballot', browser.press(page, /open$/), `${address}/open`);
  const before = await traces(story);
  for (const headers of FOREIGN)
    for (const [where, from] of [
      [/open$/, page],
      [/decide$/, ballot],
    ] as const) {
      const sent = await kept('from elsewhere', browser.press(from, where, { decision: 'approve' }, headers));
      assert.equal(sent.status, 403, `${where} ${JSON.stringify(headers)}`);
    }
  // What a stranger's form can send: cookies go along, what stands on the page does not.
  for (const form of ['', '0'.repeat(64), '\u00e9'.repeat(32)]) {
    const sent = await kept('a form of his', browser.press(ballot, /decide$/, { form, decision: 'approve' }));
    assert.equal(sent.status, 403);
  }
  assert.deepEqual(await traces(story), before);
  await kept('unknown', browser.get(`${base}/approvals/nothing`));
  await kept('a way back of nobody', browser.get(`${base}/approvals/signed-in?code=a&state=b`));
  assert.ok(guarded.length > 25);
  for (const [what, { headers }] of guarded) {
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action [^;*]+(?:; style-src 'sha256-[\w+/]+=*')?$/,
      what,
    );
    for (const [name, value] of [
      ['cache-control', 'no-store'],
      ['referrer-policy', 'no-referrer'],
      ['x-content-type-options', 'nosniff'],
      ['access-control-allow-origin', null],
    ] as const)
      assert.equal(headers.get(name), value, `${what}: ${name}`);
  }
  const decided = await browser.press(ballot, /decide$/, { decision: 'approve' });
  assert.equal(decided.status, 200, 'from our own page it counts');
});

test('a sign-in that is not fresh, of somebody else, or of another workspace decides nothing', async (t) => {
  const { story, base, id } = await beginOnPage(t);
  const address = `${base}/approvals/${id}`;
  const ask = async (browser: Browser) => read(await browser.get(address), address);
  const now = () => story.clock.now().getTime();

  const dana = new Browser(base);
  story.slack.signInAs({ user: DANA, team: TEAM });
  await signIn(dana, await ask(dana));
  const hers = await ask(dana);
  assert.equal(hers.status, 404);
  assert.doesNotMatch(hers.text, /database/);

  const stranger = new Browser(base);
  story.slack.signInAs({ user: BEN, team: 'T0OTHER' });
  await signIn(stranger, await ask(stranger));
  assert.equal((await ask(stranger)).status, 403);

  // Slack says that he signed in there an hour ago: he may look, and not decide.
  const ben = new Browser(base);
  story.slack.signInAs({ user: BEN, team: TEAM, authTime: now() - 3_600_000 });
  await signIn(ben, await ask(ben));
  const seen = await ask(ben);
  assert.equal(seen.status, 200);
  const stale = await read(await ben.press(seen, /open$/), `${address}/open`);
  assert.equal(stale.status, 403);
  assert.match(stale.text, /fresh sign-in/);
  story.slack.signInAs({ user: BEN, team: TEAM });
  assert.equal((await signIn(ben, stale)).status, 303);
  const ballot = await read(await ben.press(await ask(ben), /open$/), `${address}/open`);
  assert.equal(ballot.status, 200);
  // A page that was left open too long.
  await story.pass(6 * 60_000);
  assert.equal((await ben.press(ballot, /decide$/, { decision: 'approve' })).status, 403);

  // What Ben was given is worth nothing in the hands of Dana.
  const theft = await dana.press(ballot, /decide$/, { decision: 'approve' });
  assert.equal(theft.status, 403);
  // A way back that another browser began, and a cookie that was changed.
  story.slack.signInAs({ user: BEN, team: TEAM });
  const away = await ben.press(stale, /sign-in$/);
  const slack = await ben.get(away.headers.get('location') ?? '');
  assert.equal((await new Browser(base).get(slack.headers.get('location') ?? '')).status, 410);
  const forged = await fetch(address, { headers: { cookie: 'deskbridge_session=e30-00' } });
  assert.equal(forged.status, 401);
  story.slack.signInAs(null);
  assert.match(await (await signIn(ben, stale)).text(), /did not sign in at Slack/);
  assert.equal((await story.query('select 1 from approval_vote')).length, 0);
});
