import { sql } from 'kysely';
import { z } from 'zod';
import { LinkId } from '../model/ids.ts';
import type { Scope } from './scope.ts';

const Counts = z.object({ links: z.number(), deliveries: z.number() });
const Undone = z.object({
  id: z.string(),
  link: LinkId.nullable(),
  state: z.enum(['new', 'waiting', 'sorted']),
  reason: z.string().nullable(),
  receivedAt: z.date(),
});
const Operation = z.object({
  id: z.string(),
  lane: z.enum(['slack', 'ticket']),
  seq: z.number(),
  kind: z.string(),
  itemId: z.string().nullable(),
  marker: z.string(),
  state: z.enum(['ready', 'sending', 'done', 'parked', 'skipped']),
  blocks: z.boolean(),
  reason: z.string().nullable(),
  remoteId: z.string().nullable(),
  stopped: z.boolean(),
  nextAt: z.date(),
});
const AuditCount = z.object({ kind: z.string(), n: z.number() });
const Numbered = z.object({ n: z.number() });

/** What a census reads of the database; nothing here changes anything. */
export function createCensus(scope: Scope) {
  const { db, install } = scope;
  return {
    /** How much there is to look at. */
    async counts(): Promise<z.infer<typeof Counts>> {
      const found = await sql`select
        (select count(*)::int from link where install_id = ${install}) as links,
        (select count(*)::int from delivery where install_id = ${install}) as deliveries`.execute(db);
      return Counts.parse(found.rows[0]);
    },

    /** Links in the order of their ids, after this one. */
    async linksAfter(id: LinkId | null, limit: number): Promise<readonly LinkId[]> {
      const found = await sql`select id from link
        where install_id = ${install} and (${id}::uuid is null or id > ${id}) order by id limit ${limit}`.execute(
        db,
      );
      return found.rows.map((row) => z.object({ id: LinkId }).parse(row).id);
    },

    /** Accepted deliveries that nobody has finished: of these links, or (null) those that have none. */
    async undone(links: readonly LinkId[] | null): Promise<readonly z.infer<typeof Undone>[]> {
      const found =
        await sql`select id, link_id as link, state, reason, received_at as "receivedAt" from delivery
        where install_id = ${install} and state in ('new', 'waiting', 'sorted')
          and case when ${links === null}::boolean then link_id is null
            else link_id = any(${[...(links ?? [])]}::uuid[]) end`.execute(db);
      return found.rows.map((row) => Undone.parse(row));
    },

    async operations(link: LinkId): Promise<readonly z.infer<typeof Operation>[]> {
      const found = await sql`
        select o.id, o.lane, o.seq, o.kind, o.item_id as "itemId", o.marker, o.state, o.blocks, o.reason, o.remote_id as "remoteId",
          o.next_at as "nextAt", exists (select from audit_event a
            where a.install_id = o.install_id and a.link_id = o.link_id and a.kind = o.kind || '.parked'
              and a.data->>'operation' = o.id::text) as stopped
        from operation o where o.install_id = ${install} and o.link_id = ${link} order by o.lane, o.seq`.execute(
        db,
      );
      return found.rows.map((row) => Operation.parse(row));
    },

    /** How often which kind of event stands in the audit of a link. */
    async audit(link: LinkId): Promise<ReadonlyMap<string, number>> {
      const found = await sql`select kind, count(*)::int as n from audit_event
        where install_id = ${install} and link_id = ${link} group by kind`.execute(db);
      return new Map(
        found.rows.map((row) => {
          const { kind, n } = AuditCount.parse(row);
          return [kind, n];
        }),
      );
    },

    /** Accepted deliveries whose content is missing although somebody still has to read it. */
    async withoutBody(): Promise<number> {
      const found = await sql`select count(*)::int as n from delivery d
        where d.install_id = ${install} and d.state in ('new', 'waiting', 'sorted') and not exists (select from delivery_body b
          where b.install_id = d.install_id and b.delivery_id = d.id)`.execute(db);
      return Numbered.parse(found.rows[0]).n;
    },
  };
}
