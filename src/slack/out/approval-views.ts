/** Forms of approvals that come and go: while something is looked up, a sentence, the decision, several at once. */
import type { KnownBlock, View } from '@slack/types';
import type { Decision } from '../../model/approval.ts';
import * as say from '../../texts/approvals.ts';
import { insteadNote, pageButton } from './approval-card.ts';
import { APPROVAL_INPUTS, approvalView } from './approval-modal.ts';
import { type ApprovalShown, plainValue } from './approval-shown.ts';
import { inertMrkdwn, mrkdwn } from './mrkdwn.ts';

/** A form as Slack takes it. */
export type FormLook = View;

export const ALIKE_FORM = 'desk_approval_alike_form';

/** Slack takes 75 characters of an option, 3,000 of a section (docs.slack.dev/reference/block-kit). */
const LONGEST_OPTION = 75;
const LONGEST_NOTICE = 2_900;
const MOST_BLOCKS = 98;

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const frame = (title: string, blocks: KnownBlock[]): FormLook => ({
  ...({ type: 'modal', title: plain(title), close: plain(say.CLOSE) } as const),
  blocks,
});

/** Stands until what was asked is known; by `name` it is found again. */
export const waitView = (name: string, text: string): FormLook => ({
  ...frame(say.DECIDE_TITLE, [{ type: 'section', text: plain(text) }]),
  external_id: name,
});

/** A sentence in the place of a form. */
export const noticeView = (text: string): FormLook =>
  frame(
    say.DECIDE_TITLE,
    text.split('\n').map((line) => ({
      type: 'section',
      text: mrkdwn(inertMrkdwn(line === '' ? '…' : line, LONGEST_NOTICE)),
    })),
  );

export interface DecideForm {
  readonly shown: ApprovalShown;
  /** One-time tokens; null: it is only looked at here. */
  readonly tokens: { readonly approve: string; readonly deny: string } | null;
  /** Where it is decided, because somebody has to sign in afresh; null: here. */
  readonly page: string | null;
  /** What is chosen when it opens. */
  readonly decision: Decision | null;
}

/** All of it, and the decision below. */
export function decideView({ shown, tokens, page, decision }: DecideForm): FormLook {
  const { approve, deny } = shown.kind.outcomes;
  const outcomes = [
    { decision: 'approve', label: approve },
    { decision: 'deny', label: deny },
  ] as const;
  const deciding = tokens === null || page !== null ? null : { outcomes, chosen: decision };
  const view = approvalView(shown, deciding, tokens === null ? '' : JSON.stringify(tokens));
  if (page === null) return view;
  const why = insteadNote(shown.restricted ? 'hidden' : 'risk');
  const way: KnownBlock[] = [why, { type: 'actions', elements: [pageButton(page)] }];
  return { ...view, blocks: [...view.blocks.slice(0, MOST_BLOCKS), ...way] };
}

/** One of several that ask for the same. `value`: which one, as it is shown. */
export interface AlikeOption {
  readonly value: string;
  readonly label: string;
  readonly about: string;
}

export function alikeView(title: string, alike: readonly AlikeOption[]): FormLook {
  const options = alike.map(({ value, label, about }) => ({
    ...{ text: plain(plainValue(label, LONGEST_OPTION)), value },
    ...(about === '' ? {} : { description: plain(plainValue(about, LONGEST_OPTION)) }),
  }));
  return {
    ...frame(say.ALIKE_TITLE, [
      { type: 'section', text: plain(plainValue(title, LONGEST_NOTICE)) },
      {
        ...({ type: 'input', block_id: APPROVAL_INPUTS.chosen, label: plain(say.ALIKE_WHICH) } as const),
        hint: plain(say.ALIKE_HINT),
        element: { type: 'checkboxes', action_id: APPROVAL_INPUTS.value, options },
      },
    ]),
    ...{ callback_id: ALIKE_FORM, submit: plain(say.labelOf('approve')) },
  };
}
