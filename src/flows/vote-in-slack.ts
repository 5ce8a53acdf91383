import type { ApprovalAct } from '../model/approval-act.ts';
import type { PrincipalId } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import {
  countedText,
  decidedBefore,
  lookFirst,
  NOT_COUNTED,
  relayedText,
  signInFirst,
} from '../texts/approval-answers.ts';
import { reissueCard } from './approval-cards.ts';
import { type Answer, type Asked, refusal } from './approval-pressed.ts';
import type { BallotRefusal } from './approving.ts';
import { decideApproval, STREAK_SECONDS } from './decide-approval.ts';
import { concernedIn, decidedWhere } from './shown-approval.ts';
import { writeRefusal } from './write-refusal.ts';

type Vote = Extract<ApprovalAct, { kind: 'vote' }>;

/** A card that was sent a moment ago may not be written down yet. */
const MOST_LOOKS = 3;

/** Counts a press of a button or a form that was sent, or says why it does not count. */
export async function voteInSlack(
  { world, approving, pressed }: Asked,
  { token, decision, reason, seen }: Vote,
  attempt: number,
): Promise<Outcome<Answer>> {
  const { by: user, place, view, cause } = pressed;
  const read = approving.tokens.read(token);
  const turnedAway = async (at: StoredApproval | null, result: string, text: string) => {
    const by = { system: 'slack' as const, id: user };
    await writeRefusal(world, { record: at, by, surface: 'card', result, cause });
    return ok(refusal(text));
  };
  if (read === null || read.claims.aud === 'web') return turnedAway(null, 'forged', NOT_COUNTED.forged);
  const { wf: id, apr, aud: surface } = read.claims;
  const record = await world.store.approvals.get(id);
  if (record === null) return turnedAway(null, 'no-such', NOT_COUNTED['no-such']);
  const link = await world.store.links.get(record.link);
  const of = concernedIn(approving, record, link);
  const card = place === null ? null : await world.store.approvals.cards.at(place.channel, place.ts);
  if (place !== null && card === null && attempt < MOST_LOOKS) return ok({ kind: 'not-yet' });
  // Somebody passed it on, or quoted it: the buttons of such a copy are no buttons of ours.
  const isCopied = place !== null && (card === null || card.approval !== id || card.principal !== apr);
  const where = decidedWhere(approving, record, link);
  if (where.kind === 'page' && record.approval.status === 'open')
    return turnedAway(record, 'sign-in-first', signInFirst(of, record.approval.request.risk, where.url));
  if (where.kind === 'nowhere' && record.approval.status === 'open')
    return turnedAway(record, 'not-shown', NOT_COUNTED['not-shown']);
  const decided = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: user }, surface, decision, reason },
    ...{ means: isCopied ? ('copied-card' as const) : ('button' as const), shown: { token }, cause },
    unread: !seen,
  });
  if (decided.kind !== 'ok') return decided;
  if (decided.value.kind === 'refused' && decided.value.why === 'too-fast')
    return ok({ kind: 'words', text: lookFirst(of, STREAK_SECONDS), isRefusal: true, look: id });
  if (decided.value.kind === 'counted') {
    if (view === null) return ok(null);
    const isOver = decided.value.moved.after.status !== 'open';
    return ok({ kind: 'words', text: countedText(of, decision, isOver), isRefusal: false });
  }
  if (decided.value.kind === 'relayed') return ok({ kind: 'words', text: relayedText(of), isRefusal: false });
  return ok(await refused({ world, approving, pressed }, { record, apr, why: decided.value.why }));
}

interface Refused {
  readonly record: StoredApproval;
  readonly apr: PrincipalId;
  readonly why: BallotRefusal;
}

async function refused({ world, approving, pressed }: Asked, { record, apr, why }: Refused): Promise<Answer> {
  const now = await world.store.approvals.get(record.id);
  const of = concernedIn(approving, record, await world.store.links.get(record.link));
  const has = now?.approval.votes.some(({ by, step }) => by === apr && step === now.approval.at) === true;
  // Pressed twice, or heard twice: his own decision stands.
  const isHis = (await world.store.principals.of({ system: 'slack', id: pressed.by }))?.id === apr;
  if ((why === 'used' || why === 'has-voted') && has && isHis)
    return { kind: 'words', text: decidedBefore(of), isRefusal: false };
  if (isHis && now !== null && (why === 'expired' || why === 'another-version' || why === 'used'))
    await world.store.transaction(async (tx) => {
      const held = await tx.approvals.hold(now.id);
      const cards = await tx.approvals.cards.of(now.id);
      if (held !== null && cards.some(({ principal }) => principal === apr))
        await reissueCard(tx, held, { principal: apr, user: pressed.by });
    });
  return refusal(NOT_COUNTED[why]);
}
