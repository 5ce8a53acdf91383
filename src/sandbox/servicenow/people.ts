import type { SandboxPerson, TicketCommentView, TicketPeople, TicketView } from '../worlds.ts';
import type { Actor, Desk, Written } from './desk.ts';
import type { Row, Rows } from './rows.ts';
import { PRIORITIES, stateOf, statesOf } from './states.ts';
import { TASK_TABLES, type TaskTable, tableNamed } from './tables.ts';

const isoTime = (utc: string) => `${utc.replace(' ', 'T')}.000Z`;
const orNull = (text: string | undefined) => (text === undefined || text === '' ? null : text);

export interface DeskPeopleParts {
  readonly rows: Rows;
  readonly desk: Desk;
  readonly agentIds: readonly string[];
}

/** Values that a form fills in with a new state, where the instance's policies ask for them. */
function formValues(table: TaskTable, state: string): Readonly<Record<string, string>> {
  if (table !== 'incident') return { state };
  if (state === '3') return { state, hold_reason: '4' };
  if (state === '6')
    return { state, close_code: 'Solution provided', close_notes: 'Solved by the service desk.' };
  return { state };
}

function created(written: Written, what: string): Extract<Written, { kind: 'written' }> {
  if (written.kind === 'refused')
    throw new Error(`The simulated ServiceNow refused ${what}: ${written.detail}`);
  return written;
}

const nameIn = (rows: Rows, table: string, sysId: string | undefined) =>
  orNull(rows.get(table, sysId ?? '')?.['name']);

function commentsOf(rows: Rows, sysId: string): TicketCommentView[] {
  const users = new Map(rows.list('sys_user').map((user) => [user['user_name'], user['name']]));
  return rows
    .list('sys_journal_field')
    .filter((entry) => entry['element_id'] === sysId)
    .map((entry) => ({
      id: entry['sys_id'] ?? '',
      author: users.get(entry['sys_created_by'] ?? '') ?? entry['sys_created_by'] ?? '',
      text: entry['value'] ?? '',
      createdAt: isoTime(entry['sys_created_on'] ?? ''),
      internal: entry['element'] === 'work_notes',
    }));
}

function viewOf(rows: Rows, table: TaskTable, row: Row): TicketView {
  const state = stateOf(table, row['state'] ?? '');
  const group = nameIn(rows, 'sys_user_group', row['assignment_group']);
  return {
    id: row['sys_id'] ?? '',
    key: row['number'] ?? '',
    product: 'ServiceNow',
    queue: [table, group].filter((part) => part !== null).join(' · '),
    summary: row['short_description'] ?? '',
    description: row['description'] ?? '',
    status: state?.label ?? row['state'] ?? '',
    statusCategory: state?.category ?? 'active',
    priority: PRIORITIES.find(([value]) => value === row['priority'])?.[1] ?? null,
    assignee: nameIn(rows, 'sys_user', row['assigned_to']),
    reporter: nameIn(rows, 'sys_user', row['caller_id'] || row['requested_for']),
    labels: [],
    createdAt: isoTime(row['sys_created_on'] ?? ''),
    updatedAt: isoTime(row['sys_updated_on'] ?? ''),
    comments: commentsOf(rows, row['sys_id'] ?? ''),
    nextStatuses: (state?.next ?? []).flatMap((value) => stateOf(table, value)?.label ?? []),
  };
}

function ticketIn(rows: Rows, sysId: string): { readonly table: TaskTable; readonly row: Row } {
  for (const table of TASK_TABLES) {
    const row = rows.get(table, sysId);
    if (row !== null) return { table, row };
  }
  throw new Error(`The simulated ServiceNow has no ticket ${sysId}`);
}

function actorIn(rows: Rows, sysId: string): Actor {
  const user = rows.get('sys_user', sysId);
  if (user === null) throw new Error(`The simulated ServiceNow has no user ${sysId}`);
  return { sysId, userName: user['user_name'] ?? '', api: false };
}

/** A person as others know him; empty for an unknown id. */
export function personIn(rows: Rows, sysId: string): SandboxPerson[] {
  const user = rows.get('sys_user', sysId);
  return user === null ? [] : [{ id: sysId, name: user['name'] ?? '', email: orNull(user['email']) }];
}

/** The forms of ServiceNow as agents (and callers) use them. A wrong id or state name throws: that is a bug. */
export function createDeskPeople(parts: DeskPeopleParts): TicketPeople {
  const { rows, desk } = parts;

  function update(agentId: string, ticketId: string, values: Readonly<Record<string, string>>) {
    const { table, row } = ticketIn(rows, ticketId);
    const definition = tableNamed(table);
    if (definition === null) throw new Error(`No table ${table}`);
    const written = desk.update(definition, row, { values, actor: actorIn(rows, agentId) });
    return created(written, `a change of ${row['number']}`);
  }

  return {
    agents: () => parts.agentIds.flatMap((id) => personIn(rows, id)),
    tickets: () => TASK_TABLES.flatMap((table) => rows.list(table).map((row) => viewOf(rows, table, row))),
    comment(agentId, ticketId, text, options) {
      const element = options?.internal === true ? 'work_notes' : 'comments';
      return update(agentId, ticketId, { [element]: text }).journalIds[0] ?? '';
    },
    setStatus(agentId, ticketId, status) {
      const { table } = ticketIn(rows, ticketId);
      const state = statesOf(table).find((entry) => entry.label === status);
      if (state === undefined)
        throw new Error(`The simulated ServiceNow has no state "${status}" in ${table}`);
      update(agentId, ticketId, formValues(table, state.value));
    },
    assign(agentId, ticketId, assigneeId) {
      update(agentId, ticketId, { assigned_to: assigneeId ?? '' });
    },
  };
}
