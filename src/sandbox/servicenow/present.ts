import type { Row, Rows } from './rows.ts';
import { type Column, type TableDefinition, tableNamed } from './tables.ts';
import { inZone } from './wall-time.ts';

export interface PresentOptions {
  /** `sysparm_display_value`. */
  readonly display: 'false' | 'true' | 'all';
  readonly excludeLinks: boolean;
  /** `sysparm_fields`; null for all columns. */
  readonly fields: readonly string[] | null;
  readonly zone: string;
  readonly origin: string;
}

/** Reads and shows fields of rows, following dots through references. */
export interface Presenter {
  column(table: TableDefinition, path: string): Column | null;
  value(table: TableDefinition, row: Row, path: string): string;
  record(table: TableDefinition, row: Row, options: PresentOptions): Readonly<Record<string, unknown>>;
}

function columnAt(table: TableDefinition, path: string): Column | null {
  const [first = '', ...rest] = path.split('.');
  const found = table.columns[first] ?? null;
  if (rest.length === 0 || found === null) return found;
  const next = found.kind === 'reference' ? tableNamed(found.table) : null;
  return next === null ? null : columnAt(next, rest.join('.'));
}

/** One field of one row. */
interface Place {
  readonly table: TableDefinition;
  readonly row: Row;
  readonly path: string;
}

function valueAt(rows: Rows, { table, row, path }: Place): string {
  const [first = '', ...rest] = path.split('.');
  const found = table.columns[first];
  if (rest.length === 0 || found?.kind !== 'reference') return row[first] ?? '';
  const target = rows.get(found.table, row[first] ?? '');
  const next = tableNamed(found.table);
  if (target === null || next === null) return '';
  return valueAt(rows, { table: next, row: target, path: rest.join('.') });
}

/** The journal as one text, newest first, as forms and `sysparm_display_value=true` show it. */
function journalText(rows: Rows, { row, path }: Place, zone: string): string {
  const label = path === 'comments' ? 'Additional comments' : 'Work notes';
  return rows
    .list('sys_journal_field')
    .filter((entry) => entry['element_id'] === row['sys_id'] && entry['element'] === path)
    .map((entry) => {
      const author = rows.list('sys_user').find((user) => user['user_name'] === entry['sys_created_by']);
      const time = inZone(entry['sys_created_on'] ?? '', zone);
      return `${time} - ${author?.['name'] ?? entry['sys_created_by']} (${label})\n${entry['value']}\n\n`;
    })
    .reverse()
    .join('');
}

function choiceLabel(rows: Rows, { table, row, path }: Place): string {
  const found = rows.list('sys_choice').find((choice) => {
    const isOfField = choice['name'] === table.name && choice['element'] === path;
    return isOfField && choice['value'] === row[path];
  });
  return found?.['label'] ?? row[path] ?? '';
}

function displayedAt(rows: Rows, place: Place, zone: string): string {
  const found = columnAt(place.table, place.path);
  const raw = valueAt(rows, place);
  if (found === null) return '';
  if (found.kind === 'journal') return journalText(rows, place, zone);
  if (found.kind === 'datetime') return raw === '' ? '' : inZone(raw, zone);
  if (found.kind === 'choice' && !place.path.includes('.')) return choiceLabel(rows, place);
  if (found.kind !== 'reference') return raw;
  return rows.get(found.table, raw)?.[tableNamed(found.table)?.display ?? ''] ?? '';
}

function fieldAt(rows: Rows, place: Place, options: PresentOptions): unknown {
  const found = columnAt(place.table, place.path);
  // A journal column holds nothing itself: its raw form is always empty.
  const raw = found?.kind === 'journal' ? '' : valueAt(rows, place);
  const shown = options.display === 'false' ? raw : displayedAt(rows, place, options.zone);
  const isLinked = found?.kind === 'reference' && raw !== '' && !options.excludeLinks;
  const link = isLinked ? { link: `${options.origin}/api/now/table/${found.table}/${raw}` } : null;
  if (options.display === 'all') return { display_value: shown, value: raw, ...link };
  if (link === null) return shown;
  return options.display === 'true' ? { display_value: shown, ...link } : { ...link, value: raw };
}

export function createPresenter(rows: Rows): Presenter {
  return {
    column: columnAt,
    value: (table, row, path) => valueAt(rows, { table, row, path }),
    record(table, row, options) {
      const wanted = options.fields ?? Object.keys(table.columns);
      const readable = wanted.filter((path) => columnAt(table, path) !== null);
      return Object.fromEntries(readable.map((path) => [path, fieldAt(rows, { table, row, path }, options)]));
    },
  };
}
