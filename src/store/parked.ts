import { sql } from 'kysely';
import { z } from 'zod';
import { ConnectorId, DeliveryId, LinkId, OperationId } from '../model/ids.ts';
import { GIVEN_UP, type OperationBody } from '../model/link.ts';
import { APART } from './deliveries.ts';
import { createPayloads } from './operation-payload.ts';
import { OPERATION_VERSION } from './operations.ts';
import type { Scope } from './scope.ts';

const Row = z.object({
  id: LinkId,
  why: z.enum(['gone', 'loop', 'sign-in', 'install']),
  connector: ConnectorId.nullable(),
  key: z.string().nullable(),
  reason: z.string(),
  since: z.date(),
});

/** A link that waits as a whole: for a sign-in, for its ticket, or for calm. */
export type ParkedLink = z.infer<typeof Row>;

const Apart = z.object({ id: DeliveryId, link: LinkId, key: z.string().nullable(), since: z.date() });
/** A message at which Deskbridge failed. */
export type ApartMessage = z.infer<typeof Apart>;

/** Of a file that was on its way: what it looks like there. */
interface GivenUpFile {
  readonly operation: OperationId;
  readonly name: string;
  readonly size: number;
  readonly from: Date;
  readonly to: Date;
}

/** Null for what is no file, or never left. */
export function sentFileOf(body: OperationBody): { readonly name: string; readonly size: number } | null {
  if (body.kind !== 'attach' || body.withdrawn || body.sent === undefined) return null;
  return { name: body.file.name, size: body.sent.size };
}

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
        where l.install_id = ${install} and l.state = 'parked' and l.parked_why in ('gone', 'loop', 'sign-in', 'install')
        order by since`.execute(db);
      return found.rows.map((row) => Row.parse(row));
    },

    /** Messages that made us fail: each stops nobody else. */
    async messages(): Promise<readonly ApartMessage[]> {
      const found = await sql`
        select d.id, d.link_id as link, t.key, d.received_at as since from delivery d
        left join ticket t on t.install_id = d.install_id and t.link_id = d.link_id
          and t.generation = (select max(g.generation) from ticket g where g.install_id = d.install_id and g.link_id = d.link_id)
        where d.install_id = ${install} and d.state = 'sorted' and d.reason = ${APART} order by since`.execute(
        db,
      );
      return found.rows.map((row) => Apart.parse(row));
    },

    /** An operator says: try this one again. Its link; null when it is none of them. */
    async retryMessage(id: string): Promise<LinkId | null> {
      const back = await sql<{ link_id: string }>`update delivery set reason = null
        where install_id = ${install} and id = ${id}::uuid and state = 'sorted' and reason = ${APART}
        returning link_id`.execute(db);
      return back.rows[0] === undefined ? null : LinkId.parse(back.rows[0].link_id);
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

    /** Gives a parked one that surely did not happen other words. False: it is not parked any more, or may have happened. */
    async edit(id: OperationId, body: OperationBody): Promise<boolean> {
      const edited =
        await sql`update operation set payload = ${payloads.sealed(id, body)}, v = ${OPERATION_VERSION}
        where install_id = ${install} and id = ${id} and state = 'parked' and started_at is null`.execute(db);
      return edited.numAffectedRows === 1n;
    },

    /** Why one of its lanes stands still; null when none does. */
    async stopOf(link: LinkId): Promise<string | null> {
      const found = await sql<{ reason: string }>`select reason from operation
        where install_id = ${install} and link_id = ${link} and state = 'parked' and blocks
        order by lane, seq limit 1`.execute(db);
      return found.rows[0]?.reason ?? null;
    },

    /** Files of ours for the ticket that were given up while nobody knew whether they had arrived. */
    async givenUpFiles(link: LinkId): Promise<readonly GivenUpFile[]> {
      const found = await sql<{ id: string; payload: Buffer; started_at: Date; finished_at: Date }>`
        select id, payload, started_at, finished_at from operation
        where install_id = ${install} and link_id = ${link} and kind = 'attach' and state = 'skipped'
          and reason = ${GIVEN_UP} and started_at is not null and remote_id is null order by seq`.execute(db);
      return found.rows.flatMap(({ id, payload, started_at: from, finished_at: to }) => {
        const file = sentFileOf(payloads.bodyOf(id, payload));
        return file === null ? [] : [{ ...file, operation: OperationId.parse(id), from, to }];
      });
    },

    /** One that was given up is there after all. */
    async adopt(id: OperationId, remoteId: string): Promise<void> {
      await sql`update operation set remote_id = ${remoteId}
        where install_id = ${install} and id = ${id} and state = 'skipped'`.execute(db);
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
