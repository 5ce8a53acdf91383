/** Approvals on a web page: signed in with Slack, looking changes nothing, and what is decided there counts once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { BEN, beginOnPage, DANA, TEAM } from './approvals-page.ts';
import type { Story } from './rig.ts';
import { quiet } from './story-suite.ts';

const LIMIT_MS = 30_000;

/** A browser of somebody: it keeps cookies, follows nothing by itself, and says where it presses. */
class Browser {
  readonly #jar = new Map<string, string>();
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
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const forms = [...page.text.matchAll(/<form method="post" action="([^"]+)"[\s\S]*?<\/form>/g)];
    const [form, where = ''] = forms.find(([, to]) => action.test(to ?? '')) ?? [];
    const hidden = [...(form ?? '').matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    return this.#ask(new URL(where, page.url).href, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, ...more }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        origin: new URL(this.#base).origin,
        ...headers,
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
  story.query<{ tokens: number; votes: number; audit: number }>(
    `select (select count(*)::int from approval_token) as tokens, (select count(*)::int from approval_vote) as votes,
       (select count(*)::int from audit_event) as audit`,
  );

test('who is asked signs in with Slack, looks without changing anything, and decides once', async (t) => {
  const { story, base, ben, ticket, id } = await beginOnPage(t);
  const address = `${base}/approvals/${id}`;
  const browser = new Browser(base);
  await quiet(story);
  const before = await traces(story);
  const first = await read(await browser.get(address), address);
  assert.equal(first.status, 401);
  assert.doesNotMatch(first.text, /database/, 'nobody sees anything without a sign-in');
  for (const method of ['GET', 'HEAD'])
    await Promise.all(
      Array.from({ length: 20 }, () =>
        browser.get(address, method, { 'user-agent': 'Slackbot-LinkExpanding 1.0' }),
      ),
    );

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
  for (const words of [/alma/, /high/, /&lt;script&gt;/, /Manager|access/]) assert.match(page.text, words);
  assert.doesNotMatch(page.text, /<script|<img/);
  assert.deepEqual(await traces(story), before, 'looking changes nothing');

  // Not from our page, not with what this page was given, not by a form of somebody else's.
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
    assert.equal((await browser.press(page, /open$/, {}, headers)).status, 403);
  assert.equal((await browser.press(page, /open$/, { form: '0'.repeat(64) })).status, 403);
  assert.deepEqual(await traces(story), before);

  const pressed = await browser.press(page, /open$/);
  const ballot = await read(pressed, `${address}/open`);
  assert.equal(ballot.status, 200, ballot.text);
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
