import type pg from 'pg';
import { z } from 'zod';
import type { DatabaseNotes } from './notes.ts';

const Rights = z.object({
  role: z.string(),
  superuser: z.boolean(),
  /** Null while there is no audit. */
  alters: z.boolean().nullable(),
  encrypted: z.boolean(),
});

/** What our role may do beyond its work, and who may listen. */
export async function lookAtRights(notes: DatabaseNotes, client: pg.Client): Promise<void> {
  const answer = await client.query(`select current_user as role,
      (select rolsuper from pg_roles where rolname = current_user) as superuser,
      (select pg_has_role(current_user, relowner, 'usage') or has_table_privilege(current_user, oid, 'update,delete,truncate')
        from pg_class where oid = to_regclass('audit_event')) as alters,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted`);
  const { role, superuser, alters, encrypted } = Rights.parse(answer.rows[0]);
  if (superuser) notes.problem('database.role', 'superuser', { wrong: `The role "${role}" is a superuser.` });
  else notes.passed('database.role', `"${role}" is no superuser`);

  if (alters === true) {
    notes.problem('database.audit', 'alterable', {
      wrong: `The role "${role}" can take away the guard of audit_event and change its rows.`,
    });
  } else if (alters === false) notes.passed('database.audit', `"${role}" can only add to it`);

  const isHere = /^(127\.\d+\.\d+\.\d+|::1|localhost|\/.*)$/.test(client.host);
  if (encrypted || isHere) notes.passed('database.tls', encrypted ? 'TLS' : 'it stays on this machine');
  else
    notes.problem('database.tls', 'plain', { wrong: `The connection to ${client.host} is not encrypted.` });
}
