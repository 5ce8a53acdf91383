import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributed, Fields } from './xml.ts';

/** The scope of the application: every name of ours on the instance begins with it. */
export const SCOPE = 'x_deskbridge';
export const APP_NAME = 'Deskbridge';
export const OUTBOX = `${SCOPE}_outbox`;

/** One record of the application: what an administrator sees in the list of customer updates. */
export interface AppRecord {
  readonly table: string;
  readonly sysId: string;
  /** The name of the update, unique in the set. */
  readonly updateName: string;
  /** How the instance calls this kind of update, and what the update is about. */
  readonly type: string;
  readonly target: string;
  /** Attributes of the record's element, for tables that are known by name and not by id. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly fields: Fields;
}

/** The same id for the same thing on every instance and in every version. */
export function idOf(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(['deskbridge', ...parts].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

export const APP_ID = idOf('sys_app');

/** A script of the instance, as it stands below `scripts`. */
export const script = (name: string) =>
  readFileSync(join(import.meta.dirname, 'scripts', `${name}.js`), 'utf8');
/** A value with the words that people see for it. */
export const named = (text: string, shown = text): Attributed => ({
  attributes: { display_value: shown },
  text,
});

interface Spec {
  readonly table: string;
  /** Tells it from others of its table, for ever. */
  readonly key: string;
  readonly type: string;
  readonly target: string;
  readonly fields: Fields;
  readonly updateName?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function record({ table, key, type, target, fields, updateName, attributes = {} }: Spec): AppRecord {
  const sysId = idOf(table, key);
  return { table, sysId, updateName: updateName ?? `${table}_${sysId}`, type, target, attributes, fields };
}
