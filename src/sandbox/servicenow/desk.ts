import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { applyRules, isLocked, refusedByPolicy, type Write } from './business-rules.ts';
import type { Row, Rows } from './rows.ts';
import { FIRST_STATE } from './states.ts';
import { isTaskTable, type TableDefinition, type TaskTable, tableNamed } from './tables.ts';
import { utcText } from './wall-time.ts';

/** Who writes. What an administrator forbade to the integration user binds only `api` writes. */
export interface Actor {
  readonly sysId: string;
  readonly userName: string;
  readonly api: boolean;
  /** Whether he has the role itil: without it he sees his own records and can only comment on them. */
  readonly agent: boolean;
}

/** What an administrator of the instance can set up differently; all of it can change while the sandbox runs. */
export interface ServiceNowPolicy {
  /**
   * `forbidden`: reading sys_journal_field is a 403; `hidden`: its rows are taken out after the limit; `empty`: a rule takes them
   * out of every query, so that they are not even counted.
   */
  readonly journal: 'open' | 'forbidden' | 'hidden' | 'empty';
  /** Fields that the API user may not write, as "incident.state": dropped silently. */
  readonly unwritable: readonly string[];
  /** Records that the API user may not read, by sys_id. */
  readonly unreadable: readonly string[];
  /** Name of a business rule that aborts every write of the API user; null for none. */
  readonly abortingRule: string | null;
  readonly invalidQueryReturnsNoRows: boolean;
  /** Fields that queries do not know, as "incident.correlation_id": their conditions are dropped. */
  readonly ignoredInQueries: readonly string[];
  /** The property that allows the client credentials grant. */
  readonly clientCredentials: boolean;
  /** Whether the password grant is taken; administrators are advised to switch it off. */
  readonly passwordGrant: boolean;
  /** Name of a business rule that aborts an API write which assigns somebody outside of the group; null for none. */
  readonly memberRule: string | null;
  readonly attachments: 'open' | 'forbidden';
  /** Endings of file names that may be attached; empty for all, as in the base system. */
  readonly attachmentEndings: readonly string[];
  /** Attachments that the antivirus holds back, by sys_id. */
  readonly quarantined: readonly string[];
  /** Whether attachments carry the hash of their content. */
  readonly hashes: boolean;
  /** Whether the plugin Security Incident Response is installed: without it its table does not exist. */
  readonly securityIncidents: boolean;
  /** Whether the plugin Knowledge API is active: without it there is no such resource. */
  readonly knowledgeApi: boolean;
  /** Whether the API user may see which plugins are active. */
  readonly plugins: 'open' | 'forbidden';
  /** Whether the update set of Deskbridge is installed: without it there is no such resource. */
  readonly app: boolean;
  /** Whether an order is only put into the cart, because the catalogue checks out in two steps. */
  readonly twoStepCheckout: boolean;
}

export const OPEN_POLICY: ServiceNowPolicy = {
  journal: 'open',
  unwritable: [],
  unreadable: [],
  abortingRule: null,
  invalidQueryReturnsNoRows: false,
  ignoredInQueries: [],
  clientCredentials: true,
  passwordGrant: true,
  memberRule: null,
  attachments: 'open',
  attachmentEndings: [],
  quarantined: [],
  hashes: true,
  securityIncidents: true,
  knowledgeApi: true,
  plugins: 'open',
  app: false,
  twoStepCheckout: false,
};

export interface DeskEvent {
  readonly table: TaskTable;
  readonly row: Row;
  readonly event: 'inserted' | 'updated' | 'commented' | 'attached' | 'detached';
}

export type Written =
  | { readonly kind: 'written'; readonly row: Row; readonly journalIds: readonly string[] }
  | { readonly kind: 'refused'; readonly detail: string };

/** The records with the rules that every write meets, whether it comes from a form or over REST. */
export interface Desk {
  insert(table: TableDefinition, values: Readonly<Record<string, string>>, actor: Actor): Written;
  update(table: TableDefinition, row: Row, change: Update): Written;
}

export interface Update {
  readonly values: Readonly<Record<string, string>>;
  readonly actor: Actor;
}

export interface DeskParts {
  readonly clock: SandboxClock;
  readonly rows: Rows;
  readonly policy: () => ServiceNowPolicy;
  readonly onWrite: (event: DeskEvent) => void;
}

const PREFIX: Readonly<Record<TaskTable, string>> = {
  incident: 'INC',
  sc_request: 'REQ',
  sc_req_item: 'RITM',
  sc_task: 'SCTASK',
  change_request: 'CHG',
  sn_si_incident: 'SIR',
};

const newSysId = () => randomUUID().replaceAll('-', '');

/** A record with every column of its table, and the system columns of a new one. */
export function blankRow(table: TableDefinition, now: string, userName: string): Row {
  return {
    ...Object.fromEntries(Object.keys(table.columns).map((column) => [column, ''])),
    sys_id: newSysId(),
    sys_created_on: now,
    sys_created_by: userName,
    sys_updated_on: now,
    sys_updated_by: userName,
    sys_mod_count: '0',
  };
}

/** Splits what was sent into what the record takes and what goes to the journal; the rest is dropped without a word. */
function accepted(table: TableDefinition, update: Update, isFieldOpen: (field: string) => boolean) {
  const fields: Record<string, string> = {};
  const journal: Record<string, string> = {};
  for (const [field, value] of Object.entries(update.values)) {
    const column = table.columns[field];
    if (column === undefined || !isFieldOpen(field)) continue;
    if (column.kind === 'journal') {
      if (value.trim() !== '') journal[field] = value;
    } else fields[field] = column.kind === 'string' ? value.slice(0, column.max) : value;
  }
  return { fields, journal };
}

function nextNumber(rows: Rows, table: TaskTable): string {
  const taken = rows.list(table).map((row) => Number((row['number'] ?? '').replace(/^\D+/, '')));
  return `${PREFIX[table]}${String(Math.max(10_000, ...taken) + 1).padStart(7, '0')}`;
}

/** Whether a write of a field counts; people at forms may write everything. */
function isOpenTo(parts: DeskParts, table: TableDefinition, target: { row: Row | null; actor: Actor }) {
  return (field: string): boolean => {
    if (!target.actor.api) return true;
    const isJournal = table.columns[field]?.kind === 'journal';
    if (!target.actor.agent && field !== 'comments') return false;
    if (target.row !== null && isLocked(table.name, target.row) && !isJournal) return false;
    return !table.readOnly.includes(field) && !parts.policy().unwritable.includes(`${table.name}.${field}`);
  };
}

function addJournal(rows: Rows, row: Row, entries: Readonly<Record<string, string>>): string[] {
  const definition = tableNamed('sys_journal_field');
  if (definition === null) return [];
  return Object.entries(entries).map(([element, value]) => {
    const blank = blankRow(definition, row['sys_updated_on'] ?? '', row['sys_updated_by'] ?? '');
    const place = { name: row['sys_class_name'] ?? '', element_id: row['sys_id'] ?? '' };
    const entry: Row = { ...blank, ...place, element, value };
    rows.put('sys_journal_field', entry);
    return entry['sys_id'] ?? '';
  });
}

function aborted(table: string, rule: string): string {
  const cause = `Operation against file '${table}' was aborted by Business Rule`;
  return `${cause} '${rule}^${newSysId()}'. Business Rule Stack:${rule}`;
}

/** Agents' forms offer only members of the group; over the API only such a rule keeps others out. */
function isStranger(rows: Rows, { before, after }: Write): boolean {
  const [user, group] = [after['assigned_to'] ?? '', after['assignment_group'] ?? ''];
  if (user === '' || group === '' || before?.['assigned_to'] === user) return false;
  return !rows.list('sys_user_grmember').some((row) => row['user'] === user && row['group'] === group);
}

function refusalOf(parts: DeskParts, write: Write, actor: Actor): string | null {
  const { abortingRule, memberRule } = parts.policy();
  if (actor.api && abortingRule !== null) return aborted(write.table, abortingRule);
  if (actor.api && memberRule !== null && isStranger(parts.rows, write))
    return aborted(write.table, memberRule);
  return refusedByPolicy(write);
}

const stamped = (before: Row, after: Row, stamp: { now: string; userName: string }): Row => ({
  ...after,
  sys_updated_on: stamp.now,
  sys_updated_by: stamp.userName,
  sys_mod_count: String(Number(before['sys_mod_count'] ?? '0') + 1),
});

function firstValues(rows: Rows, table: TaskTable, actor: Actor): Row {
  return {
    sys_class_name: table,
    number: nextNumber(rows, table),
    state: FIRST_STATE[table],
    approval: 'not requested',
    impact: '3',
    urgency: '3',
    priority: '4',
    opened_by: actor.sysId,
    contact_type: actor.api ? '' : 'self-service',
  };
}

interface Draft {
  readonly table: TableDefinition;
  /** Null for an insert. */
  readonly before: Row | null;
  readonly row: Row;
}

function store(parts: DeskParts, draft: Draft, update: Update): Written {
  const { table, before } = draft;
  const { actor } = update;
  const now = utcText(parts.clock.now());
  const { fields, journal } = accepted(table, update, isOpenTo(parts, table, { row: before, actor }));
  const changed = { ...draft.row, ...fields };
  const write = { table: table.name, before, after: changed, journal, actorSysId: actor.sysId };
  const refusal = refusalOf(parts, write, actor);
  if (refusal !== null) return { kind: 'refused', detail: refusal };
  const after = applyRules(write, now);
  const isJournaled = Object.keys(journal).length > 0;
  const isSame = before !== null && Object.keys(after).every((field) => after[field] === before[field]);
  if (isSame && !isJournaled) return { kind: 'written', row: before, journalIds: [] };
  const row = before === null ? after : stamped(before, after, { now, userName: actor.userName });
  parts.rows.put(table.name, row);
  const journalIds = addJournal(parts.rows, row, journal);
  if (isTaskTable(table.name)) {
    const event = before === null ? 'inserted' : isJournaled ? 'commented' : 'updated';
    parts.onWrite({ table: table.name, row, event });
  }
  return { kind: 'written', row, journalIds };
}

export function createDesk(parts: DeskParts): Desk {
  return {
    insert(table, values, actor) {
      const now = utcText(parts.clock.now());
      const blank = blankRow(table, now, actor.userName);
      const first = isTaskTable(table.name) ? firstValues(parts.rows, table.name, actor) : {};
      const row: Row = { ...blank, ...first, ...(isTaskTable(table.name) ? { opened_at: now } : {}) };
      return store(parts, { table, before: null, row }, { values, actor });
    },
    update: (table, row, update) => store(parts, { table, before: row, row }, update),
  };
}
