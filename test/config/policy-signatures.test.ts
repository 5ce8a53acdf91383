/** What keepers sign of a configuration: all that decides approvals, and nothing that is changed every day. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { readPolicies, writeSignatures } from '../../src/config/policy-signatures.ts';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { keeper, signedBy } from '../approvals/keeper-fixture.ts';
import { KIND, rule } from '../approvals/policy-fixture.ts';
import { configFile, VARIABLES } from './installation.ts';

const [anna, ben] = [keeper('anna'), keeper('ben')];
const BASE = {
  version: 1,
  install: { name: 'acme' },
  slack: { mode: 'http', sign_in: { client_id: '1.2' } },
  connectors: { mem: { system: 'memory' } },
  queues: { desk: { title: 'Desk', connector: 'mem', target: { queue: 'desk' } } },
  routing: {
    rules: [
      { name: 'grant', when: { words: ['role'] }, queue: 'desk', approval: 'access' },
      { name: 'plain', when: { words: ['printer'] }, queue: 'desk' },
    ],
    default: { queue: 'desk' },
  },
  approvals: {
    ...{ enable: [{ mode: 'on' }], kinds: { access: KIND }, rules: [rule('a')] },
    ...{ signatures: 'signed.json', keepers: [anna.listed, ben.listed] },
  },
  server: { public_url: 'https://desk.example' },
};
type Base = typeof BASE;

const stateIn = (t: Parameters<typeof configFile>[0], settings: object) =>
  readPolicies(configFile(t, JSON.stringify(settings))).state;
const ENV = { ...VARIABLES, SLACK_CLIENT_SECRET: 'the-secret-of-a-client' };
const [grant, plain] = BASE.routing.rules;

suite('what is signed', () => {
  const deciding: Readonly<Record<string, (base: Base) => object>> = {
    'the installation': (base) => ({ ...base, install: { name: 'staging' } }),
    'a policy': (base) => ({
      ...base,
      approvals: { ...base.approvals, rules: [rule('a', { owner: 'IT' })] },
    }),
    'where it works': (base) => ({ ...base, approvals: { ...base.approvals, enable: [] } }),
    'from which risk a sign-in is needed': (base) => ({
      ...base,
      approvals: { ...base.approvals, step_up: null },
    }),
    'who may be asked': (base) => ({
      ...base,
      approvals: { ...base.approvals, people: { senior: { users: ['U0EVE'] } } },
    }),
    'who keeps it': (base) => ({
      ...base,
      approvals: { ...base.approvals, keepers: [anna.listed, keeper('eve').listed] },
    }),
    'the condition of a route that asks': (base) => ({
      ...base,
      routing: { ...base.routing, rules: [{ ...grant, when: { words: ['rolle'] } }, plain] },
    }),
    'a route that asks no more': (base) => ({
      ...base,
      routing: { ...base.routing, rules: [{ ...grant, approval: undefined }, plain] },
    }),
    'what a change of a ticket asks for': (base) => ({
      ...base,
      queues: { desk: { ...base.queues.desk, ask_when: [{ field: 'status', is: 'Done', ask: 'access' }] } },
    }),
    'no page to decide on': (base) => ({ ...base, slack: { mode: 'http' } }),
  };
  for (const [name, change] of Object.entries(deciding))
    test(name, (t) => assert.notEqual(stateIn(t, change(BASE)).hash, stateIn(t, BASE).hash));

  test('not: the order in which it is written, the file of signatures, other routes and settings', (t) => {
    const others = {
      ...Object.fromEntries(Object.entries(BASE).reverse()),
      approvals: { ...BASE.approvals, signatures: 'other.json' },
      routing: {
        ...BASE.routing,
        rules: [
          { ...grant, examples: ['a role please'] },
          { ...plain, when: { words: ['scanner'] } },
        ],
      },
      reopen_days: 3,
    };
    assert.equal(stateIn(t, others).hash, stateIn(t, BASE).hash);
  });
});

test('the file beside it is read with it; what is no such file stops every command with a sentence', (t) => {
  const file = configFile(t, JSON.stringify(BASE));
  const place = path.join(path.dirname(file), 'signed.json');
  assert.deepEqual(loadConfig({ file, env: ENV }).keeping.signed, []);
  const { state } = readPolicies(file);
  const signed = [signedBy(state, 1, anna, ben)];
  writeSignatures(place, signed);
  const { keeping } = loadConfig({ file, env: ENV });
  assert.deepEqual([keeping.signed, keeping.state.hash], [signed, state.hash]);
  for (const [text, words] of [
    ['{', /approvals\.signatures names a file that is no JSON; restore it/],
    ['{"version":2,"signed":[]}', /holds no signatures/],
    [
      JSON.stringify({ version: 1, signed: [{ number: 1, policies: {}, signatures: [] }] }),
      /holds no signatures/,
    ],
    [
      JSON.stringify({ version: 1, signed: [{ number: 1, policies: state.policies, signatures: [{}] }] }),
      /holds no/,
    ],
  ] as const) {
    writeFileSync(place, text);
    for (const read of [() => readPolicies(file), () => loadConfig({ file, env: ENV })])
      assert.throws(
        read,
        (error: unknown) => error instanceof ConfigError && words.test(error.message),
        text,
      );
  }
});

test('half a character, which nobody could sign, is a problem of the configuration', (t) => {
  const rules = [rule('a', { owner: 'x\ud800' })];
  const file = configFile(t, JSON.stringify({ ...BASE, approvals: { ...BASE.approvals, rules } }));
  assert.throws(() => readPolicies(file), /approvals\.signatures cannot be used: half a character/);
});
