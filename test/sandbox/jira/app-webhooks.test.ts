/** Webhooks of an app as Jira keeps them: whose they are, what they may say, and that they end. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { z } from 'zod';
import { APP, type AppSite, DAY_MS, GRACE, startAppSite } from './app-site.ts';
import { API_TOKEN, ask, EMAIL, startReceiver } from './site.ts';

const PATH = '/rest/api/3/webhook';
const URL_OF_US = 'https://desk.example.com/hooks/jira-it';
const OTHER_APP = { ...APP, clientId: 'sandbox-other-app' };
const Results = z.object({
  webhookRegistrationResult: z.array(
    z.object({ createdWebhookId: z.int().optional(), errors: z.array(z.string()).optional() }),
  ),
});
const Page = z.object({ values: z.array(z.object({ id: z.int(), expirationDate: z.number() })) });

let site: AppSite;
beforeEach(async () => {
  site = await startAppSite();
});
afterEach(() => site.close());

const tokenOf = async (options: Parameters<AppSite['consent']>[0] = {}) =>
  (await site.consent(options)).access.reveal();

async function register(bearer: string, url = URL_OF_US, jqlFilter = 'project in ("IAM")') {
  const webhooks = [{ events: ['comment_created'], jqlFilter }];
  const { value } = await site.ask(bearer, `POST ${PATH}`, { url, webhooks });
  const [result] = Results.parse(value).webhookRegistrationResult;
  return result?.createdWebhookId ?? result?.errors?.join();
}
const idsOf = async (bearer: string) =>
  Page.parse((await site.ask(bearer, `GET ${PATH}`)).value).values.map(({ id }) => id);

test('only apps register webhooks: an API token is 403, a sign-in without the scope 401', async () => {
  const basic = { authorization: `Basic ${Buffer.from(`${EMAIL}:${API_TOKEN}`).toString('base64')}` };
  for (const call of ['GET', 'POST', 'DELETE'])
    assert.equal(
      (await ask(site, `${call} ${PATH}`, call === 'GET' ? undefined : {}, basic)).status,
      403,
      call,
    );
  assert.equal((await ask(site, `PUT ${PATH}/refresh`, {}, basic)).status, 403);
  const without = await tokenOf({ webhook: false });
  assert.equal((await site.ask(without, `GET ${PATH}`)).status, 401);
  assert.equal((await site.ask(await tokenOf(), `GET ${PATH}`)).status, 200);
});

test('an app has one address, filters of a subset of JQL, and five webhooks for each of its users', async () => {
  const bearer = await tokenOf();
  assert.equal(await register(bearer), 1);
  assert.match(String(await register(bearer, 'https://elsewhere.example/')), /Only a single URL per app/);
  assert.match(String(await register(bearer, URL_OF_US, 'summary ~ door')), /clause summary is unsupported/);
  assert.match(String(await register(bearer, URL_OF_US, 'project > IAM')), /operator > is unsupported/);
  assert.match(String(await register(bearer, URL_OF_US, '')), /empty/);
  const wrong = await site.ask(bearer, `POST ${PATH}`, { url: 'http://desk.example.com/', webhooks: [] });
  assert.equal(wrong.status, 400);
  for (const id of [2, 3, 4, 5]) assert.equal(await register(bearer), id);
  assert.match(String(await register(bearer)), /No more than 5/);
});

test('an app sees, prolongs and deletes its own webhooks; those of others are ignored', async () => {
  const theirs = await tokenOf({ app: OTHER_APP });
  assert.equal(await register(theirs, 'https://elsewhere.example/'), 1);
  const ours = await tokenOf();
  assert.equal(await register(ours), 2);
  assert.deepEqual([await idsOf(ours), await idsOf(theirs)], [[2], [1]]);
  assert.equal((await site.ask(ours, `DELETE ${PATH}`, { webhookIds: [1, 2] })).status, 202);
  assert.deepEqual([await idsOf(ours), await idsOf(theirs)], [[], [1]]);
});

test('a webhook ends after thirty days; one that was prolonged lives on, one that has ended does not', async () => {
  const first = await tokenOf();
  assert.equal(await register(first), 1);
  assert.equal(await register(first), 2);
  site.clock.advance(25 * DAY_MS);
  const second = await tokenOf();
  assert.deepEqual(await idsOf(second), [1, 2]);
  assert.equal((await site.ask(second, `PUT ${PATH}/refresh`, { webhookIds: [2] })).status, 200);
  site.clock.advance(6 * DAY_MS);
  const third = await tokenOf();
  assert.deepEqual(await idsOf(third), [2]);
  const late = await site.ask(third, `PUT ${PATH}/refresh`, { webhookIds: [1] });
  assert.equal(late.status, 200, 'what is not there is ignored without a word');
  assert.deepEqual(await idsOf(third), [2]);
});

test('an app that is not distributed hears only of webhooks that its owner registered', async () => {
  const receiver = await startReceiver(site.clock.now);
  const say = async () => {
    const fields = { project: { key: 'IAM' }, issuetype: { name: 'Task' }, summary: 'a door' };
    const { value } = await ask(site, 'POST /rest/api/3/issue', { fields });
    site.sandbox.people.comment(GRACE, String(Reflect.get(Object(value), 'id')), 'hello');
    await site.sandbox.settled();
  };
  try {
    const owned = { ...APP, owner: '712020:a0000002' };
    assert.equal(await register(await tokenOf({ app: owned }), receiver.url), 1);
    await say();
    assert.equal(receiver.hooks.length, 0);
    site.sandbox.atlassian.register({ ...APP, owner: GRACE });
    await say();
    assert.equal(receiver.hooks.length, 1);
  } finally {
    await receiver.close();
  }
});

test('its calls carry a token that the client secret signs, and the ids that matched', async () => {
  const receiver = await startReceiver(site.clock.now);
  try {
    const bearer = await tokenOf();
    assert.deepEqual([await register(bearer, receiver.url), await register(bearer, receiver.url)], [1, 2]);
    const fields = { project: { key: 'IAM' }, issuetype: { name: 'Task' }, summary: 'a door' };
    const { value } = await ask(site, 'POST /rest/api/3/issue', { fields });
    site.sandbox.people.comment(GRACE, String(Reflect.get(Object(value), 'id')), 'hello');
    await site.sandbox.settled();
    const [hook, ...more] = receiver.hooks;
    assert.deepEqual(more, [], 'one call, however many match');
    const body = JSON.parse(Buffer.from(hook?.body ?? '').toString());
    assert.deepEqual(body.matchedWebhookIds, [1, 2]);
    assert.equal(hook?.headers['x-hub-signature'], undefined);
    const [head, claims, signature] = (hook?.headers['authorization'] ?? '')
      .replace('Bearer ', '')
      .split('.');
    const expected = createHmac('sha256', APP.clientSecret).update(`${head}.${claims}`).digest('base64url');
    assert.equal(signature, expected);
    const said = JSON.parse(Buffer.from(claims ?? '', 'base64url').toString());
    assert.equal(said.iss, APP.clientId);
    assert.ok(said.exp > site.clock.now().getTime() / 1000);
  } finally {
    await receiver.close();
  }
});
