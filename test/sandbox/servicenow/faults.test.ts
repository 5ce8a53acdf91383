import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { z } from 'zod';
import { call, type Instance, OAUTH, recordOf, startInstance } from './instance.ts';

let instance: Instance;
beforeEach(async () => {
  instance = await startInstance();
});
afterEach(() => instance.close());

const CREATE = 'POST /api/now/table/incident';
const create = () => call(instance, 'POST', '/api/now/table/incident', { short_description: 'x' });
const count = () => instance.sandbox.people.tickets().length;

describe('planned faults', () => {
  test('failing before leaves nothing, failing after leaves a record', async () => {
    instance.sandbox.faults.add(CREATE, { kind: 'fail-before', status: 503 });
    assert.deepEqual([(await create()).status, count()], [503, 0]);
    instance.sandbox.faults.add(CREATE, { kind: 'fail-after', status: 500 });
    assert.deepEqual([(await create()).status, count()], [500, 1]);
    assert.equal((await create()).status, 201);
    assert.equal(instance.sandbox.faults.pending(), 0);
  });

  test('resets cut the connection before or after the write', async () => {
    instance.sandbox.faults.add(CREATE, { kind: 'reset-before' });
    await assert.rejects(create());
    assert.equal(count(), 0);
    instance.sandbox.faults.add(CREATE, { kind: 'reset-after' });
    await assert.rejects(create());
    assert.equal(count(), 1);
  });

  test('a hanging call never answers until the client goes', async () => {
    instance.sandbox.faults.add('write', { kind: 'hang-after' });
    const gone = new AbortController();
    const hanging = fetch(`${instance.baseUrl}/api/now/table/incident`, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        authorization: `Basic ${Buffer.from('deskbridge.bot:sandbox-password-0123456789').toString('base64')}`,
        'content-type': 'application/json',
      },
      body: '{}',
    });
    const written = new Promise<void>((resolve) => instance.sandbox.onChange(resolve));
    await Promise.race([written, hanging]);
    gone.abort();
    await assert.rejects(hanging, { name: 'AbortError' });
    assert.equal(count(), 1);
  });

  test('hibernation is a 200 page, a limit tells when to come back', async () => {
    instance.sandbox.faults.add('*', { kind: 'html' });
    const page = await create();
    assert.deepEqual([page.status, count()], [200, 0]);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    instance.sandbox.faults.add('POST /api/now/table/{table}', { kind: 'limit', retryAfterS: 7 });
    const limited = await create();
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.ok(limited.headers.get('x-ratelimit-rule'));
    assert.ok(Number(limited.headers.get('x-ratelimit-reset')) > instance.clock.now().getTime() / 1000);
  });

  test('a stale read shows the past', async () => {
    await create();
    instance.clock.advance(60_000);
    const [ticket] = instance.sandbox.people.tickets();
    instance.sandbox.people.setStatus(
      instance.sandbox.people.agents()[0]?.id ?? '',
      ticket?.id ?? '',
      'In Progress',
    );
    const state = async () => {
      const answer = await call(
        instance,
        'GET',
        `/api/now/table/incident/${ticket?.id}?sysparm_fields=state`,
      );
      return answer.status === 200 ? recordOf(answer.text)['state'] : answer.status;
    };
    instance.sandbox.faults.add('GET /api/now/table/incident/{sys_id}', { kind: 'stale', staleMs: 30_000 });
    assert.equal(await state(), '1');
    assert.equal(await state(), '2');
    instance.sandbox.faults.add('read', { kind: 'stale', staleMs: 3_600_000 });
    assert.equal(await state(), 404);
  });
});

describe('quota and tokens', () => {
  test('the hour has so many calls', async () => {
    const small = await startInstance({ limits: { perHour: 2 } });
    try {
      const status = async () => (await call(small, 'GET', '/api/now/table/incident')).status;
      assert.deepEqual([await status(), await status(), await status()], [200, 200, 429]);
      small.clock.advance(3_600_000);
      assert.equal(await status(), 200);
    } finally {
      await small.close();
    }
  });

  const Token = z.object({ access_token: z.string(), expires_in: z.number() });
  const token = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${instance.baseUrl}/oauth_token.do`, { method: 'POST', body, headers: { 'content-type': type } });
  const form = (secret: string) =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: OAUTH.clientId,
      client_secret: secret,
    }).toString();

  test('client credentials give a token, the same again until it ends', async () => {
    const first = Token.parse(await (await token(form(OAUTH.clientSecret))).json());
    instance.clock.advance(600_000);
    const again = Token.parse(await (await token(form(OAUTH.clientSecret))).json());
    assert.equal(first.access_token, again.access_token);
    assert.ok(again.expires_in <= 1200);
    const read = () =>
      fetch(`${instance.baseUrl}/api/now/table/incident`, {
        headers: { authorization: `Bearer ${first.access_token}` },
      });
    assert.equal((await read()).status, 200);
    instance.clock.advance(1_300_000);
    assert.equal((await read()).status, 401);
  });

  test('wrong secrets, JSON and a switched-off grant are refused', async () => {
    assert.equal((await token(form('sandbox-wrong'))).status, 401);
    assert.equal((await token('{}', 'application/json')).status, 400);
    instance.sandbox.setPolicy({ clientCredentials: false });
    assert.match(await (await token(form(OAUTH.clientSecret))).text(), /"unsupported_grant_type"/);
  });
});
