import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { PrincipalId, SlackUser } from '../model/ids.ts';
import type { LinkedHow } from '../model/person.ts';
import type { Principal } from './principals.ts';
import type { Scope } from './scope.ts';

export const Profile = z.object({ name: z.string(), email: z.string().nullable() });

export interface Row {
  id: string;
  profile: Buffer | null;
  department: string | null;
  tier: string | null;
  groups: string[];
  manager: string | null;
  active: boolean;
  systems: string[];
  natives: string[];
}

/** What the queries of people share: reading a row, and whose an id is. */
export function principalRows(scope: Scope) {
  const { db, install, envelope } = scope;
  const place = (id: string) => ({ install, table: 'principal', row: id, column: 'profile' });

  const selected = sql`select p.id, p.profile, p.department, p.tier, p.groups, p.manager, p.active,
    array_agg(i.system order by i.system) as systems, array_agg(i.native_id order by i.system) as natives
    from principal p join identity i on i.install_id = p.install_id and i.principal_id = p.id`;

  function opened({ id, profile, systems, natives, ...rest }: Row): Principal {
    const told =
      profile === null ? null : Profile.parse(JSON.parse(envelope.open(place(id), profile).toString('utf8')));
    return {
      ...rest,
      id: PrincipalId.parse(id),
      name: told?.name ?? null,
      email: told?.email ?? null,
      ids: new Map(systems.map((system, index) => [system, natives[index] ?? ''])),
    };
  }

  /** Whose these ids are, held until the transaction ends. */
  async function owners(keys: readonly (readonly [string, string])[]): Promise<readonly string[]> {
    const found = await sql<{ principal_id: string }>`select distinct principal_id from identity
      where install_id = ${install} and (system, native_id) in (select * from unnest(
        ${keys.map(([system]) => system)}::text[], ${keys.map(([, id]) => id)}::text[]))`.execute(db);
    return found.rows.map((row) => row.principal_id);
  }

  /** The system in which the person has another id already, or whose id is another person's; null when all went in. */
  async function attach(
    principal: string,
    keys: readonly (readonly [string, string])[],
    how: LinkedHow,
  ): Promise<string | null> {
    for (const [system, id] of keys) {
      await sql`insert into identity (install_id, system, native_id, principal_id, how)
        values (${install}, ${system}, ${id}, ${principal}, ${how}) on conflict do nothing`.execute(db);
      const mine = await sql`select 1 from identity where install_id = ${install} and system = ${system}
        and native_id = ${id} and principal_id = ${principal}`.execute(db);
      if (mine.rows.length === 0) return system;
    }
    return null;
  }

  async function create(): Promise<string> {
    const id = uuidv7();
    await sql`insert into principal (install_id, id) values (${install}, ${id})`.execute(db);
    return id;
  }

  async function usersOf(principal: string): Promise<readonly SlackUser[]> {
    const found = await sql<{
      native_id: string;
    }>`select native_id from identity where install_id = ${install}
      and principal_id = ${principal} and system = 'slack'`.execute(db);
    return found.rows.map((row) => SlackUser.parse(row.native_id));
  }

  async function isActive(principal: string): Promise<boolean> {
    const found = await sql<{ active: boolean }>`select active from principal
      where install_id = ${install} and id = ${principal}`.execute(db);
    return found.rows[0]?.active !== false;
  }

  /** Two imports or sign-ins at once must not make two of one person. */
  const alone = () =>
    sql`select pg_advisory_xact_lock(hashtext(${`deskbridge.people:${install}`}))`.execute(db);

  return { place, selected, opened, owners, attach, create, usersOf, isActive, alone };
}
