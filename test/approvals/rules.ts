/** Rules of an owner: what the tests of the flows decide by. */
import { Policies } from '../../src/approvals/policy.ts';
import type { ApprovalMode, ApprovalRules, KindRules } from '../../src/flows/approving.ts';
import { SlackUser } from '../../src/model/ids.ts';
import type { WantedFields } from '../../src/model/ticket.ts';

const deny = { after_minutes: 60, outcome: 'deny' };
const rule = (name: string, rest: object) => ({
  ...{ name, owner: 'Security', review: '2027-01-01', when: { kinds: [name] }, verdict: 'approve' },
  ...rest,
});

export const POLICIES = Policies.parse({
  matrix: {
    cells: {
      minor: { rare: 'low', possible: 'low', likely: 'medium' },
      serious: { rare: 'medium', possible: 'medium', likely: 'high' },
      grave: { rare: 'high', possible: 'high', likely: 'critical' },
    },
    at_least: { external: 'medium', money: 'high', access: 'high', regulated: 'high', production: 'medium' },
    raises: { easily: 0, 'with-effort': 0, never: 1 },
    rate: { most: 500, minutes: 60 },
  },
  senior_minutes: 60,
  rules: [
    rule('access', { steps: [{ name: 'manager', slots: [{ from: 'manager' }], timeout: deny }] }),
    rule('many', { steps: [{ name: 'group', slots: [{ from: 'group:iam' }], timeout: deny }] }),
    rule('dual', {
      steps: [
        {
          name: 'both',
          slots: [{ from: 'manager' }, { from: 'group:security' }],
          timeout: { ...deny, outcome: 'escalate' },
        },
      ],
    }),
    rule('never', { verdict: 'block' }),
    rule('orphan', { steps: [{ name: 'nobody', slots: [{ from: 'group:empty' }], timeout: deny }] }),
    rule('proven', {
      evidence: { fields: ['reason'] },
      steps: [{ name: 'manager', slots: [{ from: 'manager' }], timeout: deny }],
    }),
  ],
});

const kind = (set: WantedFields): KindRules => ({
  classification: {
    stakes: { external: false, money: false, access: true, regulated: false, production: false },
    ...{ likelihood: 'possible', severity: 'minor', reversible: 'easily' },
  },
  ...{ environment: 'production', productionData: false, externalVendor: false },
  bound: ['summary', 'priority'],
  work: new Map([['main', set]]),
});

export const SENIOR = SlackUser.parse('U0SENIOR');

export const rulesWith = (
  mode: ApprovalMode = 'on',
  changes: Partial<ApprovalRules> = {},
): ApprovalRules => ({
  policies: POLICIES,
  kinds: new Map(POLICIES.rules.map(({ name }) => [name, kind({ status: 'active' })])),
  modeFor: () => mode,
  seniors: { users: [SENIOR], groups: [] },
  auditors: { users: [], groups: [] },
  ownersOf: () => null,
  onCall: new Map(),
  delegates: { allowed: true, longestDays: 14, to: 'critical' },
  reminders: { everyMinutes: 30, most: 0, hours: null },
  ...changes,
});
