/** Tables whose records can be tickets. A target names one of them. */
export const TICKET_TABLES = ['incident', 'sc_req_item'] as const;
export type TicketTable = (typeof TICKET_TABLES)[number];
