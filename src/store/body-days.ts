import { sql } from 'kysely';
import type { Scope } from './scope.ts';

const today = sql`(deskbridge_now() at time zone 'UTC')::date`;

/** Somebody will still read the bodies of these. */
const unfinished = sql`d.state in ('new', 'waiting', 'sorted')`;

/** Makes the day partitions of today and tomorrow, and removes what nobody needs any more of days older than `keepDays`. */
export async function rotateBodies(db: Scope['db'], keepDays: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(4712, 0)`.execute(db);
  const old = await droppableDays(db, keepDays);
  if (old.length > 0 || (await missingDays(db)).length > 0) {
    // In the order in which readers lock (the whole first): else they and we would wait for each other.
    await sql`lock table delivery_body in access exclusive mode`.execute(db);
    for (const { day } of old) await sql`select drop_body_day(${day}::date)`.execute(db);
    for (const { day } of await missingDays(db)) await sql`select add_body_day(${day}::date)`.execute(db);
  }
  await sql`delete from delivery_body b
    where b.day < ${today} - ${keepDays}::int and not exists (select from delivery d
      where d.install_id = b.install_id and d.id = b.delivery_id and ${unfinished})`.execute(db);
}

/** Partitions of today and tomorrow that can be made: one cannot whose rows lie in the default partition already. */
async function missingDays(db: Scope['db']): Promise<readonly { readonly day: string }[]> {
  const found = await sql<{ day: string }>`
    select day from (
      select 'delivery_body_' || to_char(d, 'YYYYMMDD') as name, d::date as at, d::date::text as day
      from generate_series(${today}, ${today} + 1, interval '1 day') d) days
    where to_regclass(name) is null and not exists (select from delivery_body_default where day = days.at)`.execute(
    db,
  );
  return found.rows;
}

/** Day partitions older than `keepDays` in which nobody will read anything any more. */
async function droppableDays(
  db: Scope['db'],
  keepDays: number,
): Promise<readonly { readonly day: string }[]> {
  const found = await sql<{ day: string }>`
    select to_date(right(c.relname, 8), 'YYYYMMDD')::text as day from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'delivery_body'::regclass and c.relname ~ '^delivery_body_\\d{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < ${today} - ${keepDays}::int
      and c.oid not in (select b.tableoid from delivery d
        join delivery_body b on b.install_id = d.install_id and b.delivery_id = d.id where ${unfinished})`.execute(
    db,
  );
  return found.rows;
}
