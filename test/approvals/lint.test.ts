/** What an owner is told of his policies before anybody is asked by them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { judge } from '../../src/approvals/judge.ts';
import { lintPolicies } from '../../src/approvals/lint.ts';
import { RISK_CLASSES } from '../../src/model/approval.ts';
import { AROUND, found, KIND, policies, rule, step } from './policy-fixture.ts';

const whole = rule('whole');
const when = (rest: object) => ({ when: { kinds: ['access'], ...rest } });
const block = { verdict: 'block', steps: [] };
const SENIOR = { people: { senior: { users: ['U1'] } } };

suite('rules above and below each other', () => {
  for (const [name, rules, expected] of [
    ['one alone', [whole], []],
    ['the same again', [whole, rule('again')], ['error shadowed']],
    ['a narrower one behind', [whole, rule('high', when({ from: 'high' }))], ['error shadowed']],
    ['a narrower one before', [rule('high', when({ from: 'high' })), whole], ['error overlap']],
    ['parts that meet', [rule('low', when({ to: 'medium' })), rule('high', when({ from: 'high' }))], []],
    [
      'parts that share one class',
      [rule('low', when({ to: 'high' })), rule('high', when({ from: 'high' }))],
      ['error overlap'],
    ],
    ['different acts', [rule('own', when({ by: 'own-rights' })), rule('rest', when({ by: 'others' }))], []],
    ['a wide block takes all', [whole, rule('never', block)], ['error shadowed']],
    [
      'a block of a part is what blocks are for',
      [whole, rule('never', { ...block, ...when({ from: 'critical' }) })],
      [],
    ],
    [
      'of two blocks the second',
      [
        whole,
        rule('never', { ...block, ...when({ from: 'critical' }) }),
        rule('twice', { ...block, ...when({ from: 'critical' }) }),
      ],
      ['error shadowed'],
    ],
    [
      'together they take all',
      [rule('low', when({ to: 'medium' })), rule('high', when({ from: 'high' })), rule('rest')],
      ['error shadowed'],
    ],
    ['no class between', [whole, rule('odd', when({ from: 'high', to: 'low' }))], ['error shadowed']],
    [
      'the same name',
      [rule('low', when({ to: 'medium' })), rule('low', when({ from: 'high' }))],
      ['dangerous overlap'],
    ],
    ['no rule for what can come', [rule('low', when({ to: 'medium' }))], ['error no-rule']],
    ['nor for the same again and again', [rule('high', when({ to: 'high' }))], ['error no-rule']],
  ] as const)
    test(name, () => assert.deepEqual(found(policies(rules)), expected));

  test('says which, and what to do', () => {
    const [doubt] = lintPolicies(policies([rule('high', when({ from: 'high' })), whole]), AROUND);
    assert.deepEqual(doubt, {
      ...{ about: 'whole', code: 'overlap', level: 'error', path: ['rules', 1, 'when'] },
      text: 'overlaps "high": both take access of risk high by own-rights. Let their risks or kinds part',
    });
  });

  test('whatever the rules: one that is called shadowed decides nothing, and one that is not decides something', () => {
    const AnyRule = fc.record({
      bounds: fc.tuple(fc.constantFrom(...RISK_CLASSES), fc.constantFrom(...RISK_CLASSES)),
      by: fc.constantFrom('own-rights', 'others', 'anyone'),
      blocks: fc.boolean(),
    });
    // Each class of risk is one cell, so that every one can be asked for.
    const cells = {
      minor: { rare: 'low', possible: 'medium', likely: 'high' },
      serious: { rare: 'critical', possible: 'low', likely: 'low' },
      grave: { rare: 'low', possible: 'low', likely: 'low' },
    };
    const stakes = { external: false, money: false, access: false, regulated: false, production: false };
    const cases = (['rare', 'possible', 'likely'] as const)
      .map((likelihood) => ({ likelihood, severity: 'minor' as const }))
      .concat()
      .map((one) => ({ ...one, stakes, reversible: 'easily' as const }));
    const all = [
      ...cases,
      { ...({ likelihood: 'rare', severity: 'serious' } as const), stakes, reversible: 'easily' as const },
    ];
    const matrix = {
      ...{
        cells,
        at_least: { external: 'low', money: 'low', access: 'low', regulated: 'low', production: 'low' },
      },
      ...{ raises: { easily: 0, 'with-effort': 0, never: 0 }, rate: { most: 5, minutes: 60 } },
    };
    fc.assert(
      fc.property(fc.array(AnyRule, { minLength: 1, maxLength: 5 }), (drawn) => {
        const approvals = policies(
          drawn.map(({ bounds: [from, to], by, blocks }, n) =>
            rule(`r${n}`, { when: { kinds: ['access'], from, to, by }, ...(blocks ? block : {}) }),
          ),
          { matrix },
        );
        const shadowed = new Set(
          lintPolicies(approvals, AROUND)
            .filter(({ code }) => code === 'shadowed')
            .map(({ about }) => about),
        );
        const deciding = new Set(
          all.flatMap((classification) =>
            [true, false].map((own_rights) => {
              const proposer = { kind: 'person', own_rights } as const;
              const asked = { kind: 'access', proposer, classification, evidence: { fields: {}, files: [] } };
              const judged = judge(approvals, asked, 0);
              return judged.kind === 'ruled' ? judged.rule.name : null;
            }),
          ),
        );
        for (const { name } of approvals.rules) assert.equal(shadowed.has(name), !deciding.has(name), name);
      }),
    );
  });
});

suite('who decides', () => {
  const steps = (...all: object[]) => [rule('a', { steps: all })];
  for (const [name, rules, changes, expected] of [
    ['any one of the managers', steps(step('s', 'group:All Managers', 'manager')), {}, ['error any-manager']],
    ['any one of everybody', steps(step('s', 'group:Everyone', 'manager')), {}, ['error any-manager']],
    [
      'all of the managers',
      steps({ ...step('s'), slots: [{ from: 'group:Managers', need: 'all' }] }),
      {},
      [],
    ],
    ['a group that only sounds like it', steps(step('s', 'group:Leadership Staffing', 'manager')), {}, []],
    ['a manager alone', steps(step('s', 'manager')), {}, ['warning manager-alone']],
    [
      'a manager alone, of what is harmless',
      [
        rule('a', { ...when({ to: 'medium' }), steps: [step('s', 'manager')] }),
        rule('b', when({ from: 'high' })),
      ],
      {},
      [],
    ],
    [
      'two seats for one manager',
      steps(step('s', 'manager', 'manager')),
      {},
      ['dangerous nobody', 'warning manager-alone'],
    ],
    [
      'two seats for two seniors',
      steps(step('s', 'senior', 'senior')),
      { people: { senior: { users: ['U1', 'U2'] } } },
      [],
    ],
    ['two seats for one senior', steps(step('s', 'senior', 'senior')), SENIOR, ['dangerous nobody']],
    ['no senior', steps(step('s', 'senior')), {}, ['dangerous nobody']],
    ['no senior to escalate to', [rule('a', { verdict: 'escalate' })], {}, ['dangerous nobody']],
    [
      'no senior when it takes too long',
      steps({ ...step('s', 'group:IAM'), timeout: { after_minutes: 9, outcome: 'escalate' } }),
      {},
      ['dangerous nobody'],
    ],
    ['a list of nobody', steps(step('s', 'on-call:net')), {}, ['dangerous nobody']],
    [
      'a list of somebody',
      steps(step('s', 'on-call:net')),
      { people: { on_call: { net: { users: ['U1'] } } } },
      [],
    ],
    ['the owner of no service', steps(step('s', 'service-owner')), {}, ['dangerous nobody']],
    [
      'the owner of a service',
      steps(step('s', 'service-owner')),
      {
        kinds: { access: { ...KIND, service: { field: 'why' } } },
        people: { service_owners: { SAP: { users: ['U1'] } } },
      },
      [],
    ],
    ['a field that the form has', steps(step('s', 'field:boss')), {}, []],
    ['a field that names no person', steps(step('s', 'field:why')), {}, ['dangerous nobody']],
    ['a field that it does not have', steps(step('s', 'field:chief')), {}, ['dangerous nobody']],
    [
      'more refusals than people',
      steps({ ...step('s', 'manager', 'field:boss'), deny: 3 }),
      {},
      ['dangerous deny-never'],
    ],
    ['as many refusals as people', steps({ ...step('s', 'manager', 'field:boss'), deny: 2 }), {}, []],
  ] as const)
    test(name, () => assert.deepEqual(found(policies(rules, changes)), expected));

  test('a group that the directory does not know, or that is too small, once it was asked', () => {
    const two = policies(steps(step('s', 'group:IAM', 'group:IAM')));
    assert.deepEqual(found(two), []);
    assert.deepEqual(found(two, { groups: new Map([['IAM', 2]]) }), []);
    assert.deepEqual(found(two, { groups: new Map([['IAM', 1]]) }), ['dangerous nobody']);
    assert.deepEqual(found(two, { groups: new Map([['iam', 9]]) }), ['error unknown-group']);
  });

  test('a field where requests come without a form, too', () => {
    const routes = [{ name: 'words', approval: 'access', forms: null, path: [] }];
    assert.deepEqual(found(policies(steps(step('s', 'field:boss'))), { routes }), ['error nobody']);
  });
});

suite('what must be there', () => {
  const evidence = (...fields: string[]) => [rule('a', { evidence: { fields } })];
  for (const [name, rules, around, expected] of [
    ['what every request has', evidence('request', 'ticket.summary'), {}, []],
    ['what the ticket does not bind', evidence('ticket.impact'), {}, ['error unknown-field']],
    ['what the form has', evidence('why'), {}, []],
    ['what no form has', evidence('reason'), {}, ['error unknown-field']],
    ['what another form has', evidence('what'), {}, ['error unknown-field']],
    [
      'what requests without a form lack',
      evidence('why'),
      { routes: [{ name: 'words', approval: 'access', forms: null, path: [] }] },
      ['warning unknown-field'],
    ],
    [
      'a route to nothing',
      evidence(),
      { routes: [{ name: 'r', approval: 'acess', forms: null, path: [] }] },
      ['dangerous unknown-policy'],
    ],
    ['a review that is due today', [rule('a', { review: '2026-05-04' })], {}, []],
    ['a review of yesterday', [rule('a', { review: '2026-05-03' })], {}, ['error review']],
  ] as const)
    test(name, () => assert.deepEqual(found(policies(rules), around), expected));

  test('a kind that nobody classified, in a rule and where it is enabled; a channel that is not ours', () => {
    const approvals = policies([whole, rule('b', { when: { kinds: ['acess'] } })], {
      enable: [{ mode: 'on', kinds: ['acess'], channels: ['C1', 'C2'] }],
    });
    assert.deepEqual(found(approvals), [
      'dangerous unclassified',
      'dangerous unclassified',
      'warning unknown-channel',
      'warning no-keepers',
    ]);
  });

  test('what runs, and one person alone can change the policies', () => {
    const keepers = [
      { person: 'anna', public_key: `ed25519:${'A'.repeat(43)}` },
      { person: 'ben', public_key: `ed25519:${'B'.repeat(42)}A` },
    ];
    const on = { enable: [{ mode: 'simulate' }, { mode: 'on' }] };
    assert.deepEqual(found(policies([whole], on)), ['warning no-keepers']);
    assert.deepEqual(found(policies([whole], { enable: [{ mode: 'simulate' }] })), []);
    assert.deepEqual(found(policies([whole], { ...on, keepers, signatures: 'signed.json' })), []);
  });

  test('work that a step runs and no kind describes', () => {
    const steps = [{ ...step('first', 'group:IAM'), runs: true }, step('second', 'manager')];
    assert.deepEqual(found(policies([rule('a', { steps })])), ['dangerous work-missing']);
    const work = { main: { status: 'active' }, first: { priority: 'low' } };
    assert.deepEqual(found(policies([rule('a', { steps })], { kinds: { access: { ...KIND, work } } })), []);
    assert.deepEqual(
      found(
        policies(
          [rule('a', { verdict: 'escalate', steps: [{ ...step('first', 'group:IAM'), runs: true }] })],
          SENIOR,
        ),
      ),
      ['dangerous work-missing'],
    );
    assert.deepEqual(found(policies([rule('a', block)], { kinds: { access: { ...KIND, work: {} } } })), []);
  });
});
