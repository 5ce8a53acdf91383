import { doneWork, type Work } from '../approvals/work.ts';
import type { Approval } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { NewOperation } from '../model/link.ts';
import { askedAgain, askedNext, askedOthers } from '../texts/approval-answers.ts';
import {
  type EndedEarly,
  endedEarlyNote,
  endedEarlyText,
  endedNote,
  endedText,
  lapsedNote,
  lapsedText,
  type NotedRequest,
  workLine,
} from '../texts/approval-notes.ts';
import type { Approving } from './approving.ts';

/** What became of an approval; `before` null: it was opened. */
interface Change {
  readonly approving: Approving;
  readonly before: Approval | null;
  readonly after: Approval;
}

/** Whoever asked hears whom it depends on, and not more than that. */
export function tellRequester(
  { before, after, names, approving }: Change & { readonly names: ReadonlyMap<PrincipalId, string> },
  step: number,
): readonly NewOperation[] {
  const kind = after.request.kind;
  const title = approving.rules.kinds[kind]?.title ?? kind;
  const asked = [...names.values()];
  const text =
    before === null
      ? askedOthers(title, asked)
      : before.round !== after.round
        ? askedAgain(title, asked)
        : before.at < step
          ? askedNext(title, asked)
          : null;
  if (text === null) return [];
  return [{ lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'conversation' } }];
}

/** Those whose say made it what it is. */
export function decidersOf({ status, votes, at }: Approval): readonly PrincipalId[] {
  const decision = status === 'denied' ? 'deny' : 'approve';
  return votes.filter((one) => one.step === at && one.decision === decision).map(({ by }) => by);
}

interface Closing {
  readonly noted: NotedRequest;
  /** Names of those who decided it. */
  readonly by: readonly string[];
  /** What the last of them said. */
  readonly reason: string;
  /** Nobody decided it: why it ended all the same. */
  readonly early: EndedEarly | null;
}

/** What becomes known when it ends. */
export function closing(
  { before, after, approving }: Change,
  { noted, by, reason, early }: Closing,
): readonly NewOperation[] {
  const { status, request } = after;
  if (early !== null) return closingEarly({ approving, after }, { noted, early });
  const title = approving.rules.kinds[request.kind]?.title ?? request.kind;
  const isLapsed = status === 'expired' && before?.status === 'granted';
  const policy = request.policy.name;
  const isSimulated = request.simulated === true;
  const hasRun = !isSimulated && after.ran > 0;
  const text = isLapsed ? lapsedText(title) : endedText(title, status, { policy, by, reason, hasRun });
  const body = text === null ? null : { kind: 'post' as const, text, where: 'conversation' as const };
  return [
    note(isLapsed ? lapsedNote(noted, hasRun) : endedNote(noted, status, { isSimulated, hasRun })),
    ...(body === null ? [] : [{ lane: 'slack' as const, itemId: null, body }]),
  ];
}

function closingEarly(
  { approving, after }: Pick<Change, 'approving' | 'after'>,
  { noted, early }: Pick<Closing, 'noted'> & { readonly early: EndedEarly },
): readonly NewOperation[] {
  const { kind, work } = after.request;
  const line = ({ field, before, after: is }: Work['changes'][number]) => workLine(field, before, is);
  // Where it is only simulated nothing was done.
  const done = after.request.simulated !== true ? doneWork(after).map(line) : [];
  const all = Object.values(work).flatMap(({ changes }) => changes.map(line));
  const progress = { done, left: all.filter((one) => !done.includes(one)) };
  const text = endedEarlyText(approving.rules.kinds[kind]?.title ?? kind, early, progress);
  return [
    note(endedEarlyNote(noted, early, progress)),
    { lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'conversation' } },
  ];
}

export const note = (text: string): NewOperation => ({
  lane: 'ticket',
  itemId: null,
  body: { kind: 'note', text },
});
