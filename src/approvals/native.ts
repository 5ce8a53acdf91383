import type { Approval, ApprovalRequest, ApprovalStatus, Surface, Vote } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import { BY_RECORD, type NativeRecord } from '../model/native-approval.ts';
import { payloadHash } from './payload.ts';

/** The record may wait for ever: the year 9999, in milliseconds since 1970. */
export const NEVER = 253_402_300_799_000;

/** A decision that the record of a ticket system takes: one step, that nothing here can end. */
export function openNative(request: ApprovalRequest): Approval {
  return {
    ...{ status: 'open', request, hash: payloadHash(request), round: 1, at: 0, ran: 0 },
    steps: [
      {
        name: BY_RECORD,
        slots: [{ from: BY_RECORD, need: 'any', opened: 1 }],
        ...{ deny: 1, timeout: { after_minutes: 1440, outcome: 'stay' }, runs: false, deadline: null },
      },
    ],
    ...{ votes: [], delegations: [], grant: null },
  };
}

/** What one approver's record says, by whom of ours it is. */
export interface Spoken {
  readonly by: PrincipalId;
  /** In whose place, where somebody else was asked. */
  readonly seat: PrincipalId;
  readonly decision: Vote['decision'];
  readonly surface: Surface;
}

export interface RecordSeen {
  readonly request: ApprovalRequest;
  readonly state: NativeRecord['state'];
  readonly spoken: readonly Spoken[];
  readonly now: number;
}

/** One thing that the reading brought, in the order in which they count. */
export type Followed =
  | { readonly kind: 'changed'; readonly approval: Approval }
  | { readonly kind: 'voted'; readonly approval: Approval; readonly vote: Vote }
  | { readonly kind: 'closed'; readonly approval: Approval };

const ENDS: Readonly<Record<Exclude<NativeRecord['state'], 'pending'>, ApprovalStatus>> = {
  approved: 'approved',
  declined: 'denied',
  void: 'void',
};

/**
 * What an approval becomes when its record says this. The record alone decides: votes are written down, and counted there. A
 * request that reads otherwise than it was shown is another version of it; what was said before is said of both.
 */
export function followNative(approval: Approval, seen: RecordSeen): readonly Followed[] {
  if (approval.status !== 'open') return [];
  const steps: Followed[] = [];
  let now = approval;
  if (payloadHash(seen.request) !== approval.hash) {
    now = { ...openNative(seen.request), round: approval.round + 1 };
    steps.push({ kind: 'changed', approval: now });
  }
  for (const { by, seat, decision, surface } of seen.spoken) {
    if (now.votes.some((vote) => vote.by === by || vote.seat === seat)) continue;
    const vote: Vote = { step: 0, by, seat, decision, hash: now.hash, surface, at: seen.now };
    now = { ...now, votes: [...now.votes, vote] };
    steps.push({ kind: 'voted', approval: now, vote });
  }
  if (seen.state !== 'pending')
    steps.push({ kind: 'closed', approval: { ...now, status: ENDS[seen.state] } });
  return steps;
}

/** Who decided is judged when it is read first: what is written into the record after that is no decision. */
export function judgedOnce(before: NativeRecord, now: NativeRecord): NativeRecord {
  const had = new Map(before.approvers.map((one) => [one.account, one]));
  const approvers = now.approvers.map((one) => {
    const earlier = had.get(one.account);
    const isSame = earlier?.decision === one.decision && earlier.decidedBy !== null;
    return isSame ? { ...one, decidedBy: earlier.decidedBy } : one;
  });
  return { ...now, approvers };
}
