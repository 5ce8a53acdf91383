/** The places in Slack that belong to a link. */
import { sql } from 'kysely';
import type { LinkId } from '../model/ids.ts';
import type { Conversation } from '../model/link.ts';
import { type LinkPlace, PLACE_ROLES } from '../model/place.ts';
import { OriginRow, PlaceRow } from './link-rows.ts';
import type { Scope } from './scope.ts';

export async function placesOf({ db, install }: Scope, id: LinkId): Promise<readonly LinkPlace[]> {
  const found = await sql`select role, team, channel, root_ts as root from place
    where install_id = ${install} and link_id = ${id} and role = any(${[...PLACE_ROLES]}::text[])
    order by root_ts::numeric, channel collate "C"`.execute(db);
  return found.rows.map((row) => PlaceRow.parse(row));
}

export async function originOf({ db, install }: Scope, id: LinkId): Promise<Conversation | null> {
  const found = await sql`select team, channel, root_ts as root from place
    where install_id = ${install} and link_id = ${id} and role = 'origin'`.execute(db);
  return found.rows[0] === undefined ? null : OriginRow.parse(found.rows[0]);
}

export async function moveToDirectMessage({ db, install }: Scope, id: LinkId): Promise<void> {
  await sql`update link set home = 'dm' where install_id = ${install} and id = ${id}`.execute(db);
  await sql`update place set role = 'origin'
    where install_id = ${install} and link_id = ${id} and role = 'primary'`.execute(db);
}
