import { sql } from 'kysely';
import { z } from 'zod';
import type { Scope } from './scope.ts';

export const Profile = z.object({ name: z.string(), email: z.string().nullable() });
export type Profile = z.infer<typeof Profile>;

/** Names and addresses as their own system gave them, for a day. */
export function createPeople(scope: Scope) {
  const { db, install, envelope } = scope;
  const place = (system: string, id: string) => ({
    install,
    table: 'person',
    row: `${system}:${id}`,
    column: 'profile',
  });
  return {
    async get(system: string, id: string): Promise<Profile | null> {
      const found = await sql<{ profile: Buffer }>`select profile from person where install_id = ${install}
        and system = ${system} and native_id = ${id} and fetched_at > deskbridge_now() - interval '1 day'`.execute(
        db,
      );
      const row = found.rows[0];
      if (row === undefined) return null;
      return Profile.parse(JSON.parse(envelope.open(place(system, id), row.profile).toString('utf8')));
    },
    async save(system: string, id: string, profile: Profile): Promise<void> {
      const sealed = envelope.seal(place(system, id), Buffer.from(JSON.stringify(profile)));
      await sql`insert into person (install_id, system, native_id, profile) values (${install}, ${system}, ${id}, ${sealed})
        on conflict (install_id, system, native_id) do update set profile = excluded.profile, fetched_at = deskbridge_now()`.execute(
        db,
      );
    },
  };
}
