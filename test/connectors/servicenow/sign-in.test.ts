import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { ServiceNowAuth } from '../../../src/connectors/servicenow/credentials.ts';
import { emailOf } from '../../../src/sandbox/servicenow/seed.ts';
import { OAUTH, PASSWORD, startInstance, USER } from '../../sandbox/servicenow/instance.ts';
import { connectorAt, gist, reasonOf, value } from './scene.ts';

const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
const keys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    ...pem,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const pair = keys();
const KEY = 'sandbox-api-key-0123456789abcdef';

const JWT = {
  kind: 'oauth-jwt',
  ...OAUTH,
  user: emailOf(USER),
  audience: null,
  keyId: 'map-1',
  privateKey: pair.privateKey,
} as const satisfies ServiceNowAuth;

const WAYS: readonly ServiceNowAuth[] = [
  { kind: 'basic', user: USER, password: PASSWORD },
  { kind: 'oauth', ...OAUTH },
  { kind: 'oauth-password', ...OAUTH, user: USER, password: PASSWORD },
  JWT,
  { ...JWT, privateKey: pair.privateKey.replaceAll('\n', '\\n') },
  { kind: 'api-key', key: KEY },
];

type Instance = Awaited<ReturnType<typeof startInstance>>;
async function withInstance(work: (instance: Instance) => Promise<void>) {
  const oauth = { ...OAUTH, assertionKey: pair.publicKey };
  const instance = await startInstance({ oauth, apiKey: KEY });
  try {
    await work(instance);
  } finally {
    await instance.close();
  }
}

const at = (instance: Instance, auth: ServiceNowAuth) =>
  connectorAt(instance.baseUrl, auth, { now: instance.clock.now });

describe('ways to sign in', () => {
  test('every way is let in as the integration user, also after its token has ended', () =>
    withInstance(async (instance) => {
      for (const auth of WAYS) {
        const connector = at(instance, auth);
        assert.match(value(await connector.check()).account, /^deskbridge\.bot/, auth.kind);
        instance.clock.advance(3_600_000);
        assert.match(value(await connector.check()).account, /^deskbridge\.bot/, auth.kind);
      }
    }));

  test('what is wrong is said by the way, and no secret with it', () =>
    withInstance(async (instance) => {
      const wrong: readonly (readonly [ServiceNowAuth, RegExp])[] = [
        [{ kind: 'oauth', clientId: OAUTH.clientId, clientSecret: 'sandbox-wrong' }, /client\.credential/],
        [{ kind: 'oauth-password', ...OAUTH, user: USER, password: 'sandbox-wrong' }, /ropc/],
        [{ ...JWT, privateKey: keys().privateKey }, /certificate/],
        [{ ...JWT, audience: 'https://elsewhere.example' }, /OAuth JWT application/],
        [{ ...JWT, user: 'nobody@example.com' }, /user field/],
        [{ ...JWT, privateKey: 'sandbox-no-key' }, /private_key_env/],
        [{ kind: 'api-key', key: 'sandbox-wrong' }, /401/],
      ];
      for (const [auth, said] of wrong) {
        const outcome = await at(instance, auth).check();
        assert.equal(gist(outcome), 'rejected auth', auth.kind);
        assert.match(reasonOf(outcome), said);
        assert.doesNotMatch(reasonOf(outcome), /sandbox-|PRIVATE KEY/);
      }
    }));

  test('instances that refuse a grant are named with the property that decides it', () =>
    withInstance(async (instance) => {
      instance.sandbox.setPolicy({ clientCredentials: false, passwordGrant: false });
      const client = await at(instance, { kind: 'oauth', ...OAUTH }).check();
      assert.match(reasonOf(client), /glide\.oauth\.inbound\.client\.credential\.grant_type\.enabled/);
      const password = { kind: 'oauth-password', ...OAUTH, user: USER, password: PASSWORD } as const;
      const refused = await at(instance, password).check();
      assert.match(reasonOf(refused), /glide\.oauth\.inbound\.ropc\.grant_type\.disabled/);
    }));

  test('an assertion is dated by our clock, which must be right', () =>
    withInstance(async (instance) => {
      instance.clock.advance(600_000);
      const late = await connectorAt(instance.baseUrl, JWT).check();
      assert.equal(gist(late), 'rejected auth');
      assert.match(reasonOf(late), /clocks/);
    }));
});
