/** Policies to begin with, and one thing changed in them. */
import type { Around } from '../../src/approvals/doubts.ts';
import { lintPolicies } from '../../src/approvals/lint.ts';
import { Approvals } from '../../src/approvals/settings.ts';

export const KIND = {
  ...{
    title: 'Access',
    stakes: { external: false, money: false, access: true, regulated: false, production: false },
  },
  ...{
    likelihood: 'possible',
    severity: 'serious',
    reversible: 'easily',
    if_wrong: 'Somebody sees too much.',
  },
  work: { main: { status: 'active' } },
};
const timeout = { after_minutes: 60, outcome: 'deny' };
export const step = (name: string, ...from: string[]) => ({
  ...{ name, timeout, slots: from.map((one) => ({ from: one })) },
});
export const rule = (name: string, changes: object = {}) => ({
  ...{ name, owner: 'Security', review: '2027-01-01', when: { kinds: ['access'] }, verdict: 'approve' },
  steps: [step('both', 'manager', 'group:IAM')],
  ...changes,
});
export const policies = (rules: readonly object[], changes: object = {}) =>
  Approvals.parse({ kinds: { access: KIND }, rules, ...changes });

export const AROUND: Around = {
  routes: [
    { name: 'form-access', approval: 'access', forms: ['access'], path: ['routing', 'rules', 0, 'approval'] },
  ],
  forms: new Map([
    [
      'access',
      new Map([
        ['why', { isPerson: false }],
        ['boss', { isPerson: true }],
      ]),
    ],
    ['other', new Map([['what', { isPerson: false }]])],
  ]),
  channels: new Set(['C1']),
  groups: null,
  today: '2026-05-04',
};

/** What is found, such as `error overlap`, in the order of the file. */
export const found = (approvals: Approvals, around: Partial<Around> = {}): readonly string[] =>
  lintPolicies(approvals, { ...AROUND, ...around }).map(({ level, code }) => `${level} ${code}`);
