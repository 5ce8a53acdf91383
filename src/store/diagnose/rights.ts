import type pg from 'pg';
import { z } from 'zod';
import { howText, WAYS_TO_AUDIT } from '../rights.ts';
import type { DatabaseNotes } from './notes.ts';

const Rights = z.object({
  role: z.string(),
  superuser: z.boolean(),
  audited: z.boolean(),
  encrypted: z.boolean(),
});
const Ways = z.array(z.object({ way: z.enum(['superuser', 'owner', 'rights', 'roles']) }));

const OURS_ALONE =
  'the embedded Postgres knows one role, and whoever reaches its folder has everything; a Postgres of your own can have two';

/** What our role may do beyond its work, and who may listen. */
export async function lookAtRights(
  notes: DatabaseNotes,
  client: pg.Client,
  embedded: boolean,
): Promise<void> {
  const answer = await client.query(`select current_user as role,
      (select rolsuper from pg_roles where rolname = current_user) as superuser,
      to_regclass('audit_event') is not null as audited,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted`);
  const { role, superuser, audited, encrypted } = Rights.parse(answer.rows[0]);
  if (embedded) notes.unseen('database.role', OURS_ALONE);
  else if (superuser)
    notes.problem('database.role', 'superuser', { wrong: `The role "${role}" is a superuser.` });
  else notes.passed('database.role', `"${role}" is no superuser`);

  if (embedded && audited) notes.unseen('database.audit', OURS_ALONE);
  else if (audited) await lookAtAudit(notes, client, role);

  const isHere = /^(127\.\d+\.\d+\.\d+|::1|localhost|\/.*)$/.test(client.host);
  if (encrypted || isHere) notes.passed('database.tls', encrypted ? 'TLS' : 'it stays on this machine');
  else
    notes.problem('database.tls', 'plain', { wrong: `The connection to ${client.host} is not encrypted.` });
}

async function lookAtAudit(notes: DatabaseNotes, client: pg.Client, role: string): Promise<void> {
  const found = await client.query(WAYS_TO_AUDIT);
  const ways = Ways.parse(found.rows).map(({ way }) => way);
  if (ways.length === 0) notes.passed('database.audit', `"${role}" can only add to it`);
  else
    notes.problem('database.audit', 'alterable', {
      wrong: `The role "${role}" can change what the audit says: ${howText(ways)}.`,
    });
}
