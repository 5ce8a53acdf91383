import type { TicketId } from '../../model/ids.ts';
import type { RecordState } from '../../model/native-approval.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { Author } from '../../model/ticket.ts';
import {
  answerNotKept,
  answerNotSeen,
  approvalBy,
  LET_APPROVERS_ANSWER,
  linkToDecide,
  NO_REASON,
  NO_SUCH_APPROVAL,
  norADelegate,
  notAsked,
  onlyOwnSignIn,
  TO_ANSWER_APPROVAL,
  TO_READ_REQUEST,
  wasDecided,
} from '../../texts/servicenow-talk.ts';
import type { ApprovalAnswer, Approvals, TicketApproval } from '../capabilities.ts';
import {
  type ApprovalGroup,
  type ApproverRow,
  type Delegate,
  decidedBy,
  readApprovers,
  readDelegates,
  readGroups,
  stateOf,
} from './approver-rows.ts';
import { createDirectory } from './directory.ts';
import type { ESignature } from './e-signature.ts';
import { inert, oneLine } from './fields.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import { RawRecord, SysId, type UserRow } from './schema.ts';
import { type SignIn, type SignIns, toldOf } from './sign-ins.ts';
import type { Tickets } from './tickets.ts';

export interface ApprovalParts {
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly eSignature: ESignature;
  readonly baseUrl: string;
  readonly now: () => Date;
}

/** An approval with the records that it is made of. */
interface Known {
  readonly approval: TicketApproval;
  readonly rows: readonly ApproverRow[];
}

/** How a group stands when its own record does not tell. */
function stateOfRows(rows: readonly ApproverRow[]): RecordState {
  const states = rows.map((row) => stateOf(row.state));
  for (const state of ['declined', 'pending', 'approved'] as const) if (states.includes(state)) return state;
  return 'void';
}

const urlOf = (baseUrl: string, table: string, sysId: string) =>
  `${baseUrl}/nav_to.do?uri=${encodeURIComponent(`${table}.do?sys_id=${sysId}`)}`;

interface About {
  readonly group: ApprovalGroup | null;
  readonly delegates: ReadonlyMap<string, readonly Delegate[]>;
  readonly onlyThere: string | null;
  readonly baseUrl: string;
}

function knownOf(id: string, rows: readonly ApproverRow[], about: About): Known {
  const [first] = rows;
  const asked = about.group?.['assignment_group.name'] || first?.['approver.name'] || 'somebody';
  const isGroup = (first?.group ?? '') !== '';
  const created = first === undefined ? Number.NaN : Date.parse(`${first.sys_created_on.replace(' ', 'T')}Z`);
  const approval: TicketApproval = {
    id,
    name: approvalBy(oneLine(asked, 100)),
    state: stateOf(about.group?.approval ?? '') ?? stateOfRows(rows),
    approvers: rows.map((row) => ({
      account: row.approver,
      name: row['approver.name'] || row.approver,
      decision: stateOf(row.state) ?? 'void',
      decidedBy: decidedBy(row, about.delegates.get(row.approver) ?? []),
      delegates: (about.delegates.get(row.approver) ?? []).map(({ account }) => account),
    })),
    createdAt: Number.isNaN(created) ? null : new Date(created),
    url: urlOf(about.baseUrl, isGroup ? 'sysapproval_group' : 'sysapproval_approver', id),
    onlyThere: about.onlyThere,
  };
  return { approval, rows };
}

/** The ticket, and of a request item the request above it, which may be approved as a whole. */
async function recordsOf({ signIns, tickets }: ApprovalParts, ticket: TicketId): Promise<Outcome<SysId[]>> {
  const located = await tickets.locate(ticket);
  if (located.kind !== 'ok') return located;
  const { table, sysId } = located.value;
  if (table !== 'sc_req_item') return ok([sysId]);
  const options = { row: RawRecord, fields: ['sys_id', 'request'], doing: TO_READ_REQUEST };
  const read = await signIns.reader.client.get(table, sysId, options);
  if (read.kind !== 'ok') return read;
  const request = SysId.safeParse(read.value['request']);
  return ok(request.success ? [sysId, request.data] : [sysId]);
}

/** Rows by what they belong to: a group that is asked as one, else each for itself; in the order of the oldest. */
function piled(rows: readonly ApproverRow[]): ReadonlyMap<string, readonly ApproverRow[]> {
  const piles = new Map<string, ApproverRow[]>();
  for (const row of rows) {
    const id = row.group === '' ? row.sys_id : row.group;
    piles.set(id, [...(piles.get(id) ?? []), row]);
  }
  return piles;
}

async function readKnown(parts: ApprovalParts, ticket: TicketId): Promise<Outcome<readonly Known[]>> {
  const { client } = parts.signIns.approvals;
  const records = await recordsOf(parts, ticket);
  if (records.kind !== 'ok') return records;
  const rows = await readApprovers(client, records.value);
  if (rows.kind !== 'ok') return rows;
  const groupIds = rows.value.flatMap(({ group }) => (group === '' ? [] : [group]));
  const groups = await readGroups(client, [...new Set(groupIds)]);
  if (groups.kind !== 'ok') return groups;
  const pending = rows.value.filter((row) => stateOf(row.state) === 'pending');
  // Of those who have decided, too: whoever stood in may have done it.
  const users = [...new Set(rows.value.map((row) => row.approver))];
  const delegates = await readDelegates(client, users, parts.now());
  if (delegates.kind !== 'ok') return delegates;
  const reasons = new Map<string, string | null>();
  for (const table of new Set(pending.map((row) => row['sysapproval.sys_class_name']))) {
    const reason = await parts.eSignature(table);
    if (reason.kind !== 'ok') return reason;
    reasons.set(table, reason.value);
  }
  return ok(
    [...piled(rows.value)].map(([id, own]) =>
      knownOf(id, own, {
        group: groups.value.get(id) ?? null,
        delegates: delegates.value,
        onlyThere: reasons.get(own[0]?.['sysapproval.sys_class_name'] ?? '') ?? null,
        baseUrl: parts.baseUrl,
      }),
    ),
  );
}

async function readOne(parts: ApprovalParts, answer: ApprovalAnswer): Promise<Outcome<Known>> {
  const known = await readKnown(parts, answer.ticket);
  if (known.kind !== 'ok') return known;
  const found = known.value.find(({ approval }) => approval.id === answer.approval);
  return found === undefined ? rejected('not-found', NO_SUCH_APPROVAL) : ok(found);
}

interface Approver {
  readonly signIn: SignIn;
  readonly user: UserRow;
}

/** Whoever answers, by his own sign-in: nobody decides in another person's name. */
async function approverOf({ signIns }: ApprovalParts, by: Author): Promise<Outcome<Approver>> {
  const name = oneLine(by.name, 100);
  if (by.grant === null) {
    const advice = linkToDecide(name);
    return rejected('forbidden', onlyOwnSignIn(advice));
  }
  const signIn = signIns.of(by);
  const user = await createDirectory(signIn.client).ourselves();
  return user.kind === 'ok' ? ok({ signIn, user: user.value }) : toldOf(by, user);
}

/** The record in which he decides: his own, else one of somebody whose delegate he is at this moment. */
function rowFor({ approval, rows }: Known, { user }: Approver): ApproverRow | undefined {
  const open = rows.filter((row) => stateOf(row.state) === 'pending');
  const delegators = new Set(
    approval.approvers.filter((one) => one.delegates.includes(user.sys_id)).map((one) => one.account),
  );
  return open.find((row) => row.approver === user.sys_id) ?? open.find((row) => delegators.has(row.approver));
}

function decidedMeanwhile({ approval }: Known) {
  return rejected('conflict', wasDecided(approval.name, approval.state));
}

const VALUES = { approved: 'approved', declined: 'rejected' } as const;

function refusalOf(known: Known, row: ApproverRow | undefined, by: Author) {
  const { approval } = known;
  if (approval.state !== 'pending') return decidedMeanwhile(known);
  if (approval.onlyThere !== null) return rejected('forbidden', `${approval.onlyThere} ${approval.url}`);
  if (row !== undefined) return null;
  const what = notAsked(oneLine(by.name, 100), approval.name);
  return rejected('forbidden', norADelegate(what));
}

async function sendAnswer(parts: ApprovalParts, answer: ApprovalAnswer): Promise<Outcome<TicketApproval>> {
  const who = await approverOf(parts, answer.by);
  if (who.kind !== 'ok') return who;
  const known = await readOne(parts, answer);
  if (known.kind !== 'ok') return known;
  const row = rowFor(known.value, who.value);
  const refusal = refusalOf(known.value, row, answer.by);
  if (refusal !== null || row === undefined) return refusal ?? decidedMeanwhile(known.value);
  const state = VALUES[answer.decision];
  // A refusal without a word is not taken from forms, and explains nothing.
  const comments = answer.comment ?? (answer.decision === 'declined' ? NO_REASON : '');
  const written = await who.value.signIn.client.update('sysapproval_approver', row.sys_id, {
    values: { state, ...(comments === '' ? {} : { comments: inert(comments) }) },
    row: RawRecord,
    fields: ['sys_id', 'state'],
    doing: TO_ANSWER_APPROVAL,
  });
  if (written.kind === 'retry') return written;
  const after = await readOne(parts, answer);
  if (written.kind === 'rejected') {
    const isLate = after.kind === 'ok' && after.value.approval.state !== 'pending';
    return isLate ? decidedMeanwhile(after.value) : toldOf(answer.by, written);
  }
  if (written.value['state'] !== state) {
    const advice = LET_APPROVERS_ANSWER;
    return rejected('forbidden', answerNotKept(advice));
  }
  if (after.kind === 'ok') return ok(after.value.approval);
  return unknownEffect(answerNotSeen(after.reason));
}

async function findAnswer(
  parts: ApprovalParts,
  answer: ApprovalAnswer,
): Promise<Outcome<TicketApproval | null>> {
  const who = await approverOf(parts, answer.by);
  if (who.kind !== 'ok') return who;
  const known = await readOne(parts, answer);
  if (known.kind !== 'ok') return known;
  const { sys_id: account, user_name: userName } = who.value.user;
  const isHis = (row: ApproverRow) =>
    row.state === VALUES[answer.decision] && (row.approver === account || row.sys_updated_by === userName);
  return ok(known.value.rows.some(isHis) ? known.value.approval : null);
}

/** Approvals that ServiceNow waits for. Proof: compare and set, because a record is answered once. */
export function createApprovals(parts: ApprovalParts): Approvals {
  return {
    surface: 'servicenow',
    async list(ticket) {
      const known = await readKnown(parts, ticket);
      return known.kind === 'ok' ? ok(known.value.map(({ approval }) => approval)) : known;
    },
    answer: {
      proof: 'compare-and-set',
      timeoutMs: WRITE_TIMEOUT_MS,
      settleMs: SETTLE_MS,
      send: (answer) => sendAnswer(parts, answer),
      find: (answer) => findAnswer(parts, answer),
    },
  };
}
