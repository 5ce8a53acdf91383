/** Six people, a bot, and requests among them: drawn by lot, sound ones and others. */

import { policyHash } from '../../src/approvals/payload.ts';
import { Policies, type Policy } from '../../src/approvals/policy.ts';
import { DAY_MS, type Roster } from '../../src/approvals/standing.ts';
import type { ApprovalRequest, Delegation } from '../../src/model/approval.ts';
import { ApprovalRequest as RequestSchema } from '../../src/model/approval.ts';
import { PrincipalId } from '../../src/model/ids.ts';
import type { Lot } from '../support/lot.ts';

export const person = (n: number) => PrincipalId.parse(`00000000-0000-7000-8000-00000000000${n}`);
export const PEOPLE = [1, 2, 3, 4, 5, 6].map(person);
export const BOT = person(9);
export const START = Date.UTC(2026, 4, 4, 8);
export const MINUTE = 60_000;

const soon = (outcome: 'deny' | 'escalate' | 'stay') => ({ after_minutes: 30, outcome });
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
    rate: { most: 5, minutes: 60 },
  },
  senior_minutes: 60,
  rules: [
    rule('one', { steps: [{ name: 'manager', slots: [{ from: 'manager' }], timeout: soon('deny') }] }),
    rule('dual', {
      steps: [
        {
          ...{ name: 'both', timeout: soon('escalate') },
          slots: [{ from: 'manager' }, { from: 'group:iam' }],
        },
      ],
    }),
    rule('sequence', {
      steps: [
        {
          ...{ name: 'security', runs: true, timeout: soon('stay') },
          slots: [{ from: 'group:security', need: 'majority' }],
        },
        { name: 'owner', slots: [{ from: 'service-owner' }], timeout: soon('escalate') },
      ],
    }),
    rule('all', {
      steps: [
        {
          ...{ name: 'iam', deny: 2, timeout: soon('deny') },
          slots: [{ from: 'group:iam', need: 'all' }],
        },
        { name: 'form', slots: [{ from: 'field:approver' }], timeout: soon('deny') },
      ],
    }),
    rule('senior', { verdict: 'escalate' }),
    rule('higher', {
      ...{ verdict: 'escalate' },
      steps: [{ name: 'security', slots: [{ from: 'group:security' }], timeout: soon('stay') }],
    }),
    rule('own', { verdict: 'allow', when: { kinds: ['own'], by: 'own-rights' } }),
    rule('never', { verdict: 'block' }),
  ],
});

export const below = (lot: Lot, n: number) => Math.floor(lot.draw() * n);
const some = <T>(lot: Lot, all: readonly T[], outOf = 2): readonly T[] =>
  all.filter(() => below(lot, outOf) === 0);

const change = (after: string) => [{ field: 'state', before: 'new', after }];

/** A request for this rule; `word` makes it another one. */
export function requestFor(
  rule: Policy,
  changes: Partial<ApprovalRequest> = {},
  word = 'done',
): ApprovalRequest {
  return RequestSchema.parse({
    ...{ v: 1, kind: rule.when.kinds[0], target: { system: 'jira-it', ticket: '10001' } },
    work: {
      main: { action: 'ticket.transition', changes: change(word) },
      security: { action: 'ticket.fields', changes: change('checked') },
    },
    evidence: { fields: {}, files: [] },
    ...{ requester: person(1), beneficiary: null, author: null },
    proposer: { kind: 'person', principal: person(1), own_rights: true },
    ...{ trigger: 'form', rationale: 'It is needed.', confidence: null, environment: 'production' },
    ...{ production_data: false, external_vendor: false },
    classification: {
      stakes: { external: false, money: false, access: true, regulated: false, production: false },
      ...{ likelihood: 'possible', severity: 'minor', reversible: 'easily' },
    },
    ...{ risk: 'high', policy: { name: rule.name, hash: policyHash(rule) }, correlation: 'c-1' },
    expires_at: START + 2 * DAY_MS,
    ...changes,
  });
}

export function drawnRequest(lot: Lot, rule: Policy): ApprovalRequest {
  const owner = lot.pick(PEOPLE);
  return requestFor(
    rule,
    {
      requester: lot.pick(PEOPLE),
      beneficiary: below(lot, 3) === 0 ? lot.pick(PEOPLE) : null,
      author: below(lot, 4) === 0 ? lot.pick(PEOPLE) : null,
      proposer:
        below(lot, 3) === 0
          ? { kind: 'bot', name: 'helper', owner }
          : { kind: 'person', principal: owner, own_rights: true },
    },
    `word ${below(lot, 1000)}`,
  );
}

const everyone = (changes: Partial<Roster> = {}): Roster => ({
  members: new Map([
    ['manager', [person(2)]],
    ['group:iam', [person(3), person(4)]],
    ['group:security', [person(4), person(5), person(6)]],
    ['service-owner', [person(6)]],
    ['field:approver', [person(5)]],
    ['senior', [person(6), person(5)]],
  ]),
  people: new Set(PEOPLE),
  auditors: new Set(),
  delegations: [],
  ...changes,
});

/** Groups hold anybody, the bot and people who have left among them. */
export function drawnRoster(lot: Lot, now: number): Roster {
  const all = [...PEOPLE, BOT];
  const few = () => some(lot, all, 3);
  const mostly = below(lot, 3) > 0;
  return everyone({
    ...(mostly
      ? {}
      : {
          members: new Map([
            ['manager', [lot.pick(all)]],
            ['group:iam', some(lot, all)],
            ['group:security', some(lot, all)],
            ['service-owner', [lot.pick(all)]],
            ['field:approver', [lot.pick(all)]],
            ['senior', some(lot, all)],
          ]),
        }),
    people: new Set(mostly ? PEOPLE : PEOPLE.filter(() => below(lot, 8) > 0)),
    auditors: new Set(below(lot, 6) === 0 ? [lot.pick(PEOPLE)] : []),
    delegations: few().map((from): Delegation => {
      const since = now - below(lot, 3) * DAY_MS;
      return { from, to: lot.pick(all), since, until: since + below(lot, 20) * DAY_MS };
    }),
  });
}
