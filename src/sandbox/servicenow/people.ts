import { createHash } from 'node:crypto';
import type {
  DeskField,
  SandboxPerson,
  TicketCommentView,
  TicketFileView,
  TicketPeople,
  TicketView,
} from '../worlds.ts';
import type { Attachments } from './attachments.ts';
import type { Actor, Desk, Written } from './desk.ts';
import { journalDoc } from './journal-doc.ts';
import type { Row, Rows } from './rows.ts';
import { CLOSE_CODES, HOLD_REASONS, LEVELS, PRIORITIES, priorityOf, stateOf, statesOf } from './states.ts';
import { TASK_TABLES, type TaskTable, tableNamed } from './tables.ts';

const isoTime = (utc: string) => `${utc.replace(' ', 'T')}.000Z`;
const orNull = (text: string | undefined) => (text === undefined || text === '' ? null : text);

export interface DeskPeopleParts {
  readonly rows: Rows;
  readonly desk: Desk;
  readonly attachments: Attachments;
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
      body: journalDoc(entry['value'] ?? ''),
      createdAt: isoTime(entry['sys_created_on'] ?? ''),
      internal: entry['element'] === 'work_notes',
    }));
}

function filesOf({ rows, attachments }: DeskPeopleParts, sysId: string): TicketFileView[] {
  const users = new Map(rows.list('sys_user').map((user) => [user['user_name'], user['name']]));
  return rows
    .list('sys_attachment')
    .filter((file) => file['table_sys_id'] === sysId)
    .map((file) => ({
      id: file['sys_id'] ?? '',
      name: file['file_name'] ?? '',
      mime: file['content_type'] ?? '',
      size: Number(file['size_bytes']),
      sha256: createHash('sha256')
        .update(attachments.bytes(file['sys_id'] ?? '') ?? new Uint8Array())
        .digest('hex'),
      author: users.get(file['sys_created_by'] ?? '') ?? file['sys_created_by'] ?? '',
      createdAt: isoTime(file['sys_created_on'] ?? ''),
      internal: false,
    }));
}

const labels = (choices: readonly (readonly [value: string, label: string])[]) =>
  choices.map(([, label]) => label);

const labelOf = (choices: readonly (readonly [value: string, label: string])[], value: string | undefined) =>
  choices.find(([known]) => known === value)?.[1] ?? null;

/** The state, with what a record on hold waits for. */
function statusOf(table: TaskTable, row: Row): string {
  const label = stateOf(table, row['state'] ?? '')?.label ?? row['state'] ?? '';
  const reason = table === 'incident' ? labelOf(HOLD_REASONS, row['hold_reason']) : null;
  return reason === null ? label : `${label} (${reason})`;
}

function viewOf(parts: DeskPeopleParts, table: TaskTable, row: Row): TicketView {
  const { rows } = parts;
  const state = stateOf(table, row['state'] ?? '');
  const group = nameIn(rows, 'sys_user_group', row['assignment_group']);
  return {
    id: row['sys_id'] ?? '',
    key: row['number'] ?? '',
    product: 'ServiceNow',
    queue: [table, group].filter((part) => part !== null).join(' · '),
    summary: row['short_description'] ?? '',
    description: row['description'] ?? '',
    status: statusOf(table, row),
    statusCategory: state?.category ?? 'active',
    resolution: orNull(row['close_code']),
    priority: labelOf(PRIORITIES, row['priority']),
    impact: labelOf(LEVELS, row['impact']),
    urgency: labelOf(LEVELS, row['urgency']),
    group,
    assignee: nameIn(rows, 'sys_user', row['assigned_to']),
    reporter: nameIn(rows, 'sys_user', row['caller_id'] || row['requested_for']),
    labels: [],
    createdAt: isoTime(row['sys_created_on'] ?? ''),
    updatedAt: isoTime(row['sys_updated_on'] ?? ''),
    comments: commentsOf(rows, row['sys_id'] ?? ''),
    files: filesOf(parts, row['sys_id'] ?? ''),
    nextStatuses: (state?.next ?? []).flatMap((value) => stateOf(table, value)?.label ?? []),
    choices: {
      // The form of an incident reckons the priority from the other two.
      ...(table === 'incident' ? {} : { priority: labels(PRIORITIES) }),
      impact: labels(LEVELS),
      urgency: labels(LEVELS),
      group: rows.list('sys_user_group').map((one) => one['name'] ?? ''),
      ...(table === 'incident' && state?.category === 'done' ? { resolution: CLOSE_CODES } : {}),
    },
    fixedComments: true,
    links: [],
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
  return { sysId, userName: user['user_name'] ?? '', api: false, agent: true };
}

/** A person as others know him; empty for an unknown id. */
export function personIn(rows: Rows, sysId: string): SandboxPerson[] {
  const user = rows.get('sys_user', sysId);
  return user === null ? [] : [{ id: sysId, name: user['name'] ?? '', email: orNull(user['email']) }];
}

/** The value of a choice by what the form shows, or by the value itself. */
function chosen(choices: readonly (readonly [value: string, label: string])[], name: string): string {
  const found = choices.find(([value, label]) => value === name || label === name);
  if (found === undefined) throw new Error(`The simulated ServiceNow has no choice "${name}"`);
  return found[0];
}

/** An incident's form does not let anybody write the priority: an agent chooses impact and urgency that give it. */
function priorityValues(table: TaskTable, name: string): Readonly<Record<string, string>> {
  const priority = chosen(PRIORITIES, name);
  if (table !== 'incident') return { priority };
  const levels = LEVELS.map(([value]) => value);
  const pairs = levels.flatMap((impact) => levels.map((urgency) => ({ impact, urgency })));
  const pair = pairs.find(({ impact, urgency }) => priorityOf(impact, urgency) === priority);
  if (pair === undefined) throw new Error(`No impact and urgency give the priority "${name}"`);
  return pair;
}

function fieldValues(
  rows: Rows,
  table: TaskTable,
  field: DeskField,
  value: string,
): Readonly<Record<string, string>> {
  switch (field) {
    case 'summary':
      return { short_description: value };
    case 'priority':
      return priorityValues(table, value);
    case 'impact':
    case 'urgency':
      return { [field]: chosen(LEVELS, value) };
    case 'resolution':
      return {
        close_code: chosen(
          CLOSE_CODES.map((code) => [code, code] as const),
          value,
        ),
      };
    case 'group': {
      const group = rows.list('sys_user_group').find((row) => row['name'] === value);
      if (group === undefined) throw new Error(`The simulated ServiceNow has no group "${value}"`);
      return { assignment_group: group['sys_id'] ?? '' };
    }
  }
}

/** What can be done to what stands in a journal: nearly nothing. */
function journalActs(rows: Rows): Pick<TicketPeople, 'editComment' | 'deleteComment' | 'setInternal'> {
  return {
    editComment() {
      throw new Error('The journal of ServiceNow cannot be edited.');
    },
    // Only an administrator can, in the list of journal entries; no rule runs, and the record is not touched.
    deleteComment(_agentId, ticketId, commentId) {
      const entry = rows.get('sys_journal_field', commentId);
      if (entry?.['element_id'] !== ticketId) throw new Error(`No journal entry ${commentId} on ${ticketId}`);
      rows.remove('sys_journal_field', commentId);
    },
    setInternal() {
      throw new Error('The journal of ServiceNow cannot be edited: a comment stays a comment.');
    },
  };
}

function fileActs(parts: DeskPeopleParts): Pick<TicketPeople, 'attach' | 'removeFile' | 'fileBytes'> {
  const { rows, attachments } = parts;
  return {
    attach(agentId, ticketId, file) {
      const { table, row } = ticketIn(rows, ticketId);
      const added = attachments.add({ ...file, table, record: row }, actorIn(rows, agentId));
      return added['sys_id'] ?? '';
    },
    removeFile(_agentId, ticketId, fileId) {
      if (rows.get('sys_attachment', fileId)?.['table_sys_id'] !== ticketId) {
        throw new Error(`No attachment ${fileId} on ${ticketId}`);
      }
      attachments.remove(fileId);
    },
    fileBytes(ticketId, fileId) {
      const isThere = rows.get('sys_attachment', fileId)?.['table_sys_id'] === ticketId;
      return isThere ? attachments.bytes(fileId) : null;
    },
  };
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
    tickets: () => TASK_TABLES.flatMap((table) => rows.list(table).map((row) => viewOf(parts, table, row))),
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
    ...journalActs(rows),
    ...fileActs(parts),
    setField(agentId, ticketId, field, value) {
      const { table } = ticketIn(rows, ticketId);
      update(agentId, ticketId, fieldValues(rows, table, field, value));
    },
  };
}
