/** The forms of an approval: the whole difference with the vote, why not, and what else is needed. */
import type { InputBlock, KnownBlock, PlainTextElement, View } from '@slack/types';
import type { Decision } from '../../model/approval.ts';
import * as say from '../../texts/approvals.ts';
import { bodyOf } from './approval-card.ts';
import type { Amount } from './approval-parts.ts';
import { type ApprovalShown, plainValue } from './approval-shown.ts';
import { IN_FORM } from './approval-words.ts';

export const APPROVAL_FORMS = {
  decide: 'desk_approval_decide',
  deny: 'desk_approval_why',
  info: 'desk_approval_what',
} as const;
/** Blocks and the one action in each, by which a sent form is read. */
export const APPROVAL_INPUTS = {
  decision: 'decision',
  reason: 'reason',
  question: 'question',
  chosen: 'chosen',
  value: 'value',
} as const;
/** Slack takes 3,000 characters of one input, 100 blocks and 250 kB of a view (docs.slack.dev/surfaces/modals). */
const LONGEST_REASON = 1_000;
const LONGEST_LABEL = 75;
const MOST_BLOCKS = 100;
const MOST_BYTES = 240_000;

const AMOUNTS: readonly Amount[] = [
  { ...IN_FORM, changes: 40, evidence: 20, evidenceText: 4_000, lines: 9 },
  { ...IN_FORM, text: 4_000, around: 400, changes: 20, evidence: 20, evidenceText: 1_000, lines: 9 },
  { ...IN_FORM, text: 1_000, around: 100, changes: 20, evidence: 10, evidenceText: 300, lines: 9 },
];

const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text });

/** What a person may decide in the form; null: he can only look. `metadata` comes back with the form, unread here. */
export interface Deciding {
  readonly outcomes: readonly { readonly decision: Decision; readonly label: string | null }[];
  /** What is chosen when it opens; nothing when left out. */
  readonly chosen?: Decision | null;
}

/** The whole difference, and the vote below it. The options' values are `approve` and `deny`. */
export function approvalView(shown: ApprovalShown, deciding: Deciding | null, metadata: string): View {
  const vote = deciding === null || shown.approval.status !== 'open' ? [] : votePart(deciding);
  const sized = AMOUNTS.map((amount) => bodyOf(shown, amount));
  const fits = (blocks: KnownBlock[]) =>
    blocks.length + vote.length <= MOST_BLOCKS && Buffer.byteLength(JSON.stringify(blocks)) < MOST_BYTES;
  const body = sized.find(fits) ?? (sized.at(-1) ?? []).slice(0, MOST_BLOCKS - vote.length);
  return {
    type: 'modal',
    callback_id: APPROVAL_FORMS.decide,
    private_metadata: metadata,
    title: plain(vote.length === 0 ? say.LOOK_TITLE : say.DECIDE_TITLE),
    close: plain(say.CLOSE),
    ...(vote.length === 0 ? {} : { submit: plain(say.DECIDE) }),
    blocks: [...body, ...vote],
  };
}

function votePart({ outcomes, chosen = null }: Deciding): KnownBlock[] {
  if (outcomes.length === 0) return [];
  const options = outcomes.slice(0, 5).map(({ decision, label }, n) => ({
    text: plain(plainValue(label ?? say.labelOf(decision).replace('…', ''), LONGEST_LABEL)),
    // Two outcomes may both approve.
    value: `${decision}:${n}`,
  }));
  const initial = options.find(({ value }) => chosen !== null && value.startsWith(`${chosen}:`));
  const decision: InputBlock = {
    type: 'input',
    block_id: APPROVAL_INPUTS.decision,
    label: plain(say.YOUR_DECISION),
    element: {
      ...({ type: 'radio_buttons', action_id: APPROVAL_INPUTS.value, options } as const),
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
  return [
    { type: 'divider' },
    decision,
    reasonInput({ label: say.REASON, hint: say.REASON_HINT, optional: true }),
  ];
}

function reasonInput(
  { label, hint, optional }: { readonly label: string; readonly hint: string; readonly optional: boolean },
  block: string = APPROVAL_INPUTS.reason,
): InputBlock {
  return {
    type: 'input',
    block_id: block,
    optional,
    label: plain(label),
    hint: plain(hint),
    element: {
      type: 'plain_text_input',
      action_id: APPROVAL_INPUTS.value,
      multiline: true,
      max_length: LONGEST_REASON,
    },
  };
}

/** Who denies says why. */
export const denyView = (metadata: string): View => ({
  type: 'modal',
  callback_id: APPROVAL_FORMS.deny,
  private_metadata: metadata,
  title: plain(say.DENY_TITLE),
  submit: plain(say.DENY_TITLE),
  close: plain(say.CANCEL),
  blocks: [reasonInput({ label: say.DENY_WHY, hint: say.DENY_HINT, optional: false })],
});

/** What else somebody has to know; no vote. */
export const needsInfoView = (metadata: string): View => ({
  type: 'modal',
  callback_id: APPROVAL_FORMS.info,
  private_metadata: metadata,
  title: plain(say.INFO_TITLE),
  submit: plain(say.SEND),
  close: plain(say.CANCEL),
  blocks: [
    reasonInput({ label: say.INFO_WHAT, hint: say.INFO_HINT, optional: false }, APPROVAL_INPUTS.question),
  ],
});
