import {
  type Followed,
  followNative,
  judgedOnce,
  NEVER,
  openNative,
  type Spoken,
} from '../approvals/native.ts';
import { policyHash } from '../approvals/payload.ts';
import type { TicketApproval } from '../connectors/capabilities.ts';
import type { Connector } from '../connectors/connector.ts';
import {
  type Approval,
  type ApprovalRequest,
  ApprovalRequest as RequestSchema,
  STAKES,
  type Surface,
} from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { NATIVE_KIND, type NativeRecord } from '../model/native-approval.ts';
import type { Cause, HeldApproval } from '../store/approvals.ts';
import type { StoreTx } from '../store/store.ts';
import { NAMELESS } from '../texts/approval-notes.ts';
import {
  decidedThereText,
  nobodyKnownNote,
  nobodysDecisionNote,
  ownDecisionNote,
} from '../texts/native-approvals.ts';
import { renewCards } from './approval-cards.ts';
import type { Approving } from './approving.ts';
import { knownApprovers } from './known-approvers.ts';
import { namesOf } from './move-approval.ts';
import { note } from './tell-approval.ts';
import type { World } from './world.ts';

/** Nobody here has classified what a ticket system asks. */
const RISK = 'medium';
const POLICY = { name: 'ticket-system', hash: policyHash({ name: 'ticket-system', v: 1 }) };

/** Where a record stands. */
export interface There {
  readonly world: World;
  readonly approving: Approving;
  readonly link: Link;
  readonly connector: Connector;
}

export const recordOf = ({ id: connector }: Connector, seen: TicketApproval): NativeRecord => {
  const { id, name, state, url, onlyThere } = seen;
  const approvers = seen.approvers.map((one) => ({ ...one, delegates: [...one.delegates] }));
  return { connector, id, name, state, approvers, url, onlyThere };
};

/** What whoever decides is shown, as our request. Null while nobody knows what the ticket says. */
export function requestFor(
  { link, connector }: Pick<There, 'link' | 'connector'>,
  record: NativeRecord,
  people: Pick<ApprovalRequest, 'requester' | 'beneficiary'>,
): ApprovalRequest | null {
  const { ticket } = link;
  if (ticket === null || ticket.id === null || ticket.fields === null) return null;
  const fields = { approval: record.name, 'ticket.summary': ticket.fields.summary };
  const shown = Object.entries(fields).map(([name, text]) => [name, text.toWellFormed()]);
  return RequestSchema.parse({
    ...{ v: 1, kind: NATIVE_KIND, target: { system: connector.id, ticket: ticket.id }, work: {} },
    evidence: { fields: Object.fromEntries(shown), files: [] },
    ...people,
    author: null,
    proposer: { kind: 'person', principal: people.requester, own_rights: false },
    trigger: `record ${record.id}`,
    ...{ rationale: '', confidence: null, environment: 'none' },
    ...{ production_data: false, external_vendor: false },
    classification: {
      stakes: Object.fromEntries(STAKES.map((stake) => [stake, null])),
      ...{ likelihood: null, severity: null, reversible: null },
    },
    ...{ risk: RISK, policy: POLICY, correlation: link.id, expires_at: NEVER },
  });
}

const causeFor = (
  kind: string,
  result: string,
  who: Pick<Cause, 'actor' | 'principal' | 'surface'>,
): Cause => ({ kind, result, cause: null, ...who });
const ofRecord = ({ connector }: Pick<There, 'connector'>) => ({
  actor: `connector:${connector.id}`,
  principal: null,
  surface: null,
});

/** A record that waits and is new becomes an approval of ours, and those whom it asks are asked here too. */
export async function openRecord(
  tx: StoreTx,
  there: There,
  {
    record,
    request,
    nth = 0,
  }: {
    readonly record: NativeRecord;
    readonly request: ApprovalRequest;
    /** So often it was there before and gone again. */
    readonly nth?: number;
  },
): Promise<void> {
  const { link, approving } = there;
  const approval = openNative(request);
  const origin = `native:${record.connector}:${record.id}${nth === 0 ? '' : `:${nth}`}`;
  const cause = causeFor('approval.opened', 'open', ofRecord(there));
  await tx.links.wake(link.id, false);
  const id = await tx.approvals.open(link.id, { origin, approval, native: record }, cause);
  if (id === null) return;
  await ask(tx, approving, { id, approval });
  if ((await knownApprovers(tx, record)).size === 0)
    await tx.operations.append(link.id, [note(nobodyKnownNote(record.name))]);
}

async function ask(
  tx: StoreTx,
  { rules }: Approving,
  { id, approval }: { readonly id: HeldApproval['id']; readonly approval: Approval },
  isNewRound = true,
): Promise<void> {
  const { round, at: step } = approval;
  await tx.errands.add({ kind: 'ask-approval', approval: id, round, step });
  // One errand looks after each round.
  if (!isNewRound || rules.reminders.most === 0) return;
  const afterMs = rules.reminders.every_minutes * 60_000;
  await tx.errands.add({ kind: 'keep-approval', approval: id, round, step, until: null }, afterMs);
}

/** Who answered from here just now, and where: the record itself does not say that. */
export interface AnsweredHere {
  readonly by: PrincipalId;
  readonly seat: PrincipalId;
  readonly surface: Surface;
}

/** Writes down what the record says now, and what follows from it. Call it where the approval is held. */
export async function followRecord(
  tx: StoreTx,
  there: There,
  {
    held,
    record: read,
    here = null,
  }: {
    readonly held: HeldApproval;
    readonly record: NativeRecord;
    readonly here?: AnsweredHere | null;
  },
): Promise<void> {
  const before = held.native;
  if (before === null || held.approval.status !== 'open') return;
  const record = judgedOnce(before, read);
  const request = requestFor(there, record, held.approval.request) ?? held.approval.request;
  const people = await knownApprovers(tx, record);
  await noteUncounted(tx, there, { held, record, people });
  const spoken = spokenIn(there, { record, people, here });
  const followed = followNative(held.approval, { request, state: record.state, spoken, now: held.now });
  let now: HeldApproval = held;
  for (const one of followed) {
    await tx.approvals.save(now, one.approval, causeOf(there, one, record, people));
    now = { ...now, approval: one.approval };
  }
  await tx.approvals.keepNative(held.id, record);
  if (now.approval.status === 'open') {
    const asksOthers = JSON.stringify(before.approvers) !== JSON.stringify(record.approvers);
    const isNewRound = now.approval.round !== held.approval.round;
    if (asksOthers || isNewRound)
      await ask(tx, there.approving, { id: held.id, approval: now.approval }, isNewRound);
  }
  await sayFollowed(tx, there, { held, record, followed });
  if (followed.length > 0) await renewCards(tx, { ...now, native: record });
}

function spokenIn(
  { connector }: There,
  {
    record,
    people,
    here,
  }: {
    readonly record: NativeRecord;
    readonly people: ReadonlyMap<string, PrincipalId>;
    readonly here: AnsweredHere | null;
  },
): readonly Spoken[] {
  const own = connector.can.approvals?.surface;
  if (own === undefined) return [];
  return record.approvers.flatMap(({ account, decision, decidedBy }): Spoken[] => {
    const seat = people.get(account);
    if (decidedBy !== 'person') return [];
    if (seat === undefined || (decision !== 'approved' && decision !== 'declined')) return [];
    const said = decision === 'approved' ? ('approve' as const) : ('deny' as const);
    const isHere = here !== null && here.seat === seat;
    return [{ by: isHere ? here.by : seat, seat, decision: said, surface: isHere ? here.surface : own }];
  });
}

/** Something was decided there by nobody, or by somebody whom nobody here knows: it counts there, and is no vote here. */
async function noteUncounted(
  tx: StoreTx,
  there: There,
  {
    held,
    record,
    people,
  }: {
    readonly held: HeldApproval;
    readonly record: NativeRecord;
    readonly people: ReadonlyMap<string, PrincipalId>;
  },
): Promise<void> {
  const { link, connector, world } = there;
  const had = new Map(held.native?.approvers.map((one) => [one.account, one]));
  for (const { account, name, decision, decidedBy } of record.approvers) {
    const before = had.get(account);
    if (before?.decision === decision && before.decidedBy === decidedBy) continue;
    if (decidedBy === null || (decision !== 'approved' && decision !== 'declined')) continue;
    if (decidedBy === 'person' && people.has(account)) continue;
    const result = decidedBy === 'person' ? 'unknown-person' : 'not-a-person';
    const surface = surfaceOf(there);
    const who = { actor: `${connector.id}:${account}`, principal: null, surface };
    const kind = decision === 'approved' ? 'approval.approve' : 'approval.deny';
    await tx.approvals.refused(held, causeFor(kind, result, who));
    world.metrics.count('deskbridge_approval_decisions', { surface: surface ?? '', result });
    if (decidedBy === 'person') continue;
    await tx.operations.append(link.id, [note(nobodysDecisionNote(name, decision, record.name))]);
    const data = { object: `approval:${held.id}`, account: who.actor, why: result };
    await tx.audit.record({ kind: 'approval.alarm', actor: 'deskbridge', link: link.id, data });
    await tx.links.wake(link.id, false);
  }
}

const surfaceOf = ({ connector }: There): Surface | null => connector.can.approvals?.surface ?? null;

function causeOf(
  there: There,
  followed: Followed,
  record: NativeRecord,
  people: ReadonlyMap<string, PrincipalId>,
): Cause {
  if (followed.kind === 'changed') return causeFor('approval.voided', 'changed', ofRecord(there));
  if (followed.kind === 'closed')
    return causeFor('approval.closed', followed.approval.status, ofRecord(there));
  const { by, seat, decision, surface } = followed.vote;
  const account = record.approvers.find((one) => people.get(one.account) === seat)?.account ?? '';
  const who = { actor: `${there.connector.id}:${account}`, principal: by, surface };
  return causeFor(`approval.${decision}`, 'counted', who);
}

/** The person who asked hears how it ended; the agents where somebody decided about a request of his own. */
async function sayFollowed(
  tx: StoreTx,
  { link }: There,
  {
    held,
    record,
    followed,
  }: {
    readonly held: HeldApproval;
    readonly record: NativeRecord;
    readonly followed: readonly Followed[];
  },
): Promise<void> {
  const { requester, beneficiary } = held.approval.request;
  const own = followed.flatMap((one) =>
    one.kind === 'voted' && one.vote.decision === 'approve' && [requester, beneficiary].includes(one.vote.by)
      ? [one.vote.by]
      : [],
  );
  const names = await namesOf(tx, own);
  for (const by of own) {
    await tx.operations.append(link.id, [note(ownDecisionNote(names.get(by) ?? NAMELESS, record.name))]);
    const alarm = { kind: 'approval.alarm', actor: 'deskbridge', principal: null, surface: null };
    await tx.approvals.refused(
      held,
      { ...alarm, result: 'own-request', cause: null },
      { principal: by, why: 'own-request' },
    );
  }
  const text = followed.some(({ kind }) => kind === 'closed')
    ? decidedThereText(record.name, record.state)
    : null;
  if (text !== null)
    await tx.operations.append(link.id, [
      { lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'conversation' } },
    ]);
  if (followed.length > 0) await tx.links.wake(link.id, false);
}
