import { sql } from 'kysely';
import { z } from 'zod';
import { ConnectorId, LinkId, type OperationId } from '../model/ids.ts';
import type { OperationBody } from '../model/link.ts';
import { createPayloads } from './operation-payload.ts';
import { OPERATION_VERSION } from './operations.ts';
import type { Scope } from './scope.ts';

const Row = z.object({
  id: LinkId,
  why: z.enum(['gone', 'loop', 'sign-in']),
  connector: ConnectorId.nullable(),
  key: z.string().nullable(),
  reason: z.string(),
  since: z.date(),
});

/** A link that waits as a whole: for a sign-in, for its ticket, or for calm. */
export type ParkedLink = z.infer<typeof Row>;

/** Links that no single operation holds up. Operations that stopped: see operations. */
export function createParked(scope: Scope) {
  const { db, install } = scope;
  const payloads = createPayloads(scope);
  return {
    /** The longest stopped first. */
    async links(): Promise<readonly ParkedLink[]> {
      const found = await sql`
        select l.id, l.parked_why as why, l.connector, t.key, coalesce(l.parked_reason, '') as reason,
          coalesce(l.parked_at, l.opened_at) as since
        from link l left join ticket t on t.install_id = l.install_id and t.link_id = l.id
          and t.generation = (select max(g.generation) from ticket g where g.install_id = l.install_id and g.link_id = l.id)
        where l.install_id = ${install} and l.state = 'parked' and l.parked_why in ('gone', 'loop', 'sign-in')
        order by since`.execute(db);
      return found.rows.map((row) => Row.parse(row));
    },

    /** What a parked one would do; `doubtful`: it may have happened. Null when it is not parked. */
    async bodyOf(
      id: OperationId,
    ): Promise<{ readonly link: LinkId; readonly body: OperationBody; readonly doubtful: boolean } | null> {
      const found = await sql<{ link_id: string; payload: Buffer; doubtful: boolean }>`
        select link_id, payload, started_at is not null as doubtful from operation
        where install_id = ${install} and id = ${id} and state = 'parked'`.execute(db);
      const row = found.rows[0];
      if (row === undefined) return null;
      return {
        link: LinkId.parse(row.link_id),
        body: payloads.bodyOf(id, row.payload),
        doubtful: row.doubtful,
      };
    },

    /** An operator gives a parked one that surely did not happen other words. */
    async edit(id: OperationId, body: OperationBody): Promise<void> {
      await sql`update operation set payload = ${payloads.sealed(id, body)}, v = ${OPERATION_VERSION}
        where install_id = ${install} and id = ${id} and state = 'parked' and started_at is null`.execute(db);
    },

    /** It is looked at now, with everything in it that waits for a time. */
    async resume(link: LinkId): Promise<void> {
      await sql`update operation set next_at = deskbridge_now()
        where install_id = ${install} and link_id = ${link} and state = 'ready'`.execute(db);
      await sql`update link set plan_after = null, wake_at = deskbridge_now(), ticket_stale = ticket_stale + 1
        where install_id = ${install} and id = ${link}`.execute(db);
    },
  };
}
