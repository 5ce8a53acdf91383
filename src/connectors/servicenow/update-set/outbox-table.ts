import { type AppRecord, idOf, named, OUTBOX, record } from './record.ts';

interface Column {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
}

const COLUMNS: readonly Column[] = [
  { name: 'message', label: 'Message', type: 'string', length: 64 },
  { name: 'told_at', label: 'Told at', type: 'string', length: 20 },
  { name: 'next_at', label: 'Next attempt', type: 'glide_date_time', length: 40 },
  { name: 'body', label: 'Body', type: 'string', length: 4000 },
  { name: 'attempts', label: 'Attempts', type: 'integer', length: 40 },
  { name: 'last_status', label: 'Last answer', type: 'integer', length: 40 },
  { name: 'state', label: 'State', type: 'string', length: 20 },
];

/** Where messages wait. Nobody outside of the application reads or writes it. */
export function outboxTable(): readonly AppRecord[] {
  const table = record({
    table: 'sys_db_object',
    key: OUTBOX,
    type: 'Table',
    target: 'Deskbridge outbox',
    updateName: `sys_db_object_${idOf('sys_db_object', OUTBOX)}`,
    fields: {
      name: OUTBOX,
      label: 'Deskbridge outbox',
      // Nobody outside of the application reads or writes it, and no web service sees it.
      access: 'package_private',
      actions_access: 'false',
      create_access: 'false',
      read_access: 'false',
      update_access: 'false',
      delete_access: 'false',
      ws_access: 'false',
      create_access_controls: 'false',
      is_extendable: 'false',
    },
  });
  const whole = { name: '', label: 'Deskbridge outbox', type: 'collection', length: 40 };
  return [table, ...[whole, ...COLUMNS].flatMap((column) => [dictionary(column), label(column)])];
}

function dictionary({ name, label, type, length }: Column): AppRecord {
  return record({
    table: 'sys_dictionary',
    key: `${OUTBOX}.${name}`,
    type: 'Dictionary',
    target: name === '' ? OUTBOX : `${OUTBOX}.${name}`,
    updateName: `sys_dictionary_${OUTBOX}_${name === '' ? 'null' : name}`,
    attributes: { element: name, table: OUTBOX },
    fields: {
      active: 'true',
      name: OUTBOX,
      element: name,
      column_label: label,
      internal_type: named(type),
      max_length: String(length),
      display: String(name === 'message'),
      mandatory: 'false',
      read_only: 'false',
      unique: String(name === 'message'),
      ...(name === 'attempts' ? { default_value: '0' } : {}),
      ...(name === 'state' ? { default_value: 'waiting' } : {}),
    },
  });
}

function label({ name, label: text }: Column): AppRecord {
  return record({
    table: 'sys_documentation',
    key: `${OUTBOX}.${name}`,
    type: 'Field Label',
    target: `${OUTBOX}.${name}`,
    updateName: `sys_documentation_${OUTBOX}_${name === '' ? 'null' : name}_en`,
    fields: { name: OUTBOX, element: name, label: text, plural: text, language: 'en' },
  });
}
