/** Links of which nothing came yet: they can be taken back, or be found to be another one. */
import { sql } from 'kysely';
import type { LinkId } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Nothing came of it yet. */
const untouched = ({ install }: Scope, id: LinkId) => sql`install_id = ${install} and link_id = ${id}
    and not exists (select from operation where install_id = ${install} and link_id = ${id})
    and not exists (select from item where install_id = ${install} and link_id = ${id})
    and not exists (select from ticket where install_id = ${install} and link_id = ${id})
    and not exists (select from watcher where install_id = ${install} and link_id = ${id})
    and not exists (select from alarm where install_id = ${install} and link_id = ${id})`;

/** Whoever attaches something to it at this moment ends first, so that what he attached is seen. */
const hold = async ({ db, install }: Scope, id: LinkId): Promise<void> => {
  await sql`select from link where install_id = ${install} and id = ${id} for update`.execute(db);
};

export async function withdraw(scope: Scope, id: LinkId, reason: string): Promise<boolean> {
  const { db, install } = scope;
  await hold(scope, id);
  const closed = await sql`update delivery set state = 'ignored', reason = ${reason}, link_id = null
    where ${untouched(scope, id)}`.execute(db);
  if (closed.numAffectedRows === 0n) return false;
  await sql`delete from place where install_id = ${install} and link_id = ${id}`.execute(db);
  await sql`delete from link where install_id = ${install} and id = ${id}`.execute(db);
  return true;
}

export async function merge(scope: Scope, id: LinkId, into: LinkId): Promise<boolean> {
  const { db, install } = scope;
  await hold(scope, id);
  const moved =
    await sql`update delivery set link_id = ${into}, reason = case when state = 'sorted' then null else reason end
    where ${untouched(scope, id)}`.execute(db);
  if (moved.numAffectedRows === 0n) return false;
  await sql`update place set link_id = ${into}, role = 'follower'
    where install_id = ${install} and link_id = ${id}`.execute(db);
  await sql`delete from link where install_id = ${install} and id = ${id}`.execute(db);
  return true;
}
