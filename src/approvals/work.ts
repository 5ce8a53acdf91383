import type { ApprovalRequest, ApprovalStep } from '../model/approval.ts';
import {
  LEVELS,
  PRIORITIES,
  type TicketFields,
  WANTED_STATUSES,
  type WantedFields,
} from '../model/ticket.ts';
import type { KindWork } from './settings.ts';

export type Work = ApprovalRequest['work'][string];
type Change = Work['changes'][number];

/** Fields of a ticket that work can set. */
export const WORKABLE = ['status', 'priority', 'impact', 'urgency', 'group', 'summary'] as const;
export type Workable = (typeof WORKABLE)[number];
const isWorkable = (field: string): field is Workable => WORKABLE.some((one) => one === field);

/** What a field says now, as the approvers are shown it. */
const shownIn = (fields: TicketFields, field: Workable): string | null =>
  field === 'status' ? fields.status.name : fields[field];

/** What the owner's settings of a kind ask for. */
export function wantedBy({ status, priority, impact, urgency, group }: KindWork): WantedFields {
  return {
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(impact === undefined ? {} : { impact }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(group === undefined ? {} : { group }),
  };
}

/** Work that brings these fields to these values, from what they are now. */
export function workOf(set: WantedFields, now: TicketFields): Work {
  const changes = WORKABLE.flatMap((field): Change[] => {
    const after = set[field];
    return after === undefined ? [] : [{ field, before: shownIn(now, field), after }];
  });
  return { action: set.status === undefined ? 'ticket.fields' : 'ticket.transition', changes };
}

/** What the ticket system is told; null for what it cannot be told, or what was not asked for in these words. */
export function wantedIn({ action, changes }: Work): WantedFields | null {
  const wanted: { -readonly [Key in keyof WantedFields]: WantedFields[Key] } = {};
  for (const { field, after } of changes) {
    if (after === null || !isWorkable(field) || wanted[field] !== undefined) return null;
    if (field === 'summary' || field === 'group') {
      wanted[field] = after;
      continue;
    }
    const put = { status: WANTED_STATUSES, priority: PRIORITIES, impact: LEVELS, urgency: LEVELS };
    if (!put[field].some((one) => one === after)) return null;
    Object.assign(wanted, { [field]: after });
  }
  return (action === 'ticket.transition') === (wanted.status !== undefined) ? wanted : null;
}

/** What the ticket of a request shows now. */
export interface BoundNow {
  readonly target: ApprovalRequest['target'];
  readonly fields: TicketFields;
  /** The words of who asked, where they are other ones now. */
  readonly words: string | null;
}

/** The key of the evidence that holds what was asked for, in the words of who asked. */
export const WORDS = 'request';
const ON_TICKET = /^ticket\.(.+)$/;
/** Fields of the ticket that a request can be bound to without changing them. */
const isShown = (field: string): field is Exclude<keyof WantedFields, 'status'> =>
  field === 'assignee' || (isWorkable(field) && field !== 'status');

/**
 * The same request as the world is now: when it has another hash, something that it is bound to has changed. What earlier
 * work of it was meant to change is no change.
 */
export function rebound(
  request: ApprovalRequest,
  { steps, ran }: { readonly steps: readonly Pick<ApprovalStep, 'name'>[]; readonly ran: number },
  { target, fields, words }: BoundNow,
): ApprovalRequest {
  const changed = new Set(
    steps.slice(0, ran).flatMap(({ name }) => (request.work[name]?.changes ?? []).map(({ field }) => field)),
  );
  const now = (field: string, known: string | null) =>
    isWorkable(field) && !changed.has(field) ? shownIn(fields, field) : known;
  const evidence = Object.entries(request.evidence.fields).map(([name, value]) => {
    const field = ON_TICKET.exec(name)?.[1];
    if (field !== undefined && isShown(field) && !changed.has(field))
      return [name, (fields[field] ?? '').toWellFormed()] as const;
    return [name, name === WORDS && words !== null ? words : value] as const;
  });
  const work = Object.entries(request.work).map(([name, one]) => {
    const changes = one.changes.map((change) => ({ ...change, before: now(change.field, change.before) }));
    return [name, { ...one, changes }] as const;
  });
  return {
    ...request,
    target,
    work: Object.fromEntries(work),
    evidence: { ...request.evidence, fields: Object.fromEntries(evidence) },
  };
}
