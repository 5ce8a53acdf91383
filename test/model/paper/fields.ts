import {
  type FieldLeft,
  isReached,
  type StatusCategory,
  type TicketChange,
  type TicketFields,
  waysTo,
} from '../../../src/model/ticket.ts';

const STATUS_NAMES: Readonly<Record<StatusCategory, string>> = {
  new: 'New',
  active: 'Working',
  done: 'Done',
};

export const statusOf = (category: StatusCategory) => ({ name: STATUS_NAMES[category], category });

interface Planned {
  readonly fields: TicketFields;
  readonly left: readonly FieldLeft[];
  readonly isDone: boolean;
}

/** Sets what is wanted, and leaves what somebody else has changed meanwhile. */
export function planFields(now: TicketFields, { set, before }: TicketChange): Planned {
  const left: FieldLeft[] = [];
  let fields = now;
  if (set.status !== undefined && !isReached(now.status.category, set.status)) {
    const [best = 'active'] = waysTo(set.status);
    if (before !== null && before.status.name !== now.status.name)
      left.push({ field: 'status', reason: 'It was changed meanwhile.' });
    else fields = { ...fields, status: statusOf(best), resolution: best === 'done' ? 'Solved' : null };
  }
  const assignee = set.assignee === undefined ? undefined : (set.assignee?.name ?? null);
  const { priority, impact, urgency, group, summary } = set;
  const plain = { priority, impact, urgency, group, summary, assignee };
  for (const field of ['priority', 'impact', 'urgency', 'group', 'summary', 'assignee'] as const) {
    const wanted = plain[field];
    if (wanted === undefined || wanted === now[field]) continue;
    if (before !== null && before[field] !== now[field])
      left.push({ field, reason: 'It was changed meanwhile.' });
    else fields = { ...fields, [field]: wanted };
  }
  return { fields, left, isDone: fields === now };
}
