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

/** What a request is bound to, as it is now. */
export interface BoundNow {
  readonly target: ApprovalRequest['target'];
  readonly fields: TicketFields;
  /** The words of who asked. */
  readonly words: string;
  /** What was filled into the form, by the name of the field. */
  readonly form: Readonly<Record<string, string>>;
  readonly files: ApprovalRequest['evidence']['files'];
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
  { steps, ran }: Pick<Progress, 'steps' | 'ran'>,
  { target, fields, words, form, files }: BoundNow,
): ApprovalRequest {
  const changed = new Set(doneWork({ request, steps, ran }).map(({ field }) => field));
  const now = (field: string, known: string | null) =>
    isWorkable(field) && !changed.has(field) ? shownIn(fields, field) : known;
  const evidence = Object.entries(request.evidence.fields).map(([name, value]) => {
    const field = ON_TICKET.exec(name)?.[1];
    if (field !== undefined && isShown(field) && !changed.has(field))
      return [name, (fields[field] ?? '').toWellFormed()] as const;
    return [name, name === WORDS ? words : (form[name] ?? value)] as const;
  });
  // An answer of the form that was given since.
  const added = Object.entries(form).filter(([name]) => request.evidence.fields[name] === undefined);
  const work = Object.entries(request.work).map(([name, one]) => {
    const changes = one.changes.map((change) => ({ ...change, before: now(change.field, change.before) }));
    return [name, { ...one, changes }] as const;
  });
  return {
    ...request,
    target,
    work: Object.fromEntries(work),
    // Who asks for it says why in the same words.
    rationale: request.rationale === request.evidence.fields[WORDS] ? words : request.rationale,
    evidence: { files, fields: Object.fromEntries([...evidence, ...added]) },
  };
}

type Progress = {
  readonly request: Pick<ApprovalRequest, 'work'>;
  readonly steps: readonly Pick<ApprovalStep, 'name' | 'runs'>[];
  readonly ran: number;
};

/** What earlier steps of it have changed already. */
export const doneWork = ({ request, steps, ran }: Progress): readonly Change[] =>
  steps.slice(0, ran).flatMap(({ name, runs }) => (runs ? (request.work[name]?.changes ?? []) : []));

/** Whether nobody can want it any more: its ticket is closed, and its own work did not do that. */
export const isOverWith = (approval: Progress, { status }: Pick<TicketFields, 'status'>): boolean =>
  status.category === 'done' &&
  !doneWork(approval).some(({ field, after }) => field === 'status' && after === 'done');
