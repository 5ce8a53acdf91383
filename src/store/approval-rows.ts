import { sql } from 'kysely';
import { z } from 'zod';
import {
  APPROVAL_STATES,
  type Approval,
  ApprovalId,
  ApprovalRequest,
  DECISIONS,
  PayloadHash,
  RISK_CLASSES,
  Slot,
  SURFACES,
  Timeout,
} from '../model/approval.ts';
import { LinkId, PrincipalId } from '../model/ids.ts';
import { NativeRecord } from '../model/native-approval.ts';
import type { Scope } from './scope.ts';

/** A request for a decision with where it belongs. */
export interface StoredApproval {
  readonly id: ApprovalId;
  readonly link: LinkId;
  /** What asked for it; the same never asks twice for one link. */
  readonly origin: string;
  readonly approval: Approval;
  /** What it said before its last change; null: it has not changed. */
  readonly previous: ApprovalRequest | null;
  /** The record of the ticket system that decides it; null: it is decided here. */
  readonly native: NativeRecord | null;
  readonly openedAt: Date;
  /** Null while something may still happen. */
  readonly closedAt: Date | null;
}

const StepRow = z.object({
  name: z.string(),
  slots: z.array(Slot),
  deny: z.number(),
  timeout: Timeout,
  runs: z.boolean(),
  deadline: z.number().nullable(),
});
const VoteRow = z.object({
  step: z.number(),
  principal: PrincipalId,
  seat: PrincipalId,
  decision: z.enum(DECISIONS),
  hash: PayloadHash,
  surface: z.enum(SURFACES),
  at: z.number(),
});
const DelegationRow = z.object({
  from: PrincipalId,
  to: PrincipalId,
  since: z.number(),
  until: z.number(),
});
const ApprovalRow = z.object({
  id: ApprovalId,
  link_id: LinkId,
  origin: z.string(),
  status: z.enum(APPROVAL_STATES),
  round: z.number(),
  step: z.number(),
  ran: z.number(),
  request: z.instanceof(Buffer),
  previous: z.instanceof(Buffer).nullable(),
  native: z.instanceof(Buffer).nullable(),
  hash: PayloadHash,
  risk: z.enum(RISK_CLASSES),
  grant_step: z.number().nullable(),
  grant_until: z.date().nullable(),
  opened_at: z.date(),
  closed_at: z.date().nullable(),
  steps: z.array(StepRow),
  votes: z.array(VoteRow),
  delegations: z.array(DelegationRow),
});

/** Milliseconds since 1970, as the machine counts. */
const STEPS = sql`(select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'slots', s.slots, 'deny', s.deny,
      'timeout', s.timeout, 'runs', s.runs, 'deadline', round(extract(epoch from s.deadline) * 1000)) order by s.step), '[]')
    from approval_step s where s.install_id = a.install_id and s.approval_id = a.id and s.round = a.round)`;
const VOTES = sql`(select coalesce(jsonb_agg(jsonb_build_object('step', v.step, 'principal', v.principal, 'seat', v.seat,
      'decision', v.decision, 'hash', v.hash, 'surface', v.surface, 'at', round(extract(epoch from v.cast_at) * 1000))
      order by v.cast_at, v.id), '[]')
    from approval_vote v where v.install_id = a.install_id and v.approval_id = a.id and v.round = a.round
      and v.void_at is null)`;
const DELEGATIONS = sql`(select coalesce(jsonb_agg(jsonb_build_object('from', d.from_principal, 'to', d.to_principal,
      'since', round(extract(epoch from d.since) * 1000), 'until', round(extract(epoch from d.until) * 1000))
      order by d.since, d.id), '[]')
    from approval_delegation d where d.install_id = a.install_id and d.approval_id = a.id and d.round = a.round)`;
export const APPROVAL_COLUMNS = sql`a.id, a.link_id, a.origin, a.status, a.round, a.step, a.ran, a.request, a.previous, a.native, a.hash, a.risk,
  a.grant_step, a.grant_until, a.opened_at, a.closed_at, ${STEPS} as steps, ${VOTES} as votes, ${DELEGATIONS} as delegations`;

/** What the queries of approvals share: a row and what it says. */
export function approvalRows({ install, envelope }: Scope) {
  type Column = 'request' | 'previous' | 'native';
  const place = (id: string, column: Column) => ({ install, table: 'approval', row: id, column });
  const requestIn = (id: string, sealed: Buffer, column: Column): ApprovalRequest =>
    ApprovalRequest.parse(JSON.parse(envelope.open(place(id, column), sealed).toString('utf8')));
  return {
    sealed: (id: ApprovalId, request: ApprovalRequest, column: Column = 'request'): Buffer =>
      envelope.seal(place(id, column), Buffer.from(JSON.stringify(request))),

    sealedNative: (id: ApprovalId, record: NativeRecord | null): Buffer | null =>
      record === null ? null : envelope.seal(place(id, 'native'), Buffer.from(JSON.stringify(record))),

    opened(row: unknown): StoredApproval {
      const read = ApprovalRow.parse(row);
      const { grant_step: step, grant_until: until, hash } = read;
      const approval: Approval = {
        ...{ status: read.status, hash, round: read.round, at: read.step, ran: read.ran },
        request: requestIn(read.id, read.request, 'request'),
        steps: read.steps,
        votes: read.votes.map(({ principal, ...vote }) => ({ ...vote, by: principal })),
        delegations: read.delegations,
        grant: step === null || until === null ? null : { step, hash, until: until.getTime() },
      };
      const { id, link_id: link, origin, opened_at: openedAt, closed_at: closedAt } = read;
      const previous = read.previous === null ? null : requestIn(id, read.previous, 'previous');
      const native =
        read.native === null
          ? null
          : NativeRecord.parse(JSON.parse(envelope.open(place(id, 'native'), read.native).toString('utf8')));
      return { id, link, origin, approval, previous, native, openedAt, closedAt };
    },
  };
}
