import type { TicketTable } from '../tables.ts';
import { type AppRecord, named, OUTBOX, record, SCOPE, script } from './record.ts';

export function outboxScript(): AppRecord {
  return record({
    table: 'sys_script_include',
    key: 'DeskbridgeOutbox',
    type: 'Script Include',
    target: 'DeskbridgeOutbox',
    fields: {
      active: 'true',
      access: 'package_private',
      api_name: `${SCOPE}.DeskbridgeOutbox`,
      client_callable: 'false',
      description: 'Keeps what is told to Deskbridge until it is taken, and signs it.',
      name: 'DeskbridgeOutbox',
      script: script('outbox'),
    },
  });
}

interface Rule {
  readonly name: string;
  readonly collection: string;
  readonly on: Readonly<Record<'action_insert' | 'action_update' | 'action_delete', 'true' | 'false'>>;
  readonly condition: string;
  readonly script: string;
}

const rule = ({ name, collection, on, condition, script: text }: Rule) =>
  record({
    table: 'sys_script',
    key: collection,
    type: 'Business Rule',
    target: name,
    fields: {
      active: 'true',
      name,
      collection,
      when: 'after',
      order: '1000',
      ...on,
      action_query: 'false',
      filter_condition: condition,
      advanced: 'true',
      abort_action: 'false',
      script: text,
    },
  });

/** After, never async: an async rule does not know what changed. It only writes a row; the call is made by the sender. */
export function ticketRule(table: TicketTable): AppRecord {
  return rule({
    name: `Deskbridge: tell of ${table}`,
    collection: table,
    on: { action_insert: 'true', action_update: 'true', action_delete: 'false' },
    condition: 'correlation_idSTARTSWITHdsk-^EQ',
    script: script('ticket-rule'),
  });
}

export function attachmentRule(tables: readonly TicketTable[]): AppRecord {
  return rule({
    name: 'Deskbridge: tell of files',
    collection: 'sys_attachment',
    on: { action_insert: 'true', action_update: 'false', action_delete: 'true' },
    condition: `table_nameIN${tables.join(',')}^EQ`,
    script: script('attachment-rule'),
  });
}

const TOLD = `${SCOPE}.told`;

/** An event sends at once; a job each minute sends what had to wait. */
export function sending(): readonly AppRecord[] {
  return [
    record({
      table: 'sysevent_register',
      key: TOLD,
      type: 'Event Registration',
      target: TOLD,
      fields: {
        event_name: TOLD,
        suffix: TOLD.slice(SCOPE.length + 1),
        table: OUTBOX,
        description: 'A message waits in the outbox.',
        fired_by: 'Business rules "Deskbridge: tell of …"',
      },
    }),
    record({
      table: 'sysevent_script_action',
      key: TOLD,
      type: 'Script Action',
      target: 'Deskbridge: send at once',
      fields: {
        active: 'true',
        name: 'Deskbridge: send at once',
        event_name: TOLD,
        order: '100',
        synchronous: 'false',
        script: script('drain'),
      },
    }),
    record({
      table: 'sysauto_script',
      key: 'drain',
      type: 'Scheduled Script Execution',
      target: 'Deskbridge: send what waits',
      fields: {
        active: 'true',
        name: 'Deskbridge: send what waits',
        run_type: named('periodically', 'Periodically'),
        run_period: '1970-01-01 00:01:00',
        conditional: 'false',
        script: script('drain'),
      },
    }),
  ];
}
