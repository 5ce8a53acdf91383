import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketRef } from '../../model/ticket.ts';
import { TICKET_GONE_OR_HIDDEN, TO_FIND_TICKET, TO_READ_TICKET } from '../../texts/servicenow-access.ts';
import type { ServiceNowClient } from './client.ts';
import { SysId, TaskClass, TicketRecord } from './schema.ts';
import { isTicketTable, type TicketTable } from './tables.ts';

const FIELDS = Object.keys(TicketRecord.shape);
/** Tickets whose table is remembered. */
const TABLES_KEPT = 10_000;

interface LocatedTicket {
  readonly table: TicketTable;
  readonly sysId: SysId;
}

export interface FoundRecord extends LocatedTicket {
  readonly record: TicketRecord;
}

/** Finds tickets by sys_id alone: which table one lives in is remembered, else `task` tells, which all of them extend. */
export interface Tickets {
  remember(ticket: LocatedTicket): void;
  locate(ticket: TicketId): Promise<Outcome<LocatedTicket>>;
  read(ticket: TicketId): Promise<Outcome<FoundRecord>>;
  ref(ticket: LocatedTicket, number: string): TicketRef;
}

const unknownTicket = () => rejected('not-found', TICKET_GONE_OR_HIDDEN);

/** Which table a ticket lives in, for all accounts that ask. */
export type KnownTables = Map<SysId, TicketTable>;

/** Tickets as the account behind `client` sees them. */
export function createTickets(
  client: ServiceNowClient,
  baseUrl: string,
  tables: KnownTables = new Map(),
): Tickets {
  function remember({ sysId, table }: LocatedTicket): void {
    if (tables.size >= TABLES_KEPT) tables.clear();
    tables.set(sysId, table);
  }

  async function tableOf(sysId: SysId): Promise<Outcome<TicketTable>> {
    const known = tables.get(sysId);
    if (known !== undefined) return ok(known);
    const options = { row: TaskClass, fields: Object.keys(TaskClass.shape), doing: TO_FIND_TICKET };
    const task = await client.get('task', sysId, options);
    if (task.kind === 'rejected' && task.code === 'not-found') return unknownTicket();
    if (task.kind !== 'ok') return task;
    const { sys_class_name: name } = task.value;
    if (task.value.sys_id !== sysId || !isTicketTable(name)) return unknownTicket();
    remember({ sysId, table: name });
    return ok(name);
  }

  async function read(ticket: TicketId): Promise<Outcome<FoundRecord>> {
    const parsed = SysId.safeParse(ticket);
    if (!parsed.success) return unknownTicket();
    const sysId = parsed.data;
    const table = await tableOf(sysId);
    if (table.kind !== 'ok') return table;
    const options = {
      row: TicketRecord,
      fields: FIELDS,
      doing: TO_READ_TICKET,
      display: 'all',
    } as const;
    const record = await client.get(table.value, sysId, options);
    if (record.kind === 'rejected' && record.code === 'not-found') return unknownTicket();
    if (record.kind !== 'ok') return record;
    if (record.value.sys_id.value !== sysId) return unknownTicket();
    return ok({ table: table.value, sysId, record: record.value });
  }

  return {
    remember,
    read,
    async locate(ticket) {
      const sysId = SysId.safeParse(ticket);
      if (!sysId.success) return unknownTicket();
      const table = await tableOf(sysId.data);
      return table.kind === 'ok' ? ok({ table: table.value, sysId: sysId.data }) : table;
    },
    ref({ table, sysId }, number) {
      const target = encodeURIComponent(`${table}.do?sys_id=${sysId}`);
      return { id: TicketId.parse(sysId), key: number, url: `${baseUrl}/nav_to.do?uri=${target}` };
    },
  };
}
