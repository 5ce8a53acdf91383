import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hono } from 'hono';
import { createIo } from '../../../src/connectors/io.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import { type Listening, listen } from '../../../src/sandbox/listen.ts';
import { createSlackSignIn } from '../../../src/slack/out/sign-in.ts';

const CLIENT = '1.2';
const NOW = Date.parse('2026-05-04T10:00:00Z');
const S = NOW / 1000;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const CLAIMS = {
  ...{ iss: 'https://slack.com', aud: CLIENT, exp: S + 300, iat: S, auth_time: S - 60, nonce: 'n' },
  ...{ 'https://slack.com/team_id': 'T0SANDBOX', 'https://slack.com/user_id': 'U0BEN' },
};
const tokenOf = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;

let answer: unknown = {};
let server: Listening;
before(async () => {
  server = await listen(new Hono().post('/api/openid.connect.token', (c) => c.json(answer)));
});
after(() => server.close());

function exchange(idToken: unknown) {
  answer = { ok: true, access_token: 'xoxp-sandbox-1', id_token: idToken };
  const io = createIo({ metrics: noMetrics });
  const signIn = createSlackSignIn({
    ...{ clientId: CLIENT, clientSecret: createSecret('sandbox-secret'), io },
    ...{ authorizeUrl: 'https://slack.com/openid/connect/authorize', apiUrl: `${server.url}/api/` },
  });
  return io.run('sign-in.exchange', { timeoutMs: 5_000 }, () =>
    signIn.exchange('code', {
      nonce: 'n',
      redirectUri: 'https://bridge.example/approvals/signed-in',
      now: NOW,
    }),
  );
}

test('who signed in, where, and since when', async () => {
  assert.deepEqual(await exchange(tokenOf(CLAIMS)), {
    kind: 'ok',
    value: { team: 'T0SANDBOX', user: 'U0BEN', authTime: NOW - 60_000 },
  });
  const future = await exchange(tokenOf({ ...CLAIMS, auth_time: S + 86_400 }));
  assert.equal(future.kind === 'ok' && future.value.authTime, NOW, 'nobody is fresh for ever');
});

const WRONG: Readonly<Record<string, unknown>> = {
  'another issuer': tokenOf({ ...CLAIMS, iss: 'https://slack.com.evil.example' }),
  'another app': tokenOf({ ...CLAIMS, aud: '3.4' }),
  'several apps': tokenOf({ ...CLAIMS, aud: [CLIENT, '3.4'] }),
  'another sign-in': tokenOf({ ...CLAIMS, nonce: 'm' }),
  'one that is over': tokenOf({ ...CLAIMS, exp: S - 61 }),
  'one of tomorrow': tokenOf({ ...CLAIMS, iat: S + 86_400 }),
  'no time': tokenOf({ ...CLAIMS, auth_time: undefined }),
  'no user': tokenOf({ ...CLAIMS, 'https://slack.com/user_id': '' }),
  'no token': 'x.y',
  'no JSON': 'a.b.c',
};
for (const [what, token] of Object.entries(WRONG))
  test(`nobody is believed: ${what}`, async () => {
    const given = await exchange(token);
    assert.equal(given.kind, 'rejected', JSON.stringify(given));
  });
