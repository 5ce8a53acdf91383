/** An approval as approvers see it, ordinary or hostile. */
import fc from 'fast-check';
import { payloadHash } from '../../../src/approvals/payload.ts';
import type { Policy } from '../../../src/approvals/policy.ts';
import type { Approval, ApprovalRequest } from '../../../src/model/approval.ts';
import { APPROVAL_STATES, RISK_CLASSES } from '../../../src/model/approval.ts';
import { SlackUser } from '../../../src/model/ids.ts';
import type { ApprovalButtons, ApprovalShown } from '../../../src/slack/out/approval-shown.ts';
import { POLICIES, person, requestFor, START } from '../../approvals/world.ts';

const RULE = ((): Policy => {
  const [first] = POLICIES.rules;
  if (first === undefined) throw new Error('There is no rule');
  return first;
})();

export function shownOf(
  changes: Partial<ApprovalShown> = {},
  request: Partial<ApprovalRequest> = {},
  approval: Partial<Approval> = {},
): ApprovalShown {
  const asked = requestFor(RULE, {
    rationale: 'The audit begins on Monday.',
    work: {
      main: {
        action: 'ticket.transition',
        changes: [
          { field: 'status', before: 'New', after: 'In Progress' },
          { field: 'group', before: null, after: 'Identity & Access' },
        ],
      },
    },
    evidence: { fields: { system: 'SAP', role: 'reader' }, files: [] },
    ...request,
  });
  return {
    id: '0b9f4c1e-5c1b-4d47-9a59-3b8f1d2e4a10',
    approval: {
      ...{ status: 'open', request: asked, hash: payloadHash(asked), round: 1, at: 0, ran: 0, votes: [] },
      ...{ delegations: [], grant: null },
      steps: [
        {
          name: 'manager-and-iam',
          slots: [
            { from: 'manager', need: 'any', opened: 1 },
            { from: 'group:IAM Admins', need: 'any', opened: 1 },
          ],
          ...{ deny: 1, runs: true, deadline: START + 3_600_000 },
          timeout: { after_minutes: 60, outcome: 'deny' },
        },
      ],
      ...approval,
    },
    fingerprint: payloadHash(asked).slice(0, 8),
    kind: {
      title: 'Access to a system',
      domain: 'iam',
      ifWrong: 'Somebody sees what is not meant for him.',
      outcomes: { approve: null, deny: null },
      blocksPerson: true,
    },
    people: new Map([
      [person(1), { name: 'Alma Reyes', slack: SlackUser.parse('U0ALMA') }],
      [person(2), { name: 'Ben Ode', slack: null }],
    ]),
    ticket: { key: 'IAM-7', url: 'https://desk.example/browse/IAM-7', summary: 'Access to SAP as reader' },
    policy: { owner: 'Identity & Access', url: 'https://desk.example/policies/access' },
    ...{ message: null, related: [], audit: '42', simulated: false, restricted: false },
    ...{ since: [], questions: [], asked: [] },
    ...changes,
  };
}

export const BUTTONS: ApprovalButtons = {
  outcomes: [
    { decision: 'approve', label: null, value: 'v1.approve' },
    { decision: 'deny', label: null, value: 'v1.deny' },
  ],
  ...{ needsInfo: 'i', escalate: 'e', look: 'l', lookFirst: false, page: null },
};

export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '<!channel> <@U0ALMA> *bold* `code` <https://x.test|y>',
    '&'.repeat(4_000),
    '\u202e'.repeat(900),
    'x'.repeat(39_000),
    '😀'.repeat(3_000),
    'a b '.repeat(9_000),
    'https://evil.test/<!here>',
    '\n'.repeat(300),
    '',
    ' ',
  ),
);
const short = (longest: number) =>
  hostile.map((text) => {
    const cut = text.slice(0, longest).toWellFormed();
    return cut === '' ? 'x' : cut;
  });
const wellFormed = hostile.map((text) => text.toWellFormed());
const address = fc.option(
  fc.constantFrom(
    'https://desk.example/1?a=b|c<d>',
    'javascript:alert(1)',
    'nothing',
    `https://x.test/${'y'.repeat(2_000)}`,
  ),
  { nil: null },
);

const AnyWork = fc
  .array(
    fc.record({
      field: short(200),
      before: fc.option(wellFormed, { nil: null }),
      after: fc.option(wellFormed, { nil: null }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((changes) => ({ action: 'ticket.fields' as const, changes }));

const AnyRequest: fc.Arbitrary<Partial<ApprovalRequest>> = fc.record({
  work: fc
    .dictionary(short(80), AnyWork, { maxKeys: 4 })
    .chain((more) => AnyWork.map((main) => ({ ...more, main }))),
  rationale: wellFormed,
  trigger: short(500),
  environment: short(80),
  risk: fc.constantFrom(...RISK_CLASSES),
  evidence: fc.record({
    fields: fc.dictionary(short(200), wellFormed, { maxKeys: 30 }),
    files: fc.array(fc.record({ name: short(255), bytes: fc.nat(), sha256: fc.constant('a'.repeat(64)) }), {
      maxLength: 30,
    }),
  }),
  proposer: fc.oneof(
    fc.constant({ kind: 'person' as const, principal: person(1), own_rights: false }),
    fc.record({ kind: fc.constant('bot' as const), name: short(200), owner: fc.constant(person(3)) }),
    fc.record({
      ...{ kind: fc.constant('model' as const), name: short(200), prompt: short(200) },
      owner: fc.constant(person(2)),
    }),
  ),
  author: fc.constantFrom(null, person(4)),
  beneficiary: fc.constantFrom(null, person(2)),
  confidence: fc.constantFrom(null, 0, 871, 1000),
});

export const AnyShown: fc.Arbitrary<ApprovalShown> = fc
  .record({
    request: AnyRequest,
    status: fc.constantFrom('open', 'open', ...APPROVAL_STATES),
    kind: fc.record({
      title: hostile,
      domain: hostile,
      ifWrong: hostile,
      blocksPerson: fc.boolean(),
      outcomes: fc.record({ approve: fc.option(hostile), deny: fc.option(hostile) }),
    }),
    ticket: fc.record({ key: hostile, url: address, summary: hostile }),
    policy: fc.record({ owner: fc.option(hostile, { nil: null }), url: address }),
    message: fc.option(
      fc.record({
        text: hostile,
        recipients: fc.array(hostile, { maxLength: 20 }),
        files: fc.array(fc.record({ name: hostile, bytes: fc.nat() }), { maxLength: 20 }),
      }),
      { nil: null },
    ),
    related: fc.array(fc.record({ text: hostile, url: address }), { maxLength: 12 }),
    audit: fc.option(hostile, { nil: null }),
    name: hostile,
    simulated: fc.boolean(),
    since: fc.array(
      fc.record({
        field: hostile,
        before: fc.option(hostile, { nil: null }),
        after: fc.option(hostile, { nil: null }),
      }),
      { maxLength: 12 },
    ),
    questions: fc.array(
      fc.record({
        by: fc.constantFrom(person(2), person(3)),
        question: hostile,
        answer: fc.option(hostile, { nil: null }),
      }),
      { maxLength: 12 },
    ),
    asked: fc.array(fc.constantFrom(person(2), person(3), person(4)), { maxLength: 12 }),
  })
  .map(({ request, status, name, ...rest }) =>
    shownOf({ ...rest, people: new Map([[person(2), { name, slack: null }]]) }, request, {
      status,
      votes: [
        {
          ...{ step: 0, by: person(2), seat: person(2), decision: 'approve', surface: 'card', at: START },
          hash: payloadHash(requestFor(RULE)),
        },
      ],
    }),
  );
