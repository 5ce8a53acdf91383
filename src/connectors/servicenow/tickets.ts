import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketRef } from '../../model/ticket.ts';
import type { ServiceNowClient } from './client.ts';
import { SysId, TicketRecord } from './schema.ts';
import { TICKET_TABLES, type TicketTable } from './tables.ts';

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

/** Finds tickets by sys_id alone: which table one lives in is remembered, else both are asked. */
export interface Tickets {
  remember(ticket: LocatedTicket): void;
  locate(ticket: TicketId): Promise<Outcome<LocatedTicket>>;
  read(ticket: TicketId): Promise<Outcome<FoundRecord>>;
  ref(ticket: LocatedTicket, number: string): TicketRef;
}

const unknownTicket = () =>
  rejected(
    'not-found',
    'ServiceNow has no such ticket, or an access rule hides it from the integration user.',
  );

export function createTickets(client: ServiceNowClient, baseUrl: string): Tickets {
  const tables = new Map<SysId, TicketTable>();

  function remember({ sysId, table }: LocatedTicket): void {
    if (tables.size >= TABLES_KEPT) tables.clear();
    tables.set(sysId, table);
  }

  async function read(ticket: TicketId): Promise<Outcome<FoundRecord>> {
    const parsed = SysId.safeParse(ticket);
    if (!parsed.success) return unknownTicket();
    const sysId = parsed.data;
    const known = tables.get(sysId);
    for (const table of known === undefined ? TICKET_TABLES : [known]) {
      const options = {
        row: TicketRecord,
        fields: FIELDS,
        doing: 'to read the ticket',
        display: 'all',
      } as const;
      const record = await client.get(table, sysId, options);
      if (record.kind === 'rejected' && record.code === 'not-found') continue;
      if (record.kind !== 'ok') return record;
      if (record.value.sys_id.value !== sysId) return unknownTicket();
      remember({ sysId, table });
      return ok({ table, sysId, record: record.value });
    }
    return unknownTicket();
  }

  return {
    remember,
    read,
    async locate(ticket) {
      const parsed = SysId.safeParse(ticket);
      const table = parsed.success ? tables.get(parsed.data) : undefined;
      return parsed.success && table !== undefined ? ok({ table, sysId: parsed.data }) : read(ticket);
    },
    ref({ table, sysId }, number) {
      const target = encodeURIComponent(`${table}.do?sys_id=${sysId}`);
      return { id: TicketId.parse(sysId), key: number, url: `${baseUrl}/nav_to.do?uri=${target}` };
    },
  };
}
