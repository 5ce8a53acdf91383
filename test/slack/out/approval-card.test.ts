/** The card and the forms of an approval: what stands on them, that Slack takes them, and that nothing in them is obeyed. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import { SlackUser } from '../../../src/model/ids.ts';
import { refuseView } from '../../../src/sandbox/slack/view-check.ts';
import { APPROVAL_ACTIONS, renderApproval } from '../../../src/slack/out/approval-card.ts';
import {
  APPROVAL_FORMS,
  APPROVAL_INPUTS,
  approvalView,
  denyView,
  needsInfoView,
} from '../../../src/slack/out/approval-modal.ts';
import type { ApprovalButtons } from '../../../src/slack/out/approval-shown.ts';
import { person, START } from '../../approvals/world.ts';
import { AnyShown, BUTTONS, hostile, shownOf } from './approval-fixture.ts';
import { assertHarmless, commandsIn, mrkdwnIn } from './escape-check.ts';

const View = z.record(z.string(), z.unknown());
const viewOf = (view: object) => View.parse(JSON.parse(JSON.stringify(view)));
/** What our own mrkdwn may hold: links, moments, and people by the id that Slack gave them. */
const ALLOWED = [
  /^<https?:\/\/[^<>|]+\|[^<>]*>$/,
  /^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d :-]+UTC>$/,
  /^<@U0ALMA>$/,
];

const Text = z.looseObject({ type: z.string(), text: z.string() });
/** Every word that is read, in order. */
function readIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const own = Text.safeParse(value);
  if (own.success) return own.data.text;
  return Object.values(value)
    .map(readIn)
    .filter((text) => text !== '')
    .join('\n');
}
const Button = z.looseObject({
  action_id: z.string(),
  text: z.object({ text: z.string() }),
  value: z.string(),
  style: z.string().optional(),
  confirm: z.unknown().optional(),
});
const Actions = z.object({ type: z.literal('actions'), elements: z.array(Button) });
const buttonsOf = (blocks: readonly unknown[]) =>
  blocks.flatMap((block) => Actions.safeParse(block).data?.elements ?? []);

test('the card answers what, who, why and what if it is wrong, and cites everything by which it can be found again', () => {
  const { text, blocks } = renderApproval(shownOf(), BUTTONS);
  assert.equal(text, 'Please decide: Access to a system (IAM-7), asked for by Alma Reyes. high risk.');
  const read = readIn(blocks);
  for (const words of [
    '*Access to a system*  <https://desk.example/browse/IAM-7|IAM-7>  Access to SAP as reader',
    ':large_orange_circle: high risk  ·  iam  ·  jira-it  ·  :hourglass_flowing_sand: somebody cannot work until this is decided',
    '*When it is approved, IAM-7 changes:*',
    'status: \nNew\n → \nIn Progress',
    'group: \nempty → \nIdentity & Access',
    '*Who is affected*\n<@U0ALMA> asks for it',
    'Takes effect in: production',
    'Why: \nThe audit begins on Monday.',
    '*If it is wrong*\nSomebody sees what is not meant for him. At stake: access. It can be undone easily.',
    'system: \nSAP\nrole: \nreader',
    "Step 1 of 1: the requester's manager and one of IAM Admins. Nobody has decided yet.",
    'Decide until <!date^1777885200^{date_short_pretty} {time}|2026-05-04 09:00 UTC>.',
    '<https://desk.example/policies/access|Policy one of Identity &amp; Access>',
    'Request 0b9f4c1e-5c1b-4d47-9a59-3b8f1d2e4a10',
    'Audit entry 42',
  ])
    assert.ok(read.includes(words), `${words}\n---\n${read}`);
  assert.match(read, /Fingerprint `[0-9a-f]{8}` \(the same stands on the ticket\)/);
  assert.deepEqual(
    buttonsOf(blocks).map(({ action_id, text: { text: label }, value, style }) => [
      action_id,
      label,
      value,
      style,
    ]),
    [
      ['desk_approval_approve', 'Approve', 'v1.approve', 'primary'],
      ['desk_approval_deny', 'Deny…', 'v1.deny', 'danger'],
      ['desk_approval_look', 'Show the difference', 'l', undefined],
      ['desk_approval_info', 'Needs info…', 'i', undefined],
      ['desk_approval_escalate', 'Escalate', 'e', undefined],
    ],
  );
});

suite('buttons', () => {
  const press = (changes: Partial<ApprovalButtons>, risk: 'low' | 'critical' = 'low') =>
    buttonsOf(renderApproval(shownOf({}, { risk }), { ...BUTTONS, ...changes }).blocks);
  test('what is of high risk is asked for twice, before approving alone', () => {
    assert.deepEqual(
      press({}, 'critical').map(({ confirm }) => confirm !== undefined),
      [true, false, false, false, false],
    );
    assert.ok(press({}).every(({ confirm }) => confirm === undefined));
  });
  test('where the difference has to be opened first, nobody decides on the card', () =>
    assert.deepEqual(
      press({ lookFirst: true }).map(({ action_id }) => action_id),
      [APPROVAL_ACTIONS.look, APPROVAL_ACTIONS.needsInfo, APPROVAL_ACTIONS.escalate],
    ));
  test('a request may name its outcomes', () => {
    const outcomes = ['Escalate to on-call', 'Resolve', 'Leave'].map((label, n) => ({
      ...{ label, value: `v${n}` },
      decision: n < 2 ? ('approve' as const) : ('deny' as const),
    }));
    const all = press({ outcomes, needsInfo: null, escalate: null, look: null });
    assert.deepEqual(
      all.map(({ action_id, text }) => [action_id, text.text]),
      [
        ['desk_approval_approve', 'Escalate to on-call'],
        ['desk_approval_approve:1', 'Resolve'],
        ['desk_approval_deny', 'Leave'],
      ],
    );
  });
  test('none when it is over, or not his', () => {
    assert.deepEqual(buttonsOf(renderApproval(shownOf({}, {}, { status: 'denied' }), BUTTONS).blocks), []);
    assert.deepEqual(buttonsOf(renderApproval(shownOf(), null).blocks), []);
  });
});

suite('what else the card says', () => {
  const read = (...args: Parameters<typeof shownOf>) =>
    readIn(renderApproval(shownOf(...args), BUTTONS).blocks);
  test('of a bot its owner and what set it off; of a model its prompt and how sure it is', () => {
    const bot = read({}, { proposer: { kind: 'bot', name: 'nightly', owner: person(2) }, trigger: 'rule 7' });
    assert.ok(bot.includes('Proposed by the bot nightly, which belongs to Ben Ode\nSet off by: rule 7'), bot);
    const proposer = { kind: 'model' as const, name: 'm-1', prompt: 'answers/3', owner: person(9) };
    const model = read({}, { proposer, confidence: 871 });
    assert.ok(
      model.includes('the model m-1 with the prompt answers/3, which belongs to somebody unknown'),
      model,
    );
    assert.ok(model.includes('It says that it is 87.1 % sure.'));
  });
  test('of a message its exact words, what has to be noticed in bold, whom it reaches and what goes with it', () => {
    const text = 'We will refund 90 EUR by Friday, see https://pay.example/7.';
    const message = {
      text,
      recipients: ['a@x.example', 'b@x.example'],
      files: [{ name: 'terms.pdf', bytes: 12_345 }],
    };
    const { blocks } = renderApproval(shownOf({ message }), BUTTONS);
    const Bold = z.looseObject({
      type: z.literal('text'),
      text: z.string(),
      style: z.object({ bold: z.literal(true) }),
    });
    const Quote = z.object({
      elements: z.tuple([
        z.looseObject({ type: z.literal('rich_text_quote'), elements: z.array(z.unknown()) }),
      ]),
    });
    const quote = blocks.flatMap((block) => Quote.safeParse(block).data?.elements[0].elements ?? []);
    assert.equal(quote.map(readIn).join(''), text);
    assert.deepEqual(
      quote.flatMap((one) => Bold.safeParse(one).data?.text ?? []),
      ['We will', 'refund', '90 EUR', 'by Friday', 'https://pay.example/7'],
    );
    const all = readIn(blocks);
    for (const words of [
      'In bold: 2 commitments, 1 number, 1 time, 1 link.',
      'To 2 recipients: \na@x.example, b@x.example',
      'terms.pdf (12.3 kB)',
      'Link 1: https://pay.example/7',
    ])
      assert.ok(all.includes(words), `${words}\n---\n${all}`);
  });
  test('who has voted in the open step, what came before, and that it is only simulated', () => {
    const { hash } = shownOf().approval;
    const vote = {
      step: 0,
      by: person(2),
      seat: person(2),
      decision: 'approve' as const,
      hash,
      surface: 'card' as const,
      at: START,
    };
    const all = read(
      { simulated: true, related: [{ text: 'Denied in March', url: 'https://desk.example/1' }] },
      {},
      { votes: [vote] },
    );
    for (const words of [
      'approved',
      '<https://desk.example/1|Denied in March>',
      'only simulated: nothing is changed',
    ])
      assert.ok(all.includes(words), `${words}\n---\n${all}`);
  });
  test('what became of it', () => {
    assert.ok(read({}, {}, { status: 'expired' }).includes('*Nobody decided in time.'));
    assert.ok(
      read({ simulated: true }, {}, { status: 'executed' }).includes('*Approved. It was only simulated'),
    );
    assert.ok(!read({}, {}, { status: 'expired' }).includes('Decide until'));
  });
  test('what is too long is cut with a count, and stands whole in the form', () => {
    const rationale = `${'why '.repeat(1_000)}END`;
    assert.match(
      read({}, { rationale }),
      /2803 more characters: the whole text stands behind "Show the difference"\./,
    );
    const form = readIn(approvalView(shownOf({}, { rationale }), null, ''));
    assert.ok(form.includes('END') && !form.includes('more character'));
  });
  test('a name that says it is somebody else is not what is shown of who has a profile', () => {
    const spoofs = [
      'The CEO',
      'J\u0430ne Doe (CISO)',
      '\u202eOSIC eht',
      'Jane\u200b Doe',
      '<@U0CEO>',
      '@jane',
    ];
    for (const name of spoofs) {
      const profile = { name, slack: SlackUser.parse('U0ALMA') };
      const parts = { asked: [person(1)], questions: [{ by: person(1), question: 'Why?', answer: 'So.' }] };
      const all = read({ people: new Map([[person(1), profile]]), ...parts });
      assert.ok(all.includes('<@U0ALMA> asks for it'), name);
      assert.ok(all.includes('Asked: <@U0ALMA>') && all.includes('<@U0ALMA>: Why?'), name);
      assert.ok(!all.includes(name), name);
    }
    // Whom Slack does not know is named, with every sign that nobody sees.
    const unseen = { name: '\u202eOSIC <@U0CEO>', slack: null };
    const all = read({ people: new Map([[person(1), unseen]]) });
    assert.ok(all.includes('[U+202E]OSIC') && !all.includes('\u202e') && !all.includes('<@U0CEO>'));
  });
});

test('whatever stands in a request: Slack takes the card, and obeys nothing of it', () => {
  fc.assert(
    fc.property(
      AnyShown,
      fc.array(hostile, { minLength: 1, maxLength: 7 }),
      fc.boolean(),
      (shown, labels, lookFirst) => {
        const outcomes = labels.map((label, n) => ({
          decision: n % 2 === 0 ? ('approve' as const) : ('deny' as const),
          label,
          value: `v${n}`,
        }));
        const look = renderApproval(shown, { ...BUTTONS, outcomes, lookFirst });
        assertHarmless(look, ALLOWED);
        assert.ok(look.blocks.length <= 50);
        const said = JSON.stringify(look);
        assert.match(said, /Fingerprint `[0-9a-f]{8}`/, 'the end of the card is never lost');
        assert.doesNotMatch(said, /\u202e|\u200f/, 'nothing that turns a text around');
        assert.equal(buttonsOf(look.blocks).length > 0, shown.approval.status === 'open');
      },
    ),
    { numRuns: 120 },
  );
});

test('whatever stands in a request: Slack takes the form, nothing of it is obeyed, and the vote is there', () => {
  fc.assert(
    fc.property(AnyShown, (shown) => {
      const view = viewOf(approvalView(shown, { outcomes: BUTTONS.outcomes }, 'm'));
      assert.equal(refuseView(view, 'modal'), null);
      const found = mrkdwnIn(view).flatMap(({ text }) => commandsIn(text));
      assert.deepEqual(
        found.filter((command) => !ALLOWED.some((each) => each.test(command))),
        [],
      );
      assert.equal(view['submit'] !== undefined, shown.approval.status === 'open');
      assert.match(JSON.stringify(view), /Fingerprint `[0-9a-f]{8}`/);
    }),
    { numRuns: 60 },
  );
});

test('who may only look has no vote; who denies gives a reason; asking for more is no vote', () => {
  const look = viewOf(approvalView(shownOf(), null, 'm'));
  assert.equal(refuseView(look, 'modal'), null);
  assert.equal(look['submit'], undefined);
  const vote = approvalView(shownOf(), { outcomes: BUTTONS.outcomes }, 'm');
  assert.match(JSON.stringify(vote), /"value":"approve:0".*"value":"deny:1"/);
  assert.equal(vote.callback_id, APPROVAL_FORMS.decide);
  for (const [view, form, input] of [
    [denyView('m'), APPROVAL_FORMS.deny, APPROVAL_INPUTS.reason],
    [needsInfoView('m'), APPROVAL_FORMS.info, APPROVAL_INPUTS.question],
  ] as const) {
    assert.deepEqual([view.callback_id, view.blocks[0]?.block_id], [form, input]);
    assert.equal(refuseView(viewOf(view), 'modal'), null);
    assert.deepEqual([view.private_metadata, view.blocks.length], ['m', 1]);
    assert.match(JSON.stringify(view.blocks), /"optional":false/);
  }
});
