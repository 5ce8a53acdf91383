/** Changing a policy takes two people: whose signatures count, and what they are worth for another text. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  judgePolicies,
  lastAccepted,
  type PolicyState,
  policyState,
  type SignedPolicies,
  unsignedText,
} from '../../src/approvals/keepers.ts';
import { policyChanges } from '../../src/approvals/policy-changes.ts';
import { type AcceptedPolicies, Keeper } from '../../src/model/keeper.ts';
import { keeper, signedBy, stateOf, type TestKeeper } from './keeper-fixture.ts';

const [anna, ben, carl, eve, fay] = [
  keeper('anna'),
  keeper('ben'),
  keeper('carl'),
  keeper('eve'),
  keeper('fay'),
];
const KEEPERS = [anna, ben, carl];
const first = stateOf('first', KEEPERS);

const accepted = (state: PolicyState, number: number, keepers: readonly TestKeeper[]): AcceptedPolicies => ({
  ...{ number, hash: state.hash, signers: ['anna', 'ben'] },
  keepers: keepers.map(({ listed }) => listed),
});
const judged = (
  state: PolicyState,
  signed: readonly SignedPolicies[],
  before: AcceptedPolicies | null = null,
) => {
  const found = judgePolicies(state, signed, before);
  return found.kind === 'unsigned'
    ? [found.because, found.signers.join(), found.missing.join(), found.spoiled.join()]
    : found.kind;
};

/** The first signature of it with another text in one place. */
const bent = (signed: SignedPolicies, change: object): SignedPolicies => ({
  ...signed,
  signatures: signed.signatures.map((one, n) => (n === 0 ? { ...one, ...change } : one)),
});

suite('whose signatures count', () => {
  const both = signedBy(first, 1, anna, ben);
  for (const [name, signed, expected] of [
    ['of nobody', [], ['too-few', '', 'anna,ben,carl', '']],
    ['of one', [signedBy(first, 1, anna)], ['too-few', 'anna', 'ben,carl', '']],
    ['of one, twice', [signedBy(first, 1, anna, anna)], ['too-few', 'anna', 'ben,carl', '']],
    ['of two', [both], 'signed'],
    ['of all', [signedBy(first, 1, carl, ben, anna)], 'signed'],
    ['of one and a stranger', [signedBy(first, 1, anna, eve)], ['too-few', 'anna', 'ben,carl', 'eve']],
    [
      "of one, with another's key",
      [signedBy(first, 1, anna, { person: 'ben', key: anna.key })],
      ['too-few', 'anna', 'ben,carl', 'ben'],
    ],
    [
      'for another text',
      [signedBy(stateOf('other', KEEPERS), 1, anna, ben)],
      ['too-few', '', 'anna,ben,carl', ''],
    ],
    ['for another number', [{ ...both, number: 2 }], ['too-few', '', 'anna,ben,carl', 'anna,ben']],
    [
      'under a text that was put in later',
      [{ ...signedBy(stateOf('other', KEEPERS), 1, anna, ben), policies: first.policies }],
      ['too-few', '', 'anna,ben,carl', 'anna,ben'],
    ],
    [
      'for another installation',
      [signedBy(stateOf('first', KEEPERS, { install: 'staging' }), 1, anna, ben)],
      ['too-few', '', 'anna,ben,carl', ''],
    ],
    [
      'with another time',
      [bent(both, { at: '2026-05-05T09:00:00.000Z' })],
      ['too-few', 'ben', 'anna,carl', 'anna'],
    ],
    ["under another's name", [bent(both, { person: 'carl' })], ['too-few', 'ben', 'anna,carl', 'carl']],
    ['bent', [bent(both, { signature: `${'A'.repeat(85)}A` })], ['too-few', 'ben', 'anna,carl', 'anna']],
  ] as const)
    test(name, () => assert.deepEqual(judged(first, signed), expected));

  test('two names of one key are one keeper', () => {
    const twin = { ...anna, person: 'twin', listed: { ...anna.listed, person: 'twin' } };
    const state = stateOf('first', [anna, twin]);
    assert.deepEqual(judged(state, [signedBy(state, 1, anna, twin)]), ['too-few', 'anna', 'twin', 'twin']);
  });

  test('any bent byte of a signature', () => {
    for (let place = 0; place < 64; place += 1) {
      const bytes = Buffer.from(both.signatures[0]?.signature ?? '', 'base64url');
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      const signed = bent(both, { signature: bytes.toString('base64url') });
      assert.deepEqual(judged(first, [signed]), ['too-few', 'ben', 'anna,carl', 'anna'], `byte ${place}`);
    }
  });

  test('every part of the policies is in what is signed', () => {
    const whole = { ...{ install: 'acme', routes: [], queues: {}, page: null }, approvals: { enable: [] } };
    const hashes = [
      whole,
      { ...whole, install: 'other' },
      { ...whole, routes: [{ name: 'a' }] },
      { ...whole, queues: { desk: {} } },
      { ...whole, page: 'x' },
      { ...whole, approvals: { enable: [], keepers: [anna.listed, ben.listed] } },
    ].map((one) => policyState(one).hash);
    assert.equal(new Set(hashes).size, hashes.length);
  });
});

suite('after a first acceptance', () => {
  const before = accepted(first, 1, KEEPERS);
  const second = stateOf('second', KEEPERS);

  test('the same text is in force, whatever the file of signatures has become', () => {
    assert.equal(judged(first, [], before), 'in-force');
  });

  test('another text takes two again, under a higher number', () => {
    assert.deepEqual(judged(second, [signedBy(first, 1, anna, ben)], before), [
      'too-few',
      '',
      'anna,ben,carl',
      '',
    ]);
    assert.equal(judged(second, [signedBy(second, 2, ben, carl)], before), 'signed');
    assert.deepEqual(judged(second, [signedBy(second, 1, ben, carl)], before)[0], 'replaced');
  });

  test('an older text does not come back with its old signatures', () => {
    const file = [signedBy(first, 1, anna, ben), signedBy(second, 2, anna, ben)];
    const now = accepted(second, 2, KEEPERS);
    const found = judgePolicies(first, file, now);
    assert.ok(found.kind === 'unsigned' && found.because === 'replaced');
    assert.match(unsignedText(found), /number 1, and number 2 is in force since.*"--number 3"/);
    assert.equal(judged(first, [...file, signedBy(first, 3, anna, ben)], now), 'signed');
  });

  test('new keepers cannot let themselves in; two of the old ones can', () => {
    const taken = stateOf('first', [eve, fay]);
    const found = judgePolicies(taken, [signedBy(taken, 2, eve, fay)], before);
    assert.ok(found.kind === 'unsigned');
    assert.deepEqual([found.signers, found.missing], [[], ['anna', 'ben', 'carl']]);
    assert.match(unsignedText(found), /keepers who were accepted last; the list in the file counts when/);
    assert.deepEqual(judged(taken, [signedBy(taken, 2, anna, eve, fay)], before)[1], 'anna');
    assert.equal(judged(taken, [signedBy(taken, 2, anna, ben)], before), 'signed');
    const next = stateOf('next', [eve, fay]);
    const after = accepted(taken, 2, [eve, fay]);
    assert.deepEqual(judged(next, [signedBy(next, 3, anna, ben)], after)[0], 'too-few');
    assert.equal(judged(next, [signedBy(next, 3, eve, fay)], after), 'signed');
  });

  test('the rule itself is taken away by two of them, not by one who takes it out of the file', () => {
    const bare = stateOf('second', []);
    assert.deepEqual(judged(bare, [], before)[0], 'too-few');
    assert.deepEqual(judged(bare, [signedBy(bare, 2, anna)], before)[1], 'anna');
    assert.equal(judged(bare, [signedBy(bare, 2, anna, ben)], before), 'signed');
    assert.equal(judged(stateOf('third', []), [], accepted(bare, 2, [])), 'no-keepers');
  });

  test('without keepers nobody is asked', () => assert.equal(judged(stateOf('a', []), []), 'no-keepers'));
});

suite('what the file of signatures tells by itself', () => {
  test('the last that two of its time have signed, through a change of hands', () => {
    const second = stateOf('second', [eve, fay]);
    const third = stateOf('third', [eve, fay]);
    const file = [
      signedBy(first, 1, anna, ben),
      signedBy(stateOf('never finished', KEEPERS), 2, carl),
      signedBy(second, 3, anna, carl),
      signedBy(third, 4, anna, carl),
    ];
    const found = lastAccepted(file, 'acme');
    assert.deepEqual([found?.number, found?.hash, found?.signers], [3, second.hash, ['anna', 'carl']]);
    assert.equal(lastAccepted([...file, signedBy(third, 5, fay, eve)], 'acme')?.number, 5);
    assert.equal(lastAccepted([...file, signedBy(first, 1, anna, ben)], 'acme')?.number, 3);
    assert.equal(lastAccepted(file, 'staging'), null);
    assert.equal(lastAccepted([], 'acme'), null);
  });
});

test('what changed is told by the names of the file', () => {
  const rule = (name: string, deny: number) => ({ name, steps: [{ name: 's', deny }] });
  const before = {
    approvals: { rules: [rule('a', 1), rule('b', 1)], enable: [{ mode: 'on' }], step_up: 'high' },
    routes: [],
  };
  const after = {
    approvals: { rules: [rule('b', 1), rule('a', 2), rule('c', 1)], enable: [{ mode: 'off' }], bound: null },
    routes: [],
  };
  assert.deepEqual(policyChanges(before, after), [
    '+ approvals.bound: null',
    '  approvals.enable[1].mode: "on" → "off"',
    '  approvals.rules: the order a, b → b, a',
    '  approvals.rules[a].steps[s].deny: 1 → 2',
    '+ approvals.rules[c]: {"name":"c","steps":[{"deny":1,"name":"s"}]}',
    '- approvals.step_up: "high"',
  ]);
  assert.deepEqual(policyChanges(after, after), []);
});

test('one key has one spelling', () => {
  const spelt = (last: string) =>
    Keeper.safeParse({ person: 'a', public_key: `ed25519:${'A'.repeat(42)}${last}` });
  const fitting = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
    (last) => spelt(last).success,
  );
  assert.equal(fitting.length, 16);
  assert.equal(
    new Set(fitting.map((last) => Buffer.from(last.padStart(43, 'A'), 'base64url').toString('hex'))).size,
    16,
  );
});
