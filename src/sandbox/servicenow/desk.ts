import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { applyRules, isLocked, refusedByPolicy } from './business-rules.ts';
import type { Row, Rows } from './rows.ts';
import { isTaskTable, type TableDefinition, type TaskTable, tableNamed } from './tables.ts';
import { utcText } from './wall-time.ts';

/** Who writes. What an administrator forbade to the integration user binds only `api` writes. */
export interface Actor {
  readonly sysId: string;
  readonly userName: string;
  readonly api: boolean;
}

/** What an administrator of the instance can set up differently; all of it can change while the sandbox runs. */
export interface ServiceNowPolicy {
  /** `forbidden`: reading sys_journal_field is a 403; `hidden`: its rows are taken out after the limit. */
  readonly journal: 'open' | 'forbidden' | 'hidden';
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
}

export const OPEN_POLICY: ServiceNowPolicy = {
  journal: 'open',
  unwritable: [],
  unreadable: [],
  abortingRule: null,
  invalidQueryReturnsNoRows: false,
  ignoredInQueries: [],
  clientCredentials: true,
};

export interface DeskEvent {
  readonly table: TaskTable;
  readonly row: Row;
  readonly event: 'inserted' | 'updated' | 'commented';
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
};

export const newSysId = () => randomUUID().replaceAll('-', '');

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

export function createDesk(parts: DeskParts): Desk {
  const { rows } = parts;
  const now = () => utcText(parts.clock.now());

  const isOpen = (table: TableDefinition, row: Row | null, actor: Actor) => (field: string) => {
    if (!actor.api) return true;
    const isJournal = table.columns[field]?.kind === 'journal';
    if (row !== null && isLocked(table.name, row) && !isJournal) return false;
    return !table.readOnly.includes(field) && !parts.policy().unwritable.includes(`${table.name}.${field}`);
  };

  function addJournal(table: string, row: Row, entries: Readonly<Record<string, string>>): string[] {
    const definition = tableNamed('sys_journal_field');
    if (definition === null) return [];
    return Object.entries(entries).map(([element, value]) => {
      const blank = blankRow(definition, now(), row['sys_updated_by'] ?? '');
      const entry: Row = { ...blank, name: table, element, element_id: row['sys_id'] ?? '', value };
      rows.put('sys_journal_field', entry);
      return entry['sys_id'] ?? '';
    });
  }

  function store(table: TableDefinition, before: Row | null, draft: Row, update: Update): Written {
    const { fields, journal } = accepted(table, update, isOpen(table, before, update.actor));
    const rule = update.actor.api ? parts.policy().abortingRule : null;
    if (rule !== null) {
      const cause = `Operation against file '${table.name}' was aborted by Business Rule`;
      return { kind: 'refused', detail: `${cause} '${rule}^${newSysId()}'. Business Rule Stack:${rule}` };
    }
    const write = {
      table: table.name,
      before,
      after: { ...draft, ...fields },
      journal,
      actorSysId: update.actor.sysId,
    };
    const refusal = refusedByPolicy(write);
    if (refusal !== null) return { kind: 'refused', detail: refusal };
    const after = applyRules(write, now());
    const isJournaled = Object.keys(journal).length > 0;
    const isChanged = before === null || Object.keys(after).some((field) => after[field] !== before[field]);
    if (before !== null && !isChanged && !isJournaled)
      return { kind: 'written', row: before, journalIds: [] };
    const stamped: Row =
      before === null
        ? after
        : {
            ...after,
            sys_updated_on: now(),
            sys_updated_by: update.actor.userName,
            sys_mod_count: String(Number(before['sys_mod_count'] ?? '0') + 1),
          };
    rows.put(table.name, stamped);
    const journalIds = addJournal(table.name, stamped, journal);
    if (isTaskTable(table.name)) {
      const event = before === null ? 'inserted' : isJournaled ? 'commented' : 'updated';
      parts.onWrite({ table: table.name, row: stamped, event });
    }
    return { kind: 'written', row: stamped, journalIds };
  }

  return {
    insert(table, values, actor) {
      const blank = blankRow(table, now(), actor.userName);
      if (!isTaskTable(table.name)) return store(table, null, blank, { values, actor });
      const draft: Row = {
        ...blank,
        sys_class_name: table.name,
        number: nextNumber(rows, table.name),
        state: '1',
        impact: '3',
        urgency: '3',
        priority: '4',
        opened_by: actor.sysId,
        opened_at: now(),
        contact_type: actor.api ? '' : 'self-service',
      };
      return store(table, null, draft, { values, actor });
    },
    update: (table, row, update) => store(table, row, row, update),
  };
}
