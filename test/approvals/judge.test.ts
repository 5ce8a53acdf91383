/** What becomes of an action, and of what risk it is: by tables, at every boundary, and for whatever a matrix may say. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { type Asked, judge } from '../../src/approvals/judge.ts';
import { Policies } from '../../src/approvals/policy.ts';
import { isAtLeast, RiskMatrix, rate, STANDARD_MATRIX } from '../../src/approvals/risk.ts';
import {
  type Classification,
  LIKELIHOODS,
  REVERSIBILITIES,
  RISK_CLASSES,
  SEVERITIES,
  STAKES,
} from '../../src/model/approval.ts';

const nothing = { external: false, money: false, access: false, regulated: false, production: false };
const harmless: Classification = {
  ...{ stakes: nothing, likelihood: 'rare', severity: 'minor', reversible: 'easily' },
};
const riskOf = (said: Partial<Classification>, before = 0, matrix = STANDARD_MATRIX) => {
  const rated = rate(matrix, { ...harmless, ...said }, before);
  return rated.kind === 'rated' ? rated.risk : rated.missing.join(' ');
};

suite('the standard matrix', () => {
  for (const [severity, classes] of Object.entries({
    minor: ['low', 'low', 'medium'],
    serious: ['medium', 'medium', 'high'],
    grave: ['high', 'high', 'critical'],
  } as const))
    test(`${severity}: ${classes.join(', ')}`, () =>
      assert.deepEqual(
        LIKELIHOODS.map((likelihood) =>
          riskOf({ likelihood, severity: SEVERITIES.find((one) => one === severity) ?? null }),
        ),
        classes,
      ));
  for (const [stake, floor] of [
    ['external', 'medium'],
    ['money', 'high'],
    ['access', 'high'],
    ['regulated', 'high'],
    ['production', 'medium'],
  ] as const)
    test(`${stake} at stake: at least ${floor}, and never less than it was`, () => {
      const stakes = { ...nothing, [stake]: true };
      assert.equal(riskOf({ stakes }), floor);
      assert.equal(riskOf({ stakes, severity: 'grave', likelihood: 'likely' }), 'critical');
    });
  test('what cannot be undone is one class higher, and never above the highest', () => {
    assert.equal(riskOf({ reversible: 'with-effort' }), 'low');
    assert.equal(riskOf({ reversible: 'never' }), 'medium');
    assert.equal(riskOf({ reversible: 'never', severity: 'grave', likelihood: 'likely' }), 'critical');
  });
  test('the sixth time within an hour is one class higher, the fifth is not', () => {
    assert.deepEqual(
      [0, 4, 5, 6, 1000].map((before) => riskOf({}, before)),
      ['low', 'low', 'medium', 'medium', 'medium'],
    );
  });
  test('says how it came about, step by step', () => {
    const rated = rate(
      STANDARD_MATRIX,
      { ...harmless, stakes: { ...nothing, money: true }, reversible: 'never' },
      5,
    );
    assert.deepEqual(rated, {
      ...{ kind: 'rated', risk: 'critical' },
      why: [
        'severity minor and likelihood rare: low',
        'money is at stake: at least high',
        'can be undone never: critical',
        'more than 5 times in 60 minutes: critical',
      ],
    });
  });
});

suite('what nobody has said is not classified', () => {
  for (const [name, said] of [
    ...STAKES.map((stake) => [stake, { stakes: { ...nothing, [stake]: null } }] as const),
    ['likelihood', { likelihood: null }],
    ['severity', { severity: null }],
    ['reversible', { reversible: null }],
  ] as const)
    test(name, () => assert.equal(riskOf(said), name));
  test('and all of it is told at once', () =>
    assert.equal(
      riskOf({ stakes: { ...nothing, money: null }, severity: null, reversible: null }),
      'money severity reversible',
    ));
});

const AnyRisk = fc.constantFrom(...RISK_CLASSES);
const each = <Key extends string, Value>(keys: readonly Key[], value: fc.Arbitrary<Value>) =>
  fc
    .tuple(...keys.map(() => value))
    .map((values) => Object.fromEntries(keys.map((key, n) => [key, values[n]])));
const AnyMatrix = fc
  .record({
    cells: each(SEVERITIES, each(LIKELIHOODS, AnyRisk)),
    at_least: each(STAKES, AnyRisk),
    raises: each(REVERSIBILITIES, fc.integer({ min: 0, max: 3 })),
    rate: fc.record({ most: fc.integer({ min: 1, max: 9 }), minutes: fc.constant(60) }),
  })
  .map((raw) => RiskMatrix.parse(raw));
const AnyStakes: fc.Arbitrary<Record<(typeof STAKES)[number], boolean>> = fc.record({
  ...{ external: fc.boolean(), money: fc.boolean(), access: fc.boolean() },
  ...{ regulated: fc.boolean(), production: fc.boolean() },
});
const AnyClassification = fc.record({
  stakes: AnyStakes,
  likelihood: fc.constantFrom(...LIKELIHOODS),
  severity: fc.constantFrom(...SEVERITIES),
  reversible: fc.constantFrom(...REVERSIBILITIES),
});

test('whatever the matrix: one stake more, a worse way back or one repetition more never lowers a risk', () => {
  const rank = (risk: string) => RISK_CLASSES.map(String).indexOf(risk);
  fc.assert(
    fc.property(AnyMatrix, AnyClassification, fc.integer({ min: 0, max: 12 }), (matrix, said, before) => {
      const risk = riskOf(said, before, matrix);
      assert.ok(rank(risk) >= 0);
      assert.ok(rank(riskOf(said, before + 1, matrix)) >= rank(risk));
      for (const stake of STAKES) {
        const more = riskOf({ ...said, stakes: { ...said.stakes, [stake]: true } }, before, matrix);
        assert.ok(rank(more) >= rank(risk), stake);
        assert.ok(rank(more) >= rank(matrix.at_least[stake]), `${stake} has its floor`);
      }
    }),
  );
});

const rule = (name: string, when: object, rest: object = {}) => ({
  ...{ name, owner: 'Security', review: '2027-01-01', verdict: 'approve', when: { kinds: ['a'], ...when } },
  steps: [{ name: 's', slots: [{ from: 'manager' }], timeout: { after_minutes: 30, outcome: 'deny' } }],
  ...rest,
});
const nobody = { steps: [] };
const policiesOf = (...rules: readonly object[]) => Policies.parse({ rules });
const asked = (changes: Partial<Asked> = {}): Asked => ({
  kind: 'a',
  proposer: { kind: 'person', own_rights: false },
  classification: harmless,
  evidence: { fields: {}, files: [] },
  ...changes,
});
const ruling = (policies: Policies, what: Asked) => {
  const judged = judge(policies, what, 0);
  return judged.kind === 'ruled'
    ? `${judged.verdict} by ${judged.rule.name}`
    : `${judged.because}: ${judged.missing.join(', ')}`;
};

suite('which rule decides', () => {
  const first = rule('first', {});
  for (const [name, rules, expected] of [
    ['of two the first', [first, rule('second', {})], 'approve by first'],
    [
      'a block, wherever it stands',
      [first, rule('never', {}, { verdict: 'block', ...nobody })],
      'block by never',
    ],
    ['none for another kind', [rule('other', { kinds: ['b'] })], 'no-rule: a'],
    ['a kind by its whole name', [rule('other', { kinds: ['a.b'] })], 'no-rule: a'],
    ['none without rules', [], 'no-rule: a'],
    ['none above the risk', [rule('higher', { from: 'medium' })], 'no-rule: a'],
    ['at the lower boundary', [rule('low', { from: 'low', to: 'low' })], 'approve by low'],
    [
      'a block of another risk is none',
      [first, rule('never', { from: 'high' }, { verdict: 'block', ...nobody })],
      'approve by first',
    ],
  ] as const)
    test(name, () => assert.equal(ruling(policiesOf(...rules), asked()), expected));

  test('a range holds from its first class to its last', () => {
    const policies = policiesOf(rule('middle', { from: 'medium', to: 'high' }));
    const grave: Partial<Classification> = { severity: 'grave' };
    for (const [said, expected] of [
      [{}, 'no-rule: a'],
      [{ severity: 'serious' }, 'approve by middle'],
      [grave, 'approve by middle'],
      [{ ...grave, likelihood: 'likely' }, 'no-rule: a'],
    ] as const)
      assert.equal(ruling(policies, asked({ classification: { ...harmless, ...said } })), expected);
  });
});

suite('whose act it is', () => {
  const policies = policiesOf(
    rule('own', { by: 'own-rights' }, { verdict: 'allow', ...nobody }),
    rule('gated', { by: 'others' }),
  );
  for (const [proposer, expected] of [
    [{ kind: 'person', own_rights: true }, 'allow by own'],
    [{ kind: 'person', own_rights: false }, 'approve by gated'],
    [{ kind: 'bot' }, 'approve by gated'],
    [{ kind: 'model' }, 'approve by gated'],
  ] as const)
    test(JSON.stringify(proposer), () => assert.equal(ruling(policies, asked({ proposer })), expected));

  test('no configuration lets a bot or a model act without anybody', () => {
    for (const by of ['others', 'anyone'])
      assert.equal(
        Policies.safeParse({ rules: [rule('free', { by }, { verdict: 'allow', ...nobody })] }).error
          ?.issues[0]?.message,
        'must be own-rights where nobody is asked: what a bot or a model would do is always gated',
      );
  });
});

suite('evidence', () => {
  const policies = policiesOf(rule('shown', {}, { evidence: { fields: ['why', 'where'], files: 2 } }));
  const file = {};
  for (const [fields, files, expected] of [
    [{}, [], 'evidence: why, where, 2 more files'],
    [{ why: ' \n', where: 'here' }, [file], 'evidence: why, 1 more file'],
    [{ why: 'x', where: 'y' }, [file, file], 'approve by shown'],
    [{ why: 'x', where: 'y', more: '' }, [file, file, file], 'approve by shown'],
  ] as const)
    test(expected, () => assert.equal(ruling(policies, asked({ evidence: { fields, files } })), expected));

  test('what is blocked asks for none', () => {
    const blocked = policiesOf(
      rule('never', {}, { verdict: 'block', ...nobody, evidence: { fields: ['why'] } }),
    );
    assert.equal(ruling(blocked, asked()), 'block by never');
  });
});

test('unclassified is refused before any rule is asked, also one that blocks', () => {
  const policies = policiesOf(rule('never', {}, { verdict: 'block', ...nobody }));
  const classification = { ...harmless, severity: null };
  assert.equal(ruling(policies, asked({ classification })), 'unclassified: severity');
});

test('whatever the rules: the one that is named matches, no block that matches is passed over, and it is the same again', () => {
  const AnyRule = fc
    .record({
      kinds: fc.subarray(['a', 'b'], { minLength: 1 }),
      bounds: fc.tuple(AnyRisk, AnyRisk),
      by: fc.constantFrom('own-rights', 'others', 'anyone'),
      blocks: fc.boolean(),
    })
    .map(({ kinds, bounds: [from, to], by, blocks }) => ({ when: { kinds, from, to, by }, blocks }));
  fc.assert(
    fc.property(
      fc.array(AnyRule, { maxLength: 6 }),
      AnyClassification,
      fc.boolean(),
      (drawn, classification, own_rights) => {
        const policies = policiesOf(
          ...drawn.map(({ when, blocks }, n) =>
            rule(`r${n}`, when, blocks ? { verdict: 'block', ...nobody } : {}),
          ),
        );
        const what = asked({ classification, proposer: { kind: 'person', own_rights } });
        const judged = judge(policies, what, 0);
        assert.deepEqual(judge(policies, what, 0), judged);
        const risk = riskOf(classification);
        const holds = (one: (typeof policies.rules)[number]) =>
          one.when.kinds.includes('a') &&
          RISK_CLASSES.some(
            (each) => each === risk && isAtLeast(each, one.when.from) && isAtLeast(one.when.to, each),
          ) &&
          (one.when.by === 'anyone' || (one.when.by === 'own-rights') === own_rights);
        const block = policies.rules.find((one) => one.verdict === 'block' && holds(one));
        const expected = block ?? policies.rules.find(holds);
        assert.equal(judged.kind === 'ruled' ? judged.rule.name : null, expected?.name ?? null);
      },
    ),
  );
});
