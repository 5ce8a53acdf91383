import type { Means } from '../approvals/means.ts';
import { DAY_MS } from '../approvals/standing.ts';
import type { Claims } from '../approvals/token.ts';
import type { Approval, ApprovalId, Decision, RiskClass, Surface } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { TokenFor } from '../store/approval-tokens.ts';
import type { Cause, HeldApproval } from '../store/approvals.ts';
import type { IdentityKey } from '../store/principals.ts';
import type { StoreTx } from '../store/store.ts';
import { delegatedNote, NAMELESS, revokedNote, votedNote } from '../texts/approval-notes.ts';
import { mayAnswer, relay } from './answer-approval.ts';
import type { Approving, BallotRefusal, Shown } from './approving.ts';
import { boundNow } from './build-approval.ts';
import { type Moved, moveApproval, namesOf, notedOf, ringFor, type Told, unfitFor } from './move-approval.ts';
import { mayStandIn } from './roster.ts';
import type { World } from './world.ts';
import { writeRefusal } from './write-refusal.ts';

/** What somebody decided, as a signed call or the record of a ticket system says it. */
export interface Ballot {
  readonly approval: ApprovalId;
  /** Who he is, from the call's own signature or session; never from what he sent. */
  readonly by: IdentityKey;
  readonly surface: Surface;
  readonly means: Means;
  readonly decision: Decision;
  /** Needed to deny. */
  readonly reason: string;
  readonly shown: Shown;
  /** What brought it in, for the audit: a delivery's id, for instance. */
  readonly cause: string | null;
  /** He pressed a button beside a summary, and did not have all of it before him. */
  readonly unread?: boolean;
}

/** Whoever approves so many risky things within so many seconds, unread, has to open the next one. */
const MOST_UNREAD = 3;
export const STREAK_SECONDS = 60;
const RISKY: readonly RiskClass[] = ['medium', 'high', 'critical'];

export type Decided =
  | { readonly kind: 'counted'; readonly moved: Extract<Moved, { kind: 'moved' }> }
  /** On its way to the ticket system, whose own record decides; what became of it the cards show. */
  | { readonly kind: 'relayed' }
  | { readonly kind: 'refused'; readonly why: BallotRefusal };

const refused = (why: BallotRefusal): Decided => ({ kind: 'refused', why });

/**
 * Counts one decision, or says why it does not count: every surface ends here. The first committed valid decision wins; the
 * token is used up in the same transaction. A retry means that nobody could be asked who he is, and that nothing happened.
 */
export async function decideApproval(world: World, ballot: Ballot): Promise<Outcome<Decided>> {
  const found = await actorIn(world, ballot);
  if (found.kind !== 'found') {
    const { by, surface, cause } = ballot;
    const record = await world.store.approvals.get(ballot.approval);
    await writeRefusal(world, { record, by, surface, result: found.why, cause });
    return ok(found);
  }
  const { approving, record, by } = found;
  const unfit = await unfitFor(world, approving, { record, actor: [by] });
  if (unfit.kind !== 'ok') return unfit;
  if (record.native !== null) return decideThere(world, ballot, { ...found, unfit: unfit.value });
  const decided = await world.store.transaction(async (tx): Promise<Decided> => {
    const held = await tx.approvals.hold(ballot.approval);
    if (held === null) return refused('no-such');
    const cause = causeOf(ballot, by, `approval.${ballot.decision}`);
    const opened = await openShown(tx, approving, { held, by, ballot });
    if ('why' in opened) return refuse(tx, held, { ...cause, result: opened.why }, opened.why);
    const { round, hash } = opened;
    // What changed a moment ago, and is not void yet.
    const link = await tx.links.get(held.link);
    const now = link === null ? null : await boundNow(tx, held, link);
    if (now?.isClosed) return refuse(tx, held, { ...cause, result: 'over' }, 'over');
    const isEdited = await tx.approvals.bound.isEdited(held.link);
    if (now === null || isEdited || now.hash !== held.approval.hash)
      return refuse(tx, held, { ...cause, result: 'another-version' }, 'another-version');
    const { surface, means, decision, reason } = ballot;
    const told: Told = { kind: 'vote', by, surface, means, decision, hash, round, reason };
    const said = (own: StoreTx, after: Approval) => saidOfVote(own, held.id, after, reason);
    const moved = await moveApproval(tx, { world, approving, held, unfit: unfit.value, cause, said }, told);
    return moved.kind === 'refused' ? refused(moved.why) : { kind: 'counted', moved };
  });
  count(world, ballot.surface, decided);
  ringFor(world, record);
  return ok(decided);
}

/** The record of the ticket system decides: what was said here is sent there as his own answer, or not at all. */
async function decideThere(
  world: World,
  ballot: Ballot,
  { approving, record, by, unfit }: Extract<Actor, { kind: 'found' }> & { unfit: ReadonlySet<PrincipalId> },
): Promise<Outcome<Decided>> {
  const may = unfit.has(by) ? 'may-not-decide' : await mayAnswer(world, record, by);
  const decided = await world.store.transaction(async (tx): Promise<Decided> => {
    const held = await tx.approvals.hold(ballot.approval);
    if (held === null) return refused('no-such');
    const cause = causeOf(ballot, by, `approval.${ballot.decision}`);
    const opened = await openShown(tx, approving, { held, by, ballot });
    if ('why' in opened) return refuse(tx, held, { ...cause, result: opened.why }, opened.why);
    if (typeof may === 'string') return refuse(tx, held, { ...cause, result: may }, may);
    const { surface, means, decision, reason } = ballot;
    const said = { by, user: may.user, surface, means, decision, reason, ...opened };
    const why = await relay(tx, held, said);
    if (why !== null) return refuse(tx, held, { ...cause, result: why }, why);
    const { reason: _, ...rest } = cause;
    await tx.approvals.refused(held, { ...rest, result: 'relayed' });
    return { kind: 'relayed' };
  });
  count(world, ballot.surface, decided);
  ringFor(world, record);
  return ok(decided);
}

/** Nothing is used up: he opens it and decides. One person's presses are counted one after the other. */
async function isTooFast(
  tx: StoreTx,
  { approval }: HeldApproval,
  { by, ballot }: { readonly by: PrincipalId; readonly ballot: Ballot },
): Promise<boolean> {
  if (ballot.unread !== true || ballot.means !== 'button' || ballot.decision !== 'approve') return false;
  if (!RISKY.includes(approval.request.risk)) return false;
  await tx.approvers.hold(by);
  return (await tx.approvals.approvedLately(by, RISKY, STREAK_SECONDS)) >= MOST_UNREAD;
}

function count(world: World, surface: Surface, decided: Decided): void {
  const result = decided.kind === 'refused' ? decided.why : decided.kind;
  world.metrics.count('deskbridge_approval_decisions', { surface, result });
}

async function refuse(tx: StoreTx, held: StoredApproval, cause: Cause, why: BallotRefusal): Promise<Decided> {
  const { reason: _, ...rest } = cause;
  await tx.approvals.refused(held, rest);
  return refused(why);
}

type Actor =
  | {
      readonly kind: 'found';
      readonly approving: Approving;
      readonly record: StoredApproval;
      readonly by: PrincipalId;
    }
  | Extract<Decided, { kind: 'refused' }>;

async function actorIn(world: World, asked: Pick<Ballot, 'approval' | 'by'>): Promise<Actor> {
  const approving = world.approvals;
  const record = await world.store.approvals.get(asked.approval);
  if (approving === undefined || record === null) return { kind: 'refused', why: 'no-such' };
  const person = await world.store.principals.of(asked.by);
  if (person === null || !person.active) return { kind: 'refused', why: 'unknown-person' };
  return { kind: 'found', approving, record, by: person.id };
}

function causeOf(
  { by, surface, cause, reason }: Pick<Ballot, 'by' | 'surface' | 'cause' | 'reason'>,
  principal: PrincipalId,
  kind: string,
): Cause {
  const actor = by.system === 'slack' ? `slack:${by.id}` : `${by.system}:${by.id}`;
  return { kind, actor, principal, surface, result: 'counted', cause, reason };
}

/** The version that he was shown. A token is used up here, whatever becomes of the vote: it says yes or no once. */
async function openShown(
  tx: StoreTx,
  { tokens }: Approving,
  { held, by, ballot }: { readonly held: HeldApproval; readonly by: PrincipalId; readonly ballot: Ballot },
): Promise<{ readonly round: number; readonly hash: TokenFor['hash'] } | { readonly why: BallotRefusal }> {
  const { shown, surface, decision } = ballot;
  if (await isTooFast(tx, held, { by, ballot })) return { why: 'too-fast' };
  if (!('token' in shown)) return surface === 'jsm' || surface === 'servicenow' ? shown : { why: 'forged' };
  const read = tokens.read(shown.token);
  if (read === null || read.claims.wf !== held.id || read.claims.aud !== surface) return { why: 'forged' };
  const { claims, jtiHash } = read;
  if (claims.dec !== decision) return { why: 'forged' };
  if (claims.apr !== by) return { why: 'not-yours' };
  // Made for a step that is over: whoever decides in the next one is shown that.
  if (claims.step !== held.approval.at) return { why: 'another-version' };
  const consumed = await tx.approvals.tokens.consume(jtiHash, tokenOf(claims));
  if (consumed === 'consumed') return { round: claims.rnd, hash: claims.ph };
  // What became void when the request changed or ended is forgotten: its words still say that it was made here.
  return { why: consumed === 'unknown' ? 'another-version' : consumed };
}

const tokenOf = ({ wf, rnd, step, ph, apr, dec, aud }: Claims): Omit<TokenFor, 'until'> => ({
  ...{ approval: wf, round: rnd, step, principal: apr },
  ...{ decision: dec, hash: ph, surface: aud },
});

async function saidOfVote(
  tx: StoreTx,
  id: ApprovalId,
  after: Approval,
  reason: string,
): Promise<string | null> {
  const vote = after.votes.at(-1);
  if (vote === undefined) return null;
  const { by, seat, decision, surface } = vote;
  const names = await namesOf(tx, [by, seat]);
  const instead = seat === by ? null : (names.get(seat) ?? null);
  const said = { by: names.get(by) ?? NAMELESS, instead, decision, surface, reason };
  return votedNote(await notedOf(tx, id, after), said);
}

/** What somebody does with his own say beside deciding. */
export type OwnAct =
  | { readonly kind: 'revoke' }
  /** `until`: milliseconds since 1970. */
  | { readonly kind: 'delegate'; readonly to: PrincipalId; readonly until: number };

/** He takes his decision back, or lets somebody else decide this one in his place. */
export async function actOnApproval(
  world: World,
  asked: Pick<Ballot, 'approval' | 'by' | 'surface' | 'cause'> & { readonly act: OwnAct },
): Promise<Outcome<Decided>> {
  const found = await actorIn(world, asked);
  if (found.kind !== 'found') return ok(found);
  const { approving, record, by } = found;
  const { act } = asked;
  if (record.native !== null) return ok(refused('only-there'));
  if (act.kind === 'delegate' && !(await mayDelegate(world, approving, record, act.until)))
    return ok(refused('delegation-unsound'));
  const other = act.kind === 'delegate' ? [act.to] : [];
  const unfit = await unfitFor(world, approving, { record, actor: [by, ...other] });
  if (unfit.kind !== 'ok') return unfit;
  const decided = await world.store.transaction(async (tx): Promise<Decided> => {
    const held = await tx.approvals.hold(asked.approval);
    if (held === null) return refused('no-such');
    const cause = causeOf({ ...asked, reason: '' }, by, `approval.${act.kind}d`);
    const said = async (own: StoreTx, after: Approval) => {
      const names = await namesOf(own, [by, ...other]);
      const noted = await notedOf(own, held.id, after);
      const name = (who: PrincipalId) => names.get(who) ?? NAMELESS;
      return act.kind === 'revoke'
        ? revokedNote(noted, name(by))
        : delegatedNote(noted, name(by), name(act.to));
    };
    const moved = await moveApproval(
      tx,
      { world, approving, held, unfit: unfit.value, cause, said },
      { ...act, by },
    );
    if (moved.kind === 'refused') return refused(moved.why);
    return { kind: 'counted', moved };
  });
  ringFor(world, record);
  return ok(decided);
}

/** The owner says for how long, and up to which risk, somebody may stand in. */
async function mayDelegate(
  world: World,
  { rules }: Approving,
  { approval }: StoredApproval,
  until: number,
): Promise<boolean> {
  const longest = (await world.store.now()).getTime() + rules.delegates.longest_days * DAY_MS;
  return mayStandIn(rules, approval.request.risk) && until <= longest;
}
