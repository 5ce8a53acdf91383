import { type Kysely, sql } from 'kysely';

/**
 * The only tables that are made and dropped while the bridge runs are the days of delivery_body. Their owner does it, in two
 * functions that can do nothing else: so the role that the bridge runs as needs to own nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const found = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
  const schema = found.rows[0]?.schema;
  if (schema === undefined) throw new Error('No schema is in the search path');
  const [here, name] = [sql.id(schema), sql.lit(schema)];
  await sql`create function add_body_day(wanted date) returns void language plpgsql security definer
    set search_path = ${here}, pg_temp as $$
    begin
      execute format('create table %I.%I partition of %I.delivery_body for values from (%L) to (%L)',
        ${name}, 'delivery_body_' || to_char(wanted, 'YYYYMMDD'), ${name}, wanted, wanted + 1);
    end $$`.execute(db);
  await sql`create function drop_body_day(old date) returns void language plpgsql security definer
    set search_path = ${here}, pg_temp as $$
    begin
      if old >= (deskbridge_now() at time zone 'UTC')::date then
        raise exception 'The day % is not over', old;
      end if;
      execute format('drop table %I.%I', ${name}, 'delivery_body_' || to_char(old, 'YYYYMMDD'));
    end $$`.execute(db);
  await sql`revoke execute on function add_body_day(date), drop_body_day(date) from public`.execute(db);
}
