import type { TicketTable } from '../tables.ts';
import { APP_NAME, type AppRecord, idOf, named, record, SCOPE, script } from './record.ts';
import { type Allowed, aclId, allowed, INTEGRATION } from './rights.ts';

/** The journal of our own tickets, for an integration user that may not read sys_journal_field. */
export function journalApi(tables: readonly TicketTable[]): readonly AppRecord[] {
  const endpoint: Allowed = {
    name: 'Deskbridge journal',
    operation: 'execute',
    type: 'REST_Endpoint',
    role: INTEGRATION,
  };
  const service = idOf('sys_ws_definition', 'journal');
  return [
    ...allowed(endpoint),
    record({
      table: 'sys_ws_definition',
      key: 'journal',
      type: 'Scripted REST API',
      target: APP_NAME,
      fields: {
        active: 'true',
        base_uri: `/api/${SCOPE}/v1`,
        consumes: 'application/json',
        enforce_acl: aclId(endpoint),
        name: APP_NAME,
        namespace: SCOPE,
        produces: 'application/json',
        service_id: 'v1',
        short_description: 'What the integration user of Deskbridge may read here and nowhere else.',
      },
    }),
    record({
      table: 'sys_ws_operation',
      key: 'journal',
      type: 'Scripted REST Resource',
      target: 'Journal of a ticket',
      fields: {
        active: 'true',
        enforce_acl: aclId(endpoint),
        http_method: 'GET',
        name: 'Journal of a ticket',
        operation_script: script('journal').replace('TICKET_TABLES', tables.join(',')),
        operation_uri: `/api/${SCOPE}/v1/journal/{ticket}`,
        relative_path: '/journal/{ticket}',
        requires_acl_authorization: 'true',
        requires_authentication: 'true',
        web_service_definition: named(service, APP_NAME),
      },
    }),
  ];
}
