import { sql } from 'kysely';
import type { SealedPlace } from './envelope.ts';
import type { Scope } from './scope.ts';

/** A column with sealed content; `row` is how its place names a row, as SQL. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Every sealed column there is. A test holds this list against the schema. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'account', column: 'grant_sealed', row: `slack_user || ':' || connector` },
  { table: 'token', column: 'access_sealed', row: `connector || ':' || holder` },
  { table: 'token', column: 'refresh_sealed', row: `connector || ':' || holder` },
  { table: 'slack_grant', column: 'token_sealed', row: 'tenant_id::text' },
  { table: 'slack_grant', column: 'refresh_sealed', row: 'tenant_id::text' },
  { table: 'person', column: 'profile', row: `system || ':' || native_id` },
  { table: 'principal', column: 'profile', row: 'id::text' },
  { table: 'link', column: 'request', row: 'id::text' },
  { table: 'link', column: 'facts', row: 'id::text' },
  { table: 'link', column: 'words', row: 'id::text' },
  { table: 'approval', column: 'request', row: 'id::text' },
  { table: 'approval', column: 'previous', row: 'id::text' },
  { table: 'approval', column: 'native', row: 'id::text' },
  { table: 'approval_vote', column: 'reason', row: 'id::text' },
  { table: 'approval_question', column: 'question', row: 'id::text' },
  { table: 'approval_question', column: 'answer', row: 'id::text' },
  { table: 'errand', column: 'payload', row: 'id::text' },
  { table: 'digest_item', column: 'payload', row: 'id::text' },
  { table: 'operation', column: 'payload', row: 'id::text' },
  { table: 'delivery_body', column: 'sealed', row: 'delivery_id::text' },
];

/** How much one key has sealed in one column. */
export interface SealCount {
  readonly table: string;
  readonly column: string;
  /** The key's id in hex; it says nothing about the key. */
  readonly key: string;
  readonly rows: number;
}

interface Row {
  readonly tableoid: string;
  readonly ctid: string;
  readonly row: string;
  readonly sealed: Buffer;
}

/** Which key sealed what, and sealing anew with the first one. */
export function createSeals(scope: Scope) {
  const { db, install, envelope } = scope;
  return {
    async counts(): Promise<readonly SealCount[]> {
      const all: SealCount[] = [];
      for (const { table, column } of SEALED_COLUMNS) {
        const found = await sql<{ key: string; rows: number }>`
          select encode(substring(${sql.ref(column)} from 2 for 8), 'hex') as key, count(*) as rows
          from ${sql.table(table)} where install_id = ${install} and ${sql.ref(column)} is not null group by 1 order by 1`.execute(
          db,
        );
        all.push(...found.rows.map(({ key, rows }) => ({ table, column, key, rows })));
      }
      return all;
    },

    /**
     * Seals up to `limit` values of a column anew, in the caller's transaction; rows that somebody else holds are left for
     * the next call. Answers how many; a value whose key is not configured is left and counted apart.
     */
    async reseal({ table, column, row }: SealedColumn, limit: number, lost: ReadonlySet<string>) {
      const keyId = sql`encode(substring(${sql.ref(column)} from 2 for 8), 'hex')`;
      const found =
        await sql<Row>`select tableoid::text as tableoid, ctid::text as ctid, ${sql.raw(row)} as row,
          ${sql.ref(column)} as sealed
        from ${sql.table(table)} where install_id = ${install} and ${sql.ref(column)} is not null
          and ${keyId} <> ${envelope.sealing} and not ${keyId} = any(${[...lost]}::text[])
        limit ${limit} for update skip locked`.execute(db);
      for (const one of found.rows) {
        const place: SealedPlace = { install, table, row: one.row, column };
        const sealed = envelope.seal(place, envelope.open(place, one.sealed));
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
          where tableoid = ${one.tableoid}::oid and ctid = ${one.ctid}::tid`.execute(db);
      }
      return found.rows.length;
    },
  };
}
