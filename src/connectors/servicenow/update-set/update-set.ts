import { createHash } from 'node:crypto';
import type { TicketTable } from '../tables.ts';
import { APP_ID, APP_NAME, type AppRecord, idOf, SCOPE } from './record.ts';
import { appRecords } from './records.ts';
import { element, elements, type Fields, PROLOG } from './xml.ts';

/** Of the application on the instance: raise both whenever a record of it changes. */
const VERSION = '1.0.0';
const MADE_AT = '2026-11-21 12:00:00';

const app = (text = APP_ID) => ({ attributes: { display_value: APP_NAME }, text });
const stamps = { sys_created_by: 'deskbridge', sys_created_on: MADE_AT, sys_mod_count: '0' } as const;
const updates = { sys_updated_by: 'deskbridge', sys_updated_on: MADE_AT } as const;

export interface UpdateSetOptions {
  /** Tables whose tickets are told of; all that Deskbridge knows when left out. */
  readonly tables?: readonly TicketTable[];
  /** `uninstall`: takes every record away again. */
  readonly purpose: 'install' | 'uninstall';
}

/**
 * An update set of ServiceNow as XML, for "Import Update Set from XML". The same options give the same bytes.
 * It holds neither the address nor the secret: the administrator sets both as properties.
 */
export function updateSetXml({ tables, purpose }: UpdateSetOptions): string {
  const action = purpose === 'install' ? 'INSERT_OR_UPDATE' : 'DELETE';
  const records = appRecords(tables);
  // What depends on something goes before it.
  const ordered = purpose === 'install' ? records : [...records].reverse();
  const name = purpose === 'install' ? `${APP_NAME} ${VERSION}` : `${APP_NAME} ${VERSION}: uninstall`;
  const set = { id: idOf('sys_remote_update_set', purpose), name };
  const parts = [
    element('sys_remote_update_set', { action: 'INSERT_OR_UPDATE' }, elements(remoteUpdateSet(set, purpose))),
    ...ordered.map((record) => updateXml(record, { action, set })),
  ];
  return `${PROLOG}${element('unload', { unload_date: MADE_AT }, `\n${parts.join('\n')}\n`)}\n`;
}

interface UpdateSet {
  readonly id: string;
  readonly name: string;
}

function remoteUpdateSet({ id, name }: UpdateSet, purpose: string): Fields {
  return {
    application: app(),
    application_name: APP_NAME,
    application_scope: SCOPE,
    application_version: VERSION,
    collisions: '',
    commit_date: '',
    deleted: '',
    description:
      purpose === 'install'
        ? 'Tells Deskbridge what happens to the tickets that it opened. Set the properties x_deskbridge.hook_url and x_deskbridge.hook_secret afterwards.'
        : 'Takes everything of Deskbridge away, with what waits in its outbox.',
    inserted: '',
    name,
    origin_sys_id: '',
    parent: '',
    release_date: '',
    remote_base_update_set: '',
    remote_parent_id: '',
    remote_sys_id: idOf('sys_update_set', purpose),
    state: 'loaded',
    summary: '',
    sys_class_name: 'sys_remote_update_set',
    sys_created_by: stamps.sys_created_by,
    sys_created_on: stamps.sys_created_on,
    sys_id: id,
    sys_mod_count: stamps.sys_mod_count,
    ...updates,
    update_set: '',
    update_source: '',
    updated: '',
  };
}

function payload(record: AppRecord, action: string): string {
  const { table, sysId, fields, attributes, updateName } = record;
  const own = elements({
    ...fields,
    sys_class_name: table,
    ...stamps,
    sys_id: sysId,
    sys_name: record.target,
    sys_package: { attributes: { display_value: APP_NAME, source: SCOPE }, text: APP_ID },
    sys_policy: '',
    sys_scope: app(),
    sys_update_name: updateName,
    ...updates,
  });
  const inner = element(table, { action, ...attributes }, own);
  // Labels come in an element that names what they label; the others in one that names the table.
  const { name, element: field, label } = fields;
  const isLabel =
    table === 'sys_documentation' && [name, field, label].every((each) => typeof each === 'string');
  const wrapped = isLabel
    ? element(
        'sys_documentation',
        { element: String(field), label: String(label), language: 'en', table: String(name) },
        inner,
      )
    : inner;
  return `${PROLOG}${element('record_update', isLabel ? {} : { table }, wrapped)}`;
}

/**
 * A number that changes with the payload. How the instance makes its own is not documented; it compares them to know
 * whether two updates are the same.
 */
function payloadHash(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE(0);
}

/** Milliseconds in hexadecimal and a counter, as the instance records when an update was made. */
const recordedAt = () => `${Date.parse(`${MADE_AT.replace(' ', 'T')}Z`).toString(16)}0000001`;

function updateXml(record: AppRecord, { action, set }: { action: string; set: UpdateSet }): string {
  const text = payload(record, action);
  const hash = payloadHash(text);
  const guid = idOf('update', record.updateName, text);
  const fields: Fields = {
    action,
    application: app(),
    category: 'customer',
    comments: '',
    name: record.updateName,
    payload: text,
    payload_hash: String(hash),
    remote_update_set: { attributes: { display_value: set.name }, text: set.id },
    replace_on_upgrade: 'false',
    sys_created_by: stamps.sys_created_by,
    sys_created_on: stamps.sys_created_on,
    sys_id: idOf('sys_update_xml', set.id, record.updateName),
    sys_mod_count: stamps.sys_mod_count,
    sys_recorded_at: recordedAt(),
    ...updates,
    table: record.table,
    target_name: record.target,
    type: record.type,
    update_domain: 'global',
    update_guid: guid,
    update_guid_history: `${guid}:${hash}`,
    update_set: '',
    view: '',
  };
  return element('sys_update_xml', { action: 'INSERT_OR_UPDATE' }, elements(fields));
}
