/** The settings of an owner: what the tests of the flows decide by. */
import { STANDARD_MATRIX } from '../../src/approvals/risk.ts';
import { Approvals, type Mode } from '../../src/approvals/settings.ts';

const deny = { after_minutes: 60, outcome: 'deny' };
const rule = (name: string, rest: object) => ({
  ...{ name, owner: 'Security', review: '2027-01-01', when: { kinds: [name] }, verdict: 'approve' },
  ...rest,
});
const manager = { name: 'manager', slots: [{ from: 'manager' }], timeout: deny };

const RULES = [
  rule('access', { steps: [manager] }),
  rule('many', { steps: [{ name: 'group', slots: [{ from: 'group:iam' }], timeout: deny }] }),
  rule('dual', {
    steps: [
      {
        ...{ name: 'both', slots: [{ from: 'group:iam' }, { from: 'group:security' }] },
        timeout: { after_minutes: 60, outcome: 'escalate' },
      },
    ],
  }),
  rule('sequence', {
    steps: [
      { name: 'first', slots: [{ from: 'group:iam' }], timeout: deny, runs: true },
      { name: 'second', slots: [{ from: 'group:security' }], timeout: { ...deny, outcome: 'stay' } },
    ],
  }),
  rule('never', { verdict: 'block' }),
  rule('proven', { evidence: { fields: ['reason'] }, steps: [manager] }),
];

const kind = (title: string, work: object) => ({
  ...{ title, if_wrong: 'Somebody reads what he should not.', work },
  stakes: { external: false, money: false, access: true, regulated: false, production: false },
  ...{ likelihood: 'possible', severity: 'minor', reversible: 'easily', environment: 'production' },
  bound: ['summary', 'priority'],
});

/** As the configuration file has them. */
export const settingsWith = (mode: Mode = 'on', changes: object = {}) => ({
  enable: [{ mode }],
  kinds: Object.fromEntries(
    RULES.map(({ name }) => [
      name,
      kind(name, {
        main: { status: 'active' },
        ...(name === 'sequence' ? { first: { priority: 'high' } } : {}),
      }),
    ]),
  ),
  rules: RULES,
  // Nobody's risk rises in a test that asks for the same thousands of times.
  matrix: { ...STANDARD_MATRIX, rate: { most: 1_000_000, minutes: 60 } },
  people: { senior: { users: ['U0SENIOR'] } },
  reminders: { every_minutes: 30, most: 2 },
  ...changes,
});

export const rulesWith = (mode: Mode = 'on', changes: object = {}): Approvals =>
  Approvals.parse(settingsWith(mode, changes));
