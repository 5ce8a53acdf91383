import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** How somebody could change what the audit says. */
const WAYS = {
  superuser: 'it is a superuser',
  owner: 'it owns audit_event or its schema, or can act as a role that does',
  rights: 'it may update, delete or truncate audit_event, or put triggers on it',
  roles: 'it may make itself a member of any role',
} as const;
export type WayToAudit = keyof typeof WAYS;

export const howText = (ways: readonly WayToAudit[]): string =>
  ways.map((way) => WAYS[way]).join('; ') || 'nothing';

/** One row with `way` for each way in which the role of this connection, or one that it can become, could change the audit. */
export const WAYS_TO_AUDIT = `
  select distinct w.way from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_roles r on pg_has_role(current_user, r.oid, 'member'),
    lateral (values
      ('superuser', r.rolsuper),
      ('owner', r.oid in (c.relowner, n.nspowner)),
      ('rights', has_table_privilege(r.oid, c.oid, 'update,delete,truncate,trigger')
        or has_any_column_privilege(r.oid, c.oid, 'update')),
      ('roles', r.rolcreaterole and current_setting('server_version_num')::int < 160000)
    ) as w (way, has)
  where c.oid = to_regclass('audit_event') and w.has order by w.way`;

/** Of the role of this connection; none where it can only add to the audit. */
export async function waysToAudit(db: Db): Promise<readonly WayToAudit[]> {
  const found = await sql.raw<{ way: WayToAudit }>(WAYS_TO_AUDIT).execute(db);
  return found.rows.map(({ way }) => way);
}

export async function roleOf(db: Db): Promise<string> {
  const found = await sql<{ role: string }>`select current_user::text as role`.execute(db);
  return found.rows[0]?.role ?? '';
}

/** What the work reads and never writes: which migrations ran, and the time of tests. */
const ONLY_READ = new Set(['kysely_migration', 'clock_offset', 'delivery_body_default']);
const NOT_EVEN_READ = new Set(['kysely_migration_lock']);
/** Not `at`: when it was, the database says. */
const AUDIT_COLUMNS = ['install_id', 'id', 'kind', 'actor', 'link_id', 'data', 'v'];

/**
 * Gives a role exactly what the bridge needs: rows of every table, and of the audit to read and to add. It owns nothing, so
 * it cannot take the guards away either. What it had besides is taken back, in the same moment.
 * `db` is a connection of the owner.
 */
export async function grantWork(db: Db, role: string): Promise<void> {
  const to = sql.id(role);
  await db.transaction().execute(async (tx) => {
    const { schema, tables } = await ownTables(tx);
    await sql`revoke create on schema ${sql.id(schema)} from ${to}`.execute(tx);
    await sql`grant usage on schema ${sql.id(schema)} to ${to}`.execute(tx);
    for (const table of tables) {
      const named = sql.id(schema, table);
      await sql`revoke all on table ${named} from ${to}`.execute(tx);
      if (NOT_EVEN_READ.has(table)) continue;
      await sql`grant select on table ${named} to ${to}`.execute(tx);
      if (table === 'audit_event') {
        await sql`revoke all on table ${named} from public`.execute(tx);
        const columns = sql.join(AUDIT_COLUMNS.map((column) => sql.id(column)));
        await sql`grant insert (${columns}) on table ${named} to ${to}`.execute(tx);
      } else if (!ONLY_READ.has(table))
        await sql`grant insert, update, delete on table ${named} to ${to}`.execute(tx);
    }
    for (const name of ['add_body_day', 'drop_body_day'])
      await sql`grant execute on function ${sql.id(schema, name)} (date) to ${to}`.execute(tx);
  });
}

async function ownTables(tx: Tx): Promise<{ readonly schema: string; readonly tables: readonly string[] }> {
  const found = await sql<{ schema: string; name: string }>`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'usage')
      and (not c.relispartition or c.relname = 'delivery_body_default') order by c.relname`.execute(tx);
  const schema = found.rows[0]?.schema;
  if (schema === undefined) throw new Error('The schema has no tables of this role');
  return { schema, tables: found.rows.map(({ name }) => name) };
}
