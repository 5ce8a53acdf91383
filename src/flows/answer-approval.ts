import { isVote } from '../approvals/means.ts';
import type { ApprovalAnswer, TicketApproval } from '../connectors/capabilities.ts';
import type { Connector } from '../connectors/connector.ts';
import type { PrincipalId, SlackUser } from '../model/ids.ts';
import { SlackUser as SlackUserSchema } from '../model/ids.ts';
import type { Link, OperationBody } from '../model/link.ts';
import type { NativeRecord } from '../model/native-approval.ts';
import { type Outcome, ok, type Rejected } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { HeldApproval } from '../store/approvals.ts';
import type { StoreTx } from '../store/store.ts';
import { NAMELESS, reference } from '../texts/approval-notes.ts';
import {
  answeredNote,
  decidedMeanwhile,
  mayNotDecide,
  noSignIn,
  notTakenText,
  onlyThere,
} from '../texts/native-approvals.ts';
import type { Approving, BallotRefusal } from './approving.ts';
import { followRecord, recordOf } from './follow-record.ts';
import { namesOf, notedOf } from './move-approval.ts';
import { lookAtRecords } from './native-approvals.ts';
import { grantOf } from './prepare-ticket.ts';
import { type Finished, type Preparation, ticketLimits, ticketOf } from './prepared.ts';
import { isAuditor } from './roster.ts';
import { note } from './tell-approval.ts';
import type { World } from './world.ts';

type Body = Extract<OperationBody, { kind: 'answer-approval' }>;

/** Who answers, and in which approver's place. */
interface Answering {
  readonly user: SlackUser;
  /** The accounts of those in whose place he may answer, his own first. */
  readonly accounts: readonly string[];
}

/** Those records of the ticket system in which this account decides now. */
const placesOf = ({ approvers }: NativeRecord, account: string): readonly string[] =>
  approvers
    .filter(({ decision }) => decision === 'pending')
    .filter((one) => one.account === account || one.delegates.includes(account))
    .map((one) => one.account)
    .sort((a, b) => Number(b === account) - Number(a === account));

/** Whether he can answer from here with an account of his own, or why not. */
export async function mayAnswer(
  world: World,
  { native, approval }: Pick<StoredApproval, 'native' | 'approval'>,
  by: PrincipalId,
): Promise<Answering | BallotRefusal> {
  if (native === null || approval.status !== 'open') return 'over';
  const { requester, beneficiary } = approval.request;
  if (by === requester || by === beneficiary) return 'may-not-decide';
  const { approvals: approving } = world;
  if (approving !== undefined && (await isAuditor(approving, world.store, by))) return 'may-not-decide';
  const [person] = await world.store.approvers.people([by]);
  const account = person?.ids.get(native.connector) ?? null;
  const slack = person?.ids.get('slack');
  const accounts = account === null ? [] : placesOf(native, account);
  if (accounts.length === 0) return account === null ? 'no-sign-in' : 'not-asked';
  if (native.onlyThere !== null) return 'only-there';
  const user = slack === undefined ? null : SlackUserSchema.parse(slack);
  const linked = user === null ? null : await world.store.accounts.get(user, native.connector);
  if (user === null || linked === null || grantOf(world, linked) === null) return 'no-sign-in';
  return { user, accounts };
}

/** What somebody decided from here, as far as it is on its way. */
export interface Relayed {
  readonly by: PrincipalId;
  readonly user: SlackUser;
  readonly surface: Body['surface'];
  readonly means: Parameters<typeof isVote>[1];
  readonly decision: Body['decision'];
  readonly reason: string;
  readonly round: number;
  readonly hash: string;
}

/** Sends it on its way, in the transaction that uses up his token. Null: it is under way, and the record decides. */
export async function relay(tx: StoreTx, held: HeldApproval, said: Relayed): Promise<BallotRefusal | null> {
  const { approval, native } = held;
  const { by, user, surface, means, decision, reason, round, hash } = said;
  if (native === null || approval.status !== 'open') return 'over';
  if (!isVote(surface, means)) return 'not-a-vote';
  if (round !== approval.round || hash !== approval.hash) return 'another-version';
  if (decision === 'deny' && reason.trim() === '') return 'reason-missing';
  if (approval.votes.some((vote) => vote.by === by)) return 'has-voted';
  const body: Body = { kind: 'answer-approval', approval: held.id, by, user, decision, surface, reason };
  await tx.operations.append(held.link, [{ lane: 'ticket', itemId: null, body }]);
  await tx.links.wake(held.link, false);
  return null;
}

interface Sending {
  readonly world: World;
  readonly approving: Approving;
  readonly link: Link;
  readonly connector: Connector;
  readonly record: StoredApproval;
  readonly body: Body;
}

/** The answer itself, by his own hand; whoever has none any more is told, and what stands behind it goes on. */
export async function prepareAnswer(world: World, link: Link, body: Body): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const approving = world.approvals;
  const record = await world.store.approvals.get(body.approval);
  const answers = connector.can.approvals;
  if (approving === undefined || record === null || answers === undefined || record.native === null)
    return ok({ skip: 'approvals are switched off' });
  const { answer: effect } = answers;
  const sending: Sending = { world, approving, link, connector, record, body };
  const { native } = record;
  const answer = async (): Promise<ApprovalAnswer | string> => {
    const may = await mayAnswer(world, record, body.by);
    const linked = await world.store.accounts.get(body.user, native.connector);
    const grant = linked === null ? null : grantOf(world, linked);
    if (may === 'may-not-decide') return mayNotDecide;
    if (may === 'only-there') return onlyThere;
    // What is over or not asked any more its record says itself.
    if (typeof may === 'string' && may !== 'over' && may !== 'not-asked') return noSignIn;
    if (grant === null) return noSignIn;
    const [name] = (await namesOf(world.store, [body.by])).values();
    const decision = body.decision === 'approve' ? ('approved' as const) : ('declined' as const);
    const said = { decision, by: { name: name ?? NAMELESS, grant }, comment: body.reason.trim() || null };
    return { ticket: id, approval: native.id, ...said };
  };
  return ok({
    point: { send: 'ticket.write.send', find: 'ticket.write.find' },
    ...ticketLimits(connector, id),
    timeoutMs: effect.timeoutMs,
    settleMs: effect.settleMs,
    async send(attempt) {
      const asked = await answer();
      if (typeof asked === 'string') return ok(notTaken(sending, asked));
      if ((await world.store.approvals.get(body.approval))?.approval.status !== 'open')
        return ok(notTaken(sending, decidedMeanwhile));
      const sent = await effect.send(asked, attempt);
      if (sent.kind === 'rejected') return ok(await refusedThere(sending, sent));
      return sent.kind === 'ok' ? ok(taken(sending, sent.value)) : sent;
    },
    async find(attempt) {
      const asked = await answer();
      if (typeof asked === 'string') return ok(notTaken(sending, asked));
      const there = await effect.find(asked, attempt);
      if (there.kind === 'rejected') return ok(await refusedThere(sending, there));
      if (there.kind !== 'ok') return there;
      return ok(there.value === null ? null : taken(sending, there.value));
    },
    remember: null,
    otherwise: null,
    dispose: async () => {},
  });
}

/** The record shows it: it counts. */
function taken({ world, approving, link, connector, record, body }: Sending, seen: TicketApproval): Finished {
  return {
    remoteId: seen.id,
    async commit(tx) {
      const held = await tx.approvals.hold(body.approval);
      if (held === null) return;
      const { by, decision, surface, reason } = body;
      const native = recordOf(connector, seen);
      const seat = await seatOf(tx, record.native ?? native, { by, after: native });
      const there = { world, approving, link, connector };
      await followRecord(tx, there, { held, record: native, here: { by, seat, surface } });
      const name = (await namesOf(tx, [by])).get(by) ?? NAMELESS;
      const of = reference(await notedOf(tx, held.id, held.approval));
      const said = { name: native.name, decision, surface, reason, reference: of };
      await tx.operations.append(link.id, [note(answeredNote(name, said))]);
      await lookAtRecords(tx, link.id);
      world.metrics.count('deskbridge_approval_decisions', { surface, result: 'counted' });
    },
  };
}

/** In whose place he answered: of the records in which he could, the one that is decided now. */
async function seatOf(
  tx: StoreTx,
  before: NativeRecord,
  { by, after }: { readonly by: PrincipalId; readonly after: NativeRecord },
): Promise<PrincipalId> {
  const [person] = await tx.approvers.people([by]);
  const account = person?.ids.get(before.connector) ?? '';
  const place = placesOf(before, account).find((one) =>
    after.approvers.some(
      ({ account: other, decision }) => other === one && (decision === 'approved' || decision === 'declined'),
    ),
  );
  const seat = place === undefined ? null : await tx.principals.of({ system: before.connector, id: place });
  return seat?.id ?? by;
}

/** The ticket system does not take it from him. A sign-in that is refused is not used again. */
async function refusedThere(sending: Sending, { code, reason }: Rejected): Promise<Finished> {
  const { world, connector, body } = sending;
  if (code === 'auth') await world.store.accounts.refuse(body.user, connector.id, reason);
  return notTaken(sending, code === 'auth' ? noSignIn : reason);
}

/** Nothing was decided by it; he is told, and the record is read, which shows how it stands. */
function notTaken({ world, link, record, body }: Sending, why: string): Finished {
  return {
    remoteId: null,
    async commit(tx) {
      const held = await tx.approvals.hold(body.approval);
      if (held === null) return;
      const { by, surface, user } = body;
      const cause = { actor: `slack:${user}`, principal: by, surface, result: 'not-taken', cause: null };
      await tx.approvals.refused(held, { kind: `approval.${body.decision}`, ...cause });
      const text = notTakenText(record.native?.name ?? '', why, record.native?.url ?? '');
      await tx.operations.append(link.id, [
        { lane: 'slack', itemId: null, body: { kind: 'tell', user, text, alarm: true } },
      ]);
      await lookAtRecords(tx, link.id);
      await tx.links.wake(link.id, false);
      world.metrics.count('deskbridge_approval_decisions', { surface, result: 'not-taken' });
    },
  };
}
