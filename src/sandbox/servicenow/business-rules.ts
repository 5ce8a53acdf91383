import type { Row } from './rows.ts';
import { priorityOf, stateOf } from './states.ts';
import { isTaskTable } from './tables.ts';

/** One write as the instance's rules see it: the record before (null: insert), after, and what the journal receives. */
export interface Write {
  readonly table: string;
  readonly before: Row | null;
  readonly after: Row;
  readonly journal: Readonly<Record<string, string>>;
  readonly actorSysId: string;
}

const changed = (write: Write, field: string) => write.before?.[field] !== write.after[field];

const policy = (fields: readonly string[]) =>
  `Data Policy Exception: The following fields are mandatory: ${fields.join(', ')}`;

/** What a data policy of the base system refuses, as the text of its 403; null when it lets the write pass. */
export function refusedByPolicy(write: Write): string | null {
  if (write.table !== 'incident' || !changed(write, 'state')) return null;
  const { after } = write;
  const state = after['state'];
  if (state === '3') {
    if (after['hold_reason'] === '') return policy(['On hold reason']);
    if (after['hold_reason'] === '1' && !write.journal['comments']) return policy(['Additional comments']);
  }
  if (state === '6' || state === '7') {
    const missing = [
      ...(after['close_code'] === '' ? ['Resolution code'] : []),
      ...(after['close_notes'] === '' ? ['Resolution notes'] : []),
    ];
    if (missing.length > 0) return policy(missing);
  }
  return null;
}

/** The caller's own comment takes an incident off hold. */
function offHold(write: Write): Row {
  const { before, after } = write;
  const waits = before?.['state'] === '3' && before['hold_reason'] === '1' && !changed(write, 'state');
  const byCaller = write.journal['comments'] !== undefined && after['caller_id'] === write.actorSysId;
  return waits && byCaller ? { ...after, state: '2' } : after;
}

/** What rules of the base system set by themselves after a write passed. */
export function applyRules(write: Write, now: string): Row {
  if (!isTaskTable(write.table)) return write.after;
  let row = write.after;
  if (write.table === 'incident') {
    row = offHold(write);
    row = {
      ...row,
      incident_state: row['state'] ?? '',
      hold_reason: row['state'] === '3' ? (row['hold_reason'] ?? '') : '',
      priority: priorityOf(row['impact'] ?? '', row['urgency'] ?? ''),
    };
    if (row['state'] === '6' && write.before?.['state'] !== '6') row = { ...row, resolved_at: now };
  }
  // A resolved incident is still active; only closing and canceling end it.
  const ended = stateOf(write.table, row['state'] ?? '')?.category === 'done' && row['state'] !== '6';
  const closedAt = ended ? row['closed_at'] || now : '';
  return { ...row, active: ended ? 'false' : 'true', closed_at: closedAt };
}

/** Closed and canceled incidents are read-only apart from their journal. */
export function isLocked(table: string, row: Row): boolean {
  return table === 'incident' && (row['state'] === '7' || row['state'] === '8');
}
