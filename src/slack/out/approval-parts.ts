/** The parts that the card and the form of an approval share: what, who, why, and what if it is wrong. */
import type { KnownBlock } from '@slack/types';
import { NATIVE_KIND } from '../../model/native-approval.ts';
import * as say from '../../texts/approvals.ts';
import {
  type ApprovalShown,
  decideUntil,
  inertValue,
  linkValue,
  liveDate,
  nameIn,
  personIn,
} from './approval-shown.ts';
import { changeBlock, messageBlock, type Room, wordsBlock } from './approval-words.ts';
import { mrkdwn } from './mrkdwn.ts';

const LONGEST_VALUE = 300;
/** Slack takes 3,000 characters in a section (docs.slack.dev/reference/block-kit/blocks/section-block). */
const LONGEST_SECTION = 2_900;
const LONGEST_LINE = 280;
const MOST_PEOPLE = 6;

/** How much of a list is shown. */
export interface Amount extends Room {
  readonly changes: number;
  /** Fields of the evidence, and characters of each. */
  readonly evidence: number;
  readonly evidenceText: number;
  readonly lines: number;
}

const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) });
/** Slack takes ten elements in a context. */
export const notes = (...lines: readonly string[]): KnownBlock[] =>
  lines.length === 0 ? [] : [{ type: 'context', elements: lines.slice(0, 10).map(mrkdwn) }];

/** Lines, each whole, as far as a section has room; then how many there is none for. */
function linesSection(heading: string, lines: readonly string[]): KnownBlock[] {
  if (lines.length === 0) return [];
  let text = `*${heading}*`;
  for (const [n, line] of lines.entries()) {
    const isTooLong = text.length + line.length + 1 > LONGEST_SECTION - LONGEST_LINE;
    text += `\n${isTooLong ? inertValue(say.moreLines(lines.length - n), LONGEST_LINE) : line}`;
    if (isTooLong) break;
  }
  return [section(text)];
}

/** What is different since it was asked before: it is the first thing to read. */
export function sinceParts({ since }: ApprovalShown, amount: Amount): KnownBlock[] {
  if (since.length === 0) return [];
  const hidden = since.length - amount.changes;
  return [
    section(`:warning: *${say.CHANGED}*`),
    ...since.slice(0, amount.changes).map((change) => changeBlock(change, amount)),
    ...(hidden > 0 ? notes(inertValue(say.moreChanges(hidden), LONGEST_VALUE)) : []),
  ];
}

/** What was asked about it, and what whoever wants it said. */
export function talkParts(shown: ApprovalShown, amount: Amount): KnownBlock[] {
  const { questions, approval } = shown;
  const short = (text: string) => inertValue(text, amount.evidenceText);
  return linesSection(
    say.QUESTIONS,
    questions
      .slice(-amount.lines)
      .flatMap(({ by, question, answer }) => [
        `${personIn(shown, by)}: ${short(question)}`,
        answer === null
          ? say.NOT_ANSWERED
          : `${personIn(shown, approval.request.requester)}: ${short(answer)}`,
      ]),
  );
}

/** Whom it is asked of, and who has said what; people by their own profiles. */
function saidParts(shown: ApprovalShown): KnownBlock[] {
  const { approval, asked } = shown;
  const { votes, status } = approval;
  const people = asked.slice(0, MOST_PEOPLE).map((one) => personIn(shown, one));
  const rest = asked.length - people.length;
  const lines = [
    ...(status === 'open' ? [inertValue(say.stepWords(approval), 1_500)] : []),
    ...(people.length === 0 ? [] : [say.askedWords(people, rest)]),
    ...votes
      .slice(-MOST_PEOPLE)
      .map(({ by, seat, decision }) =>
        say.voteWords(personIn(shown, by), decision, seat === by ? null : personIn(shown, seat)),
      ),
  ];
  return notes(...lines.slice(0, 10));
}

/** Whether the work was done; null while it still can be. */
function isDone({ approval: { status }, simulated }: ApprovalShown): boolean | null {
  if (status === 'open' || status === 'granted' || status === 'executing') return null;
  return status === 'executed' && !simulated;
}

/** Every piece of work, field by field, before and after. */
export function whatParts(shown: ApprovalShown, amount: Amount): KnownBlock[] {
  const { approval, ticket } = shown;
  const { work } = approval.request;
  // What comes last is what is asked for in the end.
  const names = Object.keys(work).sort((a, b) => Number(a === 'main') - Number(b === 'main'));
  let left = amount.changes;
  const hidden = Object.values(work).reduce((sum, { changes }) => sum + changes.length, -left);
  const blocks = names.flatMap((name) => {
    const changes = (work[name]?.changes ?? []).slice(0, left);
    left -= changes.length;
    const title = say.workTitle(name, ticket.key, isDone(shown));
    return changes.length === 0
      ? []
      : [
          section(`*${inertValue(title, LONGEST_VALUE)}*`),
          ...changes.map((change) => changeBlock(change, amount)),
        ];
  });
  return [...blocks, ...(hidden > 0 ? notes(inertValue(say.moreChanges(hidden), LONGEST_VALUE)) : [])];
}

/** What would be sent: every word, to whom, with what. */
export function messageParts({ message }: ApprovalShown, amount: Amount): KnownBlock[] {
  if (message === null) return [];
  const { block, counts, links } = messageBlock(message.text, amount);
  const found = say.remarkWords(counts);
  const { recipients, files } = message;
  const lines = [
    ...files.slice(0, amount.lines).map(({ name, bytes }) => say.fileWords(name, bytes)),
    ...links.slice(0, amount.lines).map((address, n) => say.linkWords(n + 1, address)),
  ];
  const hidden = Math.max(0, files.length - amount.lines) + Math.max(0, links.length - amount.lines);
  return [
    section(`*${say.MESSAGE}*`),
    block,
    ...notes(...(found === null ? [] : [inertValue(found, LONGEST_LINE)])),
    wordsBlock(
      say.recipientLabel(recipients.length),
      recipients.length === 0 ? say.NO_RECIPIENTS : recipients.join(', '),
      amount,
    ),
    ...linesSection(say.GOES_WITH, [
      ...lines.map((line) => inertValue(line, LONGEST_LINE * 2)),
      ...(hidden === 0 ? [] : [inertValue(say.moreLines(hidden), LONGEST_LINE)]),
    ]),
  ];
}

/** Who has a part in it, and where it takes effect. */
export function whoParts(shown: ApprovalShown): KnownBlock[] {
  const { request } = shown.approval;
  const { requester, beneficiary, author, proposer, environment, trigger, confidence } = request;
  const isOther = proposer.kind !== 'person' || proposer.principal !== requester;
  const owner = proposer.kind === 'person' ? proposer.principal : proposer.owner;
  const value = (text: string) => inertValue(text, LONGEST_VALUE);
  return linesSection(say.WHO, [
    `${personIn(shown, requester)} ${say.asks}`,
    ...(beneficiary === null ? [] : [`${personIn(shown, beneficiary)} ${say.hasIt}`]),
    ...(author === null ? [] : [`${personIn(shown, author)} ${say.wrote}`]),
    ...(isOther ? [`${say.PROPOSED} ${value(say.proposerWords(proposer, nameIn(shown, owner)))}`] : []),
    ...(request.kind === NATIVE_KIND ? [] : [value(say.triggerWords(trigger))]),
    ...(confidence === null ? [] : [say.confidenceWords(confidence)]),
    ...(environment === 'none' ? [] : [value(say.environmentWords(environment))]),
    ...(request.production_data ? [say.PRODUCTION_DATA] : []),
    ...(request.external_vendor ? [say.EXTERNAL_VENDOR] : []),
  ]);
}

/** Why it is wanted, what if it is wrong, and what was given for it. */
export function whyParts(shown: ApprovalShown, amount: Amount): KnownBlock[] {
  const { request } = shown.approval;
  const { fields, files } = request.evidence;
  // The words of who asks are the rationale already.
  const given = Object.entries(fields).filter(
    ([, words]) => words.trim() !== '' && words !== request.rationale,
  );
  const short = { ...amount, text: Math.min(amount.text, amount.evidenceText) };
  const wrong = `${shown.kind.ifWrong} ${say.stakeWords(request.classification)}`;
  const hidden = Math.max(0, given.length - amount.evidence) + Math.max(0, files.length - amount.lines);
  return [
    ...(request.rationale.trim() === '' ? [] : [wordsBlock(say.WHY, request.rationale, amount)]),
    section(`*${say.IF_WRONG}*\n${inertValue(wrong, LONGEST_SECTION - 100)}`),
    ...(given.length + files.length === 0 ? [] : [section(`*${say.EVIDENCE}*`)]),
    ...given.slice(0, amount.evidence).map(([name, words]) => wordsBlock(name.slice(0, 200), words, short)),
    ...notes(
      ...files
        .slice(0, amount.lines)
        .map(({ name, bytes, sha256 }) =>
          inertValue(`${say.fileWords(name, bytes)} ${sha256.slice(0, 8)}`, LONGEST_LINE),
        ),
      ...(hidden === 0 ? [] : [inertValue(say.moreLines(hidden), LONGEST_LINE)]),
    ),
  ];
}

/** What was decided before, who has decided now, and everything that names this request. */
export function closingParts(shown: ApprovalShown, amount: Amount): KnownBlock[] {
  return [
    ...linesSection(
      say.RELATED,
      shown.related.slice(0, amount.lines).map(({ text, url }) => linkValue(url, text, LONGEST_VALUE)),
    ),
    ...saidParts(shown),
    ...namingParts(shown),
  ];
}

/** Until when, and everything that names this request. */
export function namingParts({ approval, policy, fingerprint, id, audit }: ApprovalShown): KnownBlock[] {
  const until = decideUntil(approval);
  const cited = say.policyWords(approval.request.policy.name, policy.owner);
  return [
    ...(approval.status === 'open'
      ? notes(until === null ? say.NO_DEADLINE : `${say.EXPIRES} ${liveDate(until)}.`)
      : []),
    ...notes(
      linkValue(policy.url, cited, LONGEST_VALUE),
      `${say.FINGERPRINT} \`${fingerprint.replace(/[^0-9a-f]/g, '').slice(0, 8)}\` (${say.COMPARE})`,
      inertValue(say.requestId(id), LONGEST_VALUE),
      ...(audit === null ? [] : [inertValue(say.auditId(audit), LONGEST_VALUE)]),
    ),
  ];
}
