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

export function createPresenter(rows: Rows): Presenter {
  function column(table: TableDefinition, path: string): Column | null {
    const [first = '', ...rest] = path.split('.');
    const found = table.columns[first] ?? null;
    if (rest.length === 0 || found === null) return found;
    const next = found.kind === 'reference' ? tableNamed(found.table) : null;
    return next === null ? null : column(next, rest.join('.'));
  }

  function value(table: TableDefinition, row: Row, path: string): string {
    const [first = '', ...rest] = path.split('.');
    const found = table.columns[first];
    if (rest.length === 0 || found?.kind !== 'reference') return row[first] ?? '';
    const target = rows.get(found.table, row[first] ?? '');
    const next = tableNamed(found.table);
    return target === null || next === null ? '' : value(next, target, rest.join('.'));
  }

  /** The journal as one text, newest first, as forms and `sysparm_display_value=true` show it. */
  function journalText(row: Row, element: string, zone: string): string {
    const label = element === 'comments' ? 'Additional comments' : 'Work notes';
    return rows
      .list('sys_journal_field')
      .filter((entry) => entry['element_id'] === row['sys_id'] && entry['element'] === element)
      .map((entry) => {
        const author = rows.list('sys_user').find((user) => user['user_name'] === entry['sys_created_by']);
        const time = inZone(entry['sys_created_on'] ?? '', zone);
        return `${time} - ${author?.['name'] ?? entry['sys_created_by']} (${label})\n${entry['value']}\n\n`;
      })
      .reverse()
      .join('');
  }

  function label(table: TableDefinition, row: Row, path: string): string {
    const found = rows.list('sys_choice').find((choice) => {
      const ofField = choice['name'] === table.name && choice['element'] === path;
      return ofField && choice['value'] === row[path];
    });
    return found?.['label'] ?? row[path] ?? '';
  }

  function displayed(table: TableDefinition, row: Row, path: string, zone: string): string {
    const found = column(table, path);
    const raw = value(table, row, path);
    if (found === null) return '';
    if (found.kind === 'journal') return journalText(row, path, zone);
    if (found.kind === 'datetime') return raw === '' ? '' : inZone(raw, zone);
    if (found.kind === 'choice' && !path.includes('.')) return label(table, row, path);
    if (found.kind !== 'reference') return raw;
    const target = rows.get(found.table, raw);
    return target?.[tableNamed(found.table)?.display ?? ''] ?? '';
  }

  function field(table: TableDefinition, row: Row, path: string, options: PresentOptions): unknown {
    const found = column(table, path);
    // A journal column holds nothing itself: its raw form is always empty.
    const raw = found?.kind === 'journal' ? '' : value(table, row, path);
    const shown = options.display === 'false' ? raw : displayed(table, row, path, options.zone);
    const isLinked = found?.kind === 'reference' && raw !== '' && !options.excludeLinks;
    const link = isLinked ? { link: `${options.origin}/api/now/table/${found.table}/${raw}` } : null;
    if (options.display === 'all') return { display_value: shown, value: raw, ...link };
    if (link === null) return shown;
    return options.display === 'true' ? { display_value: shown, ...link } : { ...link, value: raw };
  }

  return {
    column,
    value,
    record(table, row, options) {
      const wanted = options.fields ?? Object.keys(table.columns);
      const readable = wanted.filter((path) => column(table, path) !== null);
      return Object.fromEntries(readable.map((path) => [path, field(table, row, path, options)]));
    },
  };
}
