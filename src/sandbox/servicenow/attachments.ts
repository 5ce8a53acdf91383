import { createHash, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Actor, DeskEvent, ServiceNowPolicy } from './desk.ts';
import type { Row, Rows } from './rows.ts';
import { TASK_TABLES, type TaskTable } from './tables.ts';
import { utcText } from './wall-time.ts';

export interface NewAttachment {
  readonly table: TaskTable;
  readonly record: Row;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** The files of records. Attaching one does not touch its record: neither its journal nor its time of change. */
export interface Attachments {
  add(file: NewAttachment, actor: Actor): Row;
  bytes(sysId: string): Uint8Array | null;
  remove(sysId: string): boolean;
  /** The record that a file hangs on. */
  recordOf(file: Row): Row | null;
}

export interface AttachmentsParts {
  readonly rows: Rows;
  readonly clock: SandboxClock;
  readonly policy: () => ServiceNowPolicy;
  readonly onWrite: (event: DeskEvent) => void;
}

const newSysId = () => randomUUID().replaceAll('-', '');

function rowOf(
  { table, record, name, mime, bytes }: NewAttachment,
  { actor, now, hashes }: { readonly actor: Actor; readonly now: string; readonly hashes: boolean },
): Row {
  return {
    sys_id: newSysId(),
    sys_created_on: now,
    sys_created_by: actor.userName,
    sys_updated_on: now,
    sys_updated_by: actor.userName,
    sys_mod_count: '0',
    file_name: name,
    content_type: mime,
    size_bytes: String(bytes.length),
    hash: hashes ? createHash('sha256').update(bytes).digest('hex') : '',
    state: 'available',
    table_name: table,
    table_sys_id: record['sys_id'] ?? '',
  };
}

export function createAttachments({ rows, clock, policy, onWrite }: AttachmentsParts): Attachments {
  const tableOf = (file: Row) => TASK_TABLES.find((name) => name === file['table_name']) ?? null;
  const recordOf = (file: Row) => rows.get(file['table_name'] ?? '', file['table_sys_id'] ?? '');
  const docOf = (sysId: string) =>
    rows.list('sys_attachment_doc').find((doc) => doc['sys_attachment'] === sysId) ?? null;

  return {
    recordOf,
    add(file, actor) {
      const row = rowOf(file, { actor, now: utcText(clock.now()), hashes: policy().hashes });
      const data = Buffer.from(file.bytes).toString('base64');
      rows.put('sys_attachment', row);
      rows.put('sys_attachment_doc', { sys_id: newSysId(), sys_attachment: row['sys_id'] ?? '', data });
      onWrite({ table: file.table, row: file.record, event: 'attached' });
      return row;
    },
    bytes(sysId) {
      const doc = docOf(sysId);
      return doc === null ? null : Buffer.from(doc['data'] ?? '', 'base64');
    },
    remove(sysId) {
      const row = rows.get('sys_attachment', sysId);
      if (row === null) return false;
      const [table, record] = [tableOf(row), recordOf(row)];
      const doc = docOf(sysId);
      rows.remove('sys_attachment', sysId);
      if (doc !== null) rows.remove('sys_attachment_doc', doc['sys_id'] ?? '');
      if (table !== null && record !== null) onWrite({ table, row: record, event: 'detached' });
      return true;
    },
  };
}
