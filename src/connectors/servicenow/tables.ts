/** Tables whose records can be tickets; all of them extend `task`. */
import { SECURITY_PLUGIN } from '../../texts/servicenow-access.ts';
export const TICKET_TABLES = [
  'incident',
  'sc_req_item',
  'sc_task',
  'change_request',
  'sn_si_incident',
] as const;
export type TicketTable = (typeof TICKET_TABLES)[number];

export const isTicketTable = (name: string): name is TicketTable =>
  TICKET_TABLES.some((table) => table === name);

/** The plugin that brings a table which the base system lacks. */
export const PLUGINS: Readonly<Partial<Record<TicketTable, string>>> = {
  sn_si_incident: SECURITY_PLUGIN,
};
