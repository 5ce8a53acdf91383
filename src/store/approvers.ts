import { sql } from 'kysely';
import { PrincipalId, SlackUser } from '../model/ids.ts';
import { principalRows, type Row } from './principal-rows.ts';
import type { Principal } from './principals.ts';
import type { Scope } from './scope.ts';

/** People as approvals ask for them. Whoever was deactivated is among none of them. */
export function createApprovers(scope: Scope) {
  const { db, install } = scope;
  const { selected, opened } = principalRows(scope);
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => PrincipalId.parse(id));
  return {
    /** Those of them who are active. */
    async people(wanted: readonly PrincipalId[]): Promise<readonly Principal[]> {
      if (wanted.length === 0) return [];
      const found = await sql<Row>`${selected} where p.install_id = ${install} and p.active
          and p.id = any(${[...wanted]}::uuid[]) group by p.install_id, p.id order by p.id`.execute(db);
      return found.rows.map(opened);
    },

    /** The same, without a word about them. */
    async active(wanted: readonly PrincipalId[]): Promise<readonly PrincipalId[]> {
      const found = await sql<{
        id: string;
      }>`select id from principal where install_id = ${install} and active
        and id = any(${[...wanted]}::uuid[]) order by id`.execute(db);
      return ids(found.rows);
    },

    /** Whatever else is written about this person in a transaction that holds him waits for the end of this one. */
    async hold(person: PrincipalId): Promise<void> {
      await sql`select from principal where install_id = ${install} and id = ${person} for no key update`.execute(
        db,
      );
    },

    async bySlack(users: readonly SlackUser[]): Promise<ReadonlyMap<SlackUser, PrincipalId>> {
      const found = await sql<{ native_id: string; id: string }>`select i.native_id, p.id from identity i
        join principal p on p.install_id = i.install_id and p.id = i.principal_id
        where i.install_id = ${install} and i.system = 'slack' and i.native_id = any(${[...users]}::text[]) and p.active`.execute(
        db,
      );
      return new Map(
        found.rows.map((row) => [SlackUser.parse(row.native_id), PrincipalId.parse(row.id)] as const),
      );
    },

    async inGroup(group: string): Promise<readonly PrincipalId[]> {
      const found = await sql<{
        id: string;
      }>`select id from principal where install_id = ${install} and active
        and ${group} = any(groups) order by id`.execute(db);
      return ids(found.rows);
    },

    async managerOf(person: PrincipalId): Promise<readonly PrincipalId[]> {
      const found = await sql<{ id: string }>`select m.id from principal p
        join identity i on i.install_id = p.install_id and i.system = '@directory' and i.native_id = p.manager
        join principal m on m.install_id = i.install_id and m.id = i.principal_id
        where p.install_id = ${install} and p.id = ${person} and m.active`.execute(db);
      return ids(found.rows);
    },
  };
}
