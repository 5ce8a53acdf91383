import { TICKET_TABLES, type TicketTable } from '../tables.ts';
import { journalApi } from './journal-api.ts';
import { outboxTable } from './outbox-table.ts';
import { APP_ID, APP_NAME, type AppRecord, named, record, SCOPE } from './record.ts';
import { access, properties, roles } from './rights.ts';
import { attachmentRule, outboxScript, sending, ticketRule } from './sending.ts';

/** Everything that the application consists of, in the order in which it can be installed. */
export function appRecords(tables: readonly TicketTable[] = TICKET_TABLES): readonly AppRecord[] {
  return [
    application(),
    ...roles(),
    ...outboxTable(),
    ...properties(),
    ...access(),
    outboxScript(),
    ...tables.map(ticketRule),
    attachmentRule(tables),
    ...sending(),
    ...journalApi(tables),
    ...privileges(tables),
  ];
}

function application(): AppRecord {
  const fields = {
    active: 'true',
    name: APP_NAME,
    scope: SCOPE,
    short_description: 'Tells Deskbridge what happens to the tickets that it opened.',
    // A restricted caller has to be allowed by an administrator; what we may touch stands in privileges below.
    runtime_access_tracking: 'permissive',
    licensable: 'false',
    private: 'true',
    source: SCOPE,
    trackable: 'true',
  };
  const base = record({ table: 'sys_app', key: '', type: 'Custom Application', target: APP_NAME, fields });
  return { ...base, sysId: APP_ID, updateName: `sys_app_${APP_ID}` };
}

/** Security incidents are a scoped application of their own; everything else that we touch is global. */
const scopeOf = (target: string) => (target.startsWith('sn_si_') ? 'sn_si' : 'global');

/** What the application may touch outside of itself. */
function privileges(tables: readonly TicketTable[]): readonly AppRecord[] {
  const privilege = (target: string, kind: string, operation: string) =>
    record({
      table: 'sys_scope_privilege',
      key: `${kind} ${target} ${operation}`,
      type: 'Cross scope privilege',
      target,
      fields: {
        operation: named(operation),
        source_scope: named(APP_ID, APP_NAME),
        status: named('allowed', 'Allowed'),
        target_name: target,
        target_scope: named(scopeOf(target)),
        target_type: named(kind),
      },
    });
  return [
    ...tables.map((table) => privilege(table, 'sys_db_object', 'read')),
    privilege('sys_journal_field', 'sys_db_object', 'read'),
    privilege('CertificateEncryption', 'scriptable', 'execute'),
    privilege('RESTMessageV2', 'scriptable', 'execute'),
  ];
}
