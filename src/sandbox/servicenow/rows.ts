import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import { TABLE_NAMES, TASK_TABLES } from './tables.ts';

/** One record: every value is a string, an empty one is "". */
export type Row = Readonly<Record<string, string>>;

/** How long old versions are kept for stale reads. */
const KEPT_MS = 15 * 60_000;

interface Version {
  readonly at: number;
  readonly row: Row;
}

const Saved = z.record(z.string(), z.array(z.record(z.string(), z.string())));
export type SavedRows = z.infer<typeof Saved>;

/** All rows of all tables, with enough of their past to answer a read from a lagging replica. */
export interface Rows {
  /** Rows in the order of their insertion; with `at`, as they were then. */
  list(table: string, at?: Date): readonly Row[];
  get(table: string, sysId: string, at?: Date): Row | null;
  put(table: string, row: Row): void;
  remove(table: string, sysId: string): boolean;
  save(): SavedRows;
  load(saved: unknown): void;
}

function valueAt(versions: readonly Version[], at: Date | undefined): Row | null {
  if (at === undefined) return versions.at(-1)?.row ?? null;
  return versions.findLast((version) => version.at <= at.getTime())?.row ?? null;
}

export function createRows(clock: SandboxClock): Rows {
  const tables = new Map<string, Map<string, Version[]>>(TABLE_NAMES.map((name) => [name, new Map()]));
  const table = (name: string) => tables.get(name) ?? new Map<string, Version[]>();

  /** A list of `task` holds the rows of every table that extends it. */
  const below = (name: string): readonly string[] => (name === 'task' ? TASK_TABLES : [name]);

  return {
    list: (name, at) =>
      below(name)
        .flatMap((each) => [...table(each).values()])
        .flatMap((versions) => {
          const row = valueAt(versions, at);
          return row === null ? [] : [row];
        }),
    get: (name, sysId, at) =>
      below(name).reduce<Row | null>(
        (found, each) => found ?? valueAt(table(each).get(sysId) ?? [], at),
        null,
      ),
    put(name, row) {
      const sysId = row['sys_id'] ?? '';
      const now = clock.now().getTime();
      const known = table(name).get(sysId) ?? [];
      const firstKept = known.findLastIndex((version) => version.at <= now - KEPT_MS);
      table(name).set(sysId, [...known.slice(Math.max(0, firstKept)), { at: now, row }]);
    },
    remove: (name, sysId) => table(name).delete(sysId),
    save: () =>
      Object.fromEntries(
        [...tables].map(([name, rows]) => [
          name,
          [...rows.values()].flatMap((versions) => {
            const row = valueAt(versions, undefined);
            return row === null ? [] : [row];
          }),
        ]),
      ),
    load(saved) {
      const parsed = Saved.parse(saved);
      for (const [name, rows] of tables) {
        // What was saved before a table existed says nothing about it.
        const saved = parsed[name];
        if (saved === undefined) continue;
        rows.clear();
        for (const row of saved) rows.set(row['sys_id'] ?? '', [{ at: 0, row }]);
      }
    },
  };
}
