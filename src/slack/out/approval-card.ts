import type { ActionsBlock, Button, ContextBlock, KnownBlock, PlainTextElement } from '@slack/types';
import type { RiskClass } from '../../model/approval.ts';
import { OPEN_APPROVAL_ACTION } from '../../model/approval-act.ts';
import { revealed } from '../../model/remarks.ts';
import * as say from '../../texts/approvals.ts';
import {
  type Amount,
  closingParts,
  messageParts,
  namingParts,
  notes,
  sinceParts,
  talkParts,
  whatParts,
  whoParts,
  whyParts,
} from './approval-parts.ts';
import {
  type ApprovalButtons,
  type ApprovalShown,
  type Instead,
  inertValue,
  linkValue,
  nameIn,
  plainValue,
} from './approval-shown.ts';
import { ON_CARD } from './approval-words.ts';
import { escapedLine, mrkdwn } from './mrkdwn.ts';
import type { Look } from './rich-text.ts';

export const APPROVAL_ACTIONS = {
  approve: 'desk_approval_approve',
  deny: 'desk_approval_deny',
  needsInfo: 'desk_approval_info',
  escalate: 'desk_approval_escalate',
  look: OPEN_APPROVAL_ACTION,
  /** Only leads to a page. */
  page: 'desk_approval_page',
} as const;

const DOT: Readonly<Record<RiskClass, string>> = {
  low: ':white_circle:',
  medium: ':large_yellow_circle:',
  high: ':large_orange_circle:',
  critical: ':red_circle:',
};
const LONGEST_TITLE = 200;
const LONGEST_SUMMARY = 600;
const LONGEST_TAG = 60;
/** Slack takes 4,000 characters of `text` beside the blocks. */
const LONGEST_LINE = 3_000;
/** Slack takes 75 characters on a button, 50 blocks in a message (docs.slack.dev/reference/block-kit). */
const LONGEST_LABEL = 75;
const MOST_OUTCOMES = 5;
const MOST_BLOCKS = 50;

const AMOUNT: Amount = { ...ON_CARD, changes: 5, evidence: 6, evidenceText: 300, lines: 3 };

const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text });

function titlePart(shown: ApprovalShown): KnownBlock {
  const { kind, ticket } = shown;
  const parts = [
    `*${inertValue(kind.title, LONGEST_TITLE)}*`,
    linkValue(ticket.url, ticket.key, LONGEST_TAG),
    ...(shown.restricted || shown.hidden ? [] : [inertValue(ticket.summary, LONGEST_SUMMARY)]),
  ];
  return { type: 'section', text: mrkdwn(parts.join('  ')) };
}

const hasRun = ({ approval, simulated }: ApprovalShown): boolean => approval.ran > 0 && !simulated;

/** What is asked, of which ticket, and how much is at stake. */
function headParts(shown: ApprovalShown): KnownBlock[] {
  const { kind, approval, simulated } = shown;
  const { request, status } = approval;
  const tags = [
    `${DOT[request.risk]} ${say.RISK_WORDS[request.risk]}`,
    inertValue(kind.domain, LONGEST_TAG),
    inertValue(request.target.system, LONGEST_TAG),
    ...(kind.blocksPerson && status === 'open' ? [`:hourglass_flowing_sand: ${say.BLOCKS_PERSON}`] : []),
  ];
  const done =
    simulated && status === 'executed' ? say.SIMULATED_DONE : say.statusWords(status, hasRun(shown));
  return [
    titlePart(shown),
    ...notes(tags.join('  ·  '), ...(simulated ? [`:test_tube: ${say.SIMULATED}`] : [])),
    ...(status === 'open' ? [] : [{ type: 'section' as const, text: mrkdwn(`*${done}*`) }]),
  ];
}

/** Everything above the buttons: of the card and of its form. */
export const bodyOf = (shown: ApprovalShown, amount: Amount): KnownBlock[] =>
  shown.hidden
    ? [titlePart(shown), { type: 'section', text: mrkdwn(say.HIDDEN[shown.hidden]) }]
    : shown.restricted
      ? [...headParts(shown), { type: 'section', text: mrkdwn(say.RESTRICTED) }, ...namingParts(shown)]
      : [
          ...headParts(shown),
          ...sinceParts(shown, amount),
          ...whatParts(shown, amount),
          ...messageParts(shown, amount),
          ...whoParts(shown),
          ...whyParts(shown, amount),
          ...talkParts(shown, amount),
          ...closingParts(shown, amount),
        ];

/** The card by which somebody is asked. `buttons` null: he can press nothing, because it is over or not his. */
export function renderApproval(shown: ApprovalShown, buttons: ApprovalButtons | null): Look {
  const { approval, kind, ticket } = shown;
  const body = bodyOf(shown, AMOUNT);
  const actions = buttons === null || approval.status !== 'open' ? [] : actionsOf(shown, buttons);
  const line = shown.hidden
    ? `${kind.title} (${ticket.key}): ${say.HIDDEN[shown.hidden]}`
    : approval.status === 'open'
      ? say.cardLine(kind.title, ticket.key, approval.request.risk, nameIn(shown, approval.request.requester))
      : `${kind.title} (${ticket.key}): ${say.statusWords(approval.status, hasRun(shown))}`;
  return {
    text: escapedLine(revealed(line), LONGEST_LINE),
    blocks: [...body.slice(0, MOST_BLOCKS - actions.length), ...actions],
  };
}

function actionsOf(shown: ApprovalShown, buttons: ApprovalButtons): (ActionsBlock | ContextBlock)[] {
  const { needsInfo, escalate, look, lookFirst, page, instead } = buttons;
  const own = page !== null || (lookFirst && look !== null) ? [] : buttons.outcomes.slice(0, MOST_OUTCOMES);
  const press = (action_id: string, text: string, value: string): Button => ({
    type: 'button',
    action_id,
    text: plain(text),
    value,
  });
  const elements = [
    ...(page === null ? [] : [pageButton(page, instead === 'theirs')]),
    ...own.map((outcome, n) => {
      const { decision } = outcome;
      return outcomeButton(shown, outcome, own.slice(0, n).filter((one) => one.decision === decision).length);
    }),
    ...(look === null
      ? []
      : [
          lookFirst
            ? { ...press(APPROVAL_ACTIONS.look, say.LOOK_FIRST, look), style: 'primary' as const }
            : press(APPROVAL_ACTIONS.look, say.LOOK, look),
        ]),
    ...(needsInfo === null ? [] : [press(APPROVAL_ACTIONS.needsInfo, say.NEEDS_INFO, needsInfo)]),
    ...(escalate === null ? [] : [press(APPROVAL_ACTIONS.escalate, say.ESCALATE, escalate)]),
  ];
  if (elements.length === 0) return [];
  const why = instead === undefined ? [] : [insteadNote(instead)];
  return [...why, { type: 'actions', block_id: 'desk_approval', elements }];
}

/** Why there is nothing to vote with, and the way to where there is; for the form, too. */
export const insteadNote = (why: Instead): ContextBlock => ({
  type: 'context',
  elements: [mrkdwn(say.INSTEAD[why])],
});
export const pageButton = (url: string, isTheirs = false): Button => ({
  ...({ type: 'button', action_id: APPROVAL_ACTIONS.page, style: 'primary' } as const),
  ...{ text: plain(isTheirs ? say.ON_THEIR_PAGE : say.ON_PAGE), url },
});

/** What is of high risk is asked for twice: a press is quickly made. */
function outcomeButton(
  { kind, ticket, fingerprint, approval }: ApprovalShown,
  { decision, label, value }: ApprovalButtons['outcomes'][number],
  /** So many before it decide the same. */
  n: number,
): Button {
  const text = plain(plainValue(label ?? say.labelOf(decision), LONGEST_LABEL));
  const isGrave = approval.request.risk === 'high' || approval.request.risk === 'critical';
  const title = plainValue(kind.title, 80);
  const sure = {
    title: plain(say.SURE_TITLE),
    text: plain(say.sureText(title, plainValue(ticket.key, LONGEST_TAG), fingerprint.slice(0, 8))),
    confirm: plain(say.SURE_YES),
    deny: plain(say.SURE_NO),
  };
  return {
    type: 'button',
    action_id: n === 0 ? APPROVAL_ACTIONS[decision] : `${APPROVAL_ACTIONS[decision]}:${n}`,
    text,
    value,
    style: decision === 'approve' ? 'primary' : 'danger',
    ...(decision === 'approve' && isGrave ? { confirm: sure } : {}),
  };
}
