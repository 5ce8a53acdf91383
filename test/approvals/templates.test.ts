/** The policies that are shipped, and those of the example: each is sound, and decides as it says. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { judge } from '../../src/approvals/judge.ts';
import { isWritten, lintPolicies } from '../../src/approvals/lint.ts';
import { open } from '../../src/approvals/open.ts';
import { fills } from '../../src/approvals/quorum.ts';
import { Approvals, classificationOf } from '../../src/approvals/settings.ts';
import type { Roster } from '../../src/approvals/standing.ts';
import { standing } from '../../src/approvals/standing.ts';
import { aroundPolicies } from '../../src/config/approval-checks.ts';
import { PEOPLE, person, requestFor, START } from './world.ts';

const folder = new URL('../../policies/', import.meta.url);
const Fragment = z.strictObject({ approvals: Approvals });
const read = (name: string) =>
  Fragment.parse(parse(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'))).approvals;
const NOTHING = {
  routes: [],
  forms: new Map(),
  channels: new Set<string>(),
  groups: null,
  today: '2026-11-22',
};

type By = 'own-rights' | 'bot';
/** Kind, whose act, how often before, files; then the verdict, the risk and who is asked, step by step. */
const DECIDED: Readonly<Record<string, readonly (readonly [string, By, number, number, string])[]>> = {
  'draft-answer': [
    ['draft-answer', 'bot', 0, 0, 'approve low group:Help Desk'],
    ['draft-answer', 'bot', 5, 0, 'approve medium group:Help Desk'],
    ['draft-answer', 'own-rights', 0, 0, 'allow low'],
  ],
  'external-message': [
    ['external-message', 'bot', 0, 0, 'approve high service-owner > group:Communications'],
    ['external-message', 'own-rights', 0, 0, 'approve high service-owner > group:Communications'],
  ],
  'critical-field': [
    ['critical-field', 'own-rights', 0, 0, 'allow medium'],
    ['critical-field', 'own-rights', 5, 0, 'approve high on-call:incidents'],
    ['critical-field', 'bot', 0, 0, 'approve medium on-call:incidents'],
  ],
  'access-role': [
    ['access-role', 'bot', 0, 0, 'approve high manager + group:IAM Admins'],
    ['access-role', 'own-rights', 5, 0, 'approve critical manager + group:IAM Admins'],
  ],
  'external-call': [
    ['external-call', 'bot', 0, 0, 'escalate medium group:Security > senior'],
    ['external-call-with-data', 'own-rights', 0, 0, 'block critical'],
  ],
  'delete-or-archive': [
    ['archive', 'bot', 0, 0, 'approve medium group:Records'],
    ['delete', 'own-rights', 0, 0, 'refused evidence 1 more file'],
    ['delete', 'own-rights', 0, 1, 'escalate critical group:Records > group:Records Board > senior'],
  ],
};

const FILE = { name: 'list.csv', bytes: 1, sha256: 'a'.repeat(64) };

function decided(
  approvals: Approvals,
  [name, by, before, files]: readonly [string, By, number, number, string],
): string {
  const kind = approvals.kinds[name];
  assert.ok(kind !== undefined, name);
  const evidence = { fields: { request: 'as it is' }, files: files === 1 ? [FILE] : [] };
  const proposer = by === 'bot' ? ({ kind: by } as const) : ({ kind: 'person', own_rights: true } as const);
  const judged = judge(
    approvals,
    { kind: name, proposer, classification: classificationOf(kind), evidence },
    before,
  );
  if (judged.kind === 'refused') return `refused ${judged.because} ${judged.missing.join(', ')}`;
  const { verdict, risk, rule } = judged;
  const who = approvals.rules
    .flatMap((one) => one.steps.flatMap(({ slots }) => slots.map(({ from }) => from)))
    .concat('senior');
  const members: Roster['members'] = new Map(
    who.map((from, n) => [from, [person(2 + (n % 2)), person(4), person(5)]]),
  );
  const roster: Roster = { members, people: new Set(PEOPLE), auditors: new Set(), delegations: [] };
  const main = {
    action: 'ticket.transition' as const,
    changes: [{ field: 'status', before: 'new', after: 'active' }],
  };
  const request = requestFor(rule, { kind: name, work: { main, archive: main } });
  const opened = open(request, rule, approvals, { roster, now: START, round: 0 });
  assert.ok(opened.kind === 'opened', `${name}: ${JSON.stringify(opened)}`);
  const steps = opened.approval.steps.map(({ slots }) => slots.map(({ from }) => from).join(' + '));
  return [verdict, risk, ...(steps.length === 0 ? [] : [steps.join(' > ')])].join(' ');
}

test('every shipped template has its cases here', () =>
  assert.deepEqual(
    readdirSync(folder).sort(),
    Object.keys(DECIDED)
      .map((name) => `${name}.yaml`)
      .sort(),
  ));

for (const [name, cases] of Object.entries(DECIDED))
  suite(name, () => {
    const approvals = read(name);
    test('nothing in it is doubtful, and it enables nothing', () => {
      assert.deepEqual(lintPolicies(approvals, NOTHING), []);
      assert.deepEqual(approvals.enable, []);
      assert.ok(isWritten(approvals));
    });
    for (const one of cases)
      test(`${one.slice(0, 4).join(' ')}: ${one[4]}`, () => assert.equal(decided(approvals, one), one[4]));
  });

test('a role takes two people of two functions: not one who is both, nor the requester', () => {
  const [rule] = read('access-role').rules;
  assert.ok(rule !== undefined);
  const members = new Map([
    ['manager', [person(2)]],
    ['group:IAM Admins', [person(1), person(2), person(3)]],
  ]);
  const roster: Roster = { members, people: new Set(PEOPLE), auditors: new Set(), delegations: [] };
  const who = standing(requestFor(rule), [], roster, START);
  const slots = (rule.steps[0]?.slots ?? []).map((slot) => ({ ...slot, opened: 1 }));
  assert.equal(slots.length, 2);
  assert.equal(fills(slots, [person(2), person(3)], who), true);
  for (const seats of [[person(2)], [person(3)], [person(1), person(2)], [person(3), person(1)]])
    assert.equal(fills(slots, seats, who), false, seats.join());
});

suite('the example', () => {
  const Example = z.looseObject({ approvals: Approvals, forms: z.record(z.string(), z.unknown()) });
  const whole: unknown = parse(
    readFileSync(new URL('../../deskbridge.example.yaml', import.meta.url), 'utf8'),
  );
  const { approvals } = Example.parse(whole);
  const around = aroundPolicies(whole, { groups: null, today: '2026-11-22' });

  test('has the kinds that its routes name, nothing doubtful, and nothing enabled', () => {
    assert.deepEqual(
      [...new Set(around.routes.map(({ approval }) => approval))].sort(),
      Object.keys(approvals.kinds).sort(),
    );
    assert.deepEqual(lintPolicies(approvals, around), []);
    assert.deepEqual(approvals.enable, []);
  });

  for (const [kind, expected] of [
    ['access', 'high manager + group:IAM Admins'],
    ['software', 'low manager'],
    ['policy-exception', 'high group:Security'],
    ['expense-exception', 'high manager > group:Finance'],
    ['environment-change', 'medium group:Change Advisory Board'],
  ] as const)
    test(`${kind}: ${expected}`, () => {
      const known = approvals.kinds[kind];
      assert.ok(known !== undefined);
      const rule = approvals.rules.find(({ when }) => when.kinds.includes(kind));
      const fields = Object.fromEntries((rule?.evidence.fields ?? []).map((field) => [field, 'x']));
      const proposer = { kind: 'person', own_rights: false } as const;
      const asked = {
        kind,
        proposer,
        classification: classificationOf(known),
        evidence: { fields, files: [] },
      };
      const judged = judge(approvals, asked, 0);
      assert.ok(judged.kind === 'ruled');
      const steps = judged.rule.steps.map(({ slots }) => slots.map(({ from }) => from).join(' + '));
      assert.equal(`${judged.risk} ${steps.join(' > ')}`, expected);
      const bare = judge(approvals, { ...asked, evidence: { fields: {}, files: [] } }, 0);
      assert.equal(bare.kind === 'refused' && bare.because, 'evidence');
    });
});
