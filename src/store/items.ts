import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { type LinkId, SlackChannel } from '../model/ids.ts';
import type { Copy, Item, ItemChange, NewItem } from '../model/item.ts';
import type { Scope } from './scope.ts';

const Row = z.object({
  id: z.string(),
  kind: z.enum(['message', 'file']),
  origin: z.enum(['slack', 'ticket']),
  native_id: z.string(),
  channel: SlackChannel.nullable(),
  parent: z.string().nullable(),
  opens: z.boolean(),
  at_micros: z.number(),
  late: z.boolean(),
  visibility: z.enum(['public', 'internal', 'unknown']),
  stamp: z.string().nullable(),
  gone: z.boolean(),
  copies: z.array(z.object({ part: z.number(), nativeId: z.string(), channel: SlackChannel.nullable() })),
});

/** The ledger of mirrored things: what is in it was seen, whatever became of it. */
export function createItems(scope: Scope) {
  const { db, install } = scope;
  return {
    /** All of Slack, and of the ticket that the link has now. */
    async of(link: LinkId): Promise<readonly Item[]> {
      const found = await sql`
        select i.id, i.kind, i.origin, i.native_id, i.channel, i.parent, i.opens, i.at_micros, i.late, i.visibility, i.stamp, i.gone,
          coalesce((select jsonb_agg(jsonb_build_object('part', c.part, 'nativeId', c.native_id, 'channel', c.channel)
            order by c.part) from copy c where c.install_id = i.install_id and c.item_id = i.id), '[]') as copies
        from item i where i.install_id = ${install} and i.link_id = ${link}
          and (i.origin = 'slack' or i.generation = coalesce((select max(t.generation) from ticket t
            where t.install_id = i.install_id and t.link_id = i.link_id), 1))
        order by i.id`.execute(db);
      return found.rows.map((row) => {
        const { native_id: nativeId, at_micros: atMicros, ...rest } = Row.parse(row);
        return { ...rest, nativeId, atMicros };
      });
    },

    /** Adds an item; its id. The unique keys make a second one for the same message, comment or file impossible. */
    async add(link: LinkId, item: NewItem): Promise<string> {
      const id = uuidv7();
      await sql`insert into item (install_id, id, link_id, kind, origin, channel, native_id, parent, opens, at_micros, late,
          visibility, stamp, gone, generation)
        values (${install}, ${id}, ${link}, ${item.kind}, ${item.origin}, ${item.channel}, ${item.nativeId},
          ${item.parent}, ${item.opens}, ${item.atMicros}, ${item.late}, ${item.visibility}, ${item.stamp}, ${item.gone},
          coalesce((select max(generation) from ticket where install_id = ${install} and link_id = ${link}), 1))`.execute(
        db,
      );
      return id;
    },

    async change(id: string, { visibility, stamp, gone }: ItemChange): Promise<void> {
      await sql`update item set visibility = ${visibility}, stamp = ${stamp}, gone = ${gone}
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** What an item has become on the other side; a part that shows there under another id now is moved. */
    async setCopy(link: LinkId, item: string, copy: Copy): Promise<void> {
      await sql`insert into copy (install_id, link_id, item_id, part, channel, native_id)
        values (${install}, ${link}, ${item}, ${copy.part}, ${copy.channel}, ${copy.nativeId})
        on conflict (install_id, item_id, part) do update set channel = excluded.channel, native_id = excluded.native_id`.execute(
        db,
      );
    },

    async removeCopy(item: string, part: number): Promise<void> {
      await sql`delete from copy where install_id = ${install} and item_id = ${item} and part = ${part}`.execute(
        db,
      );
    },

    async copyOf(item: string, part: number): Promise<Copy | null> {
      const found = await sql<{ part: number; native_id: string; channel: string | null }>`
        select part, native_id, channel from copy
        where install_id = ${install} and item_id = ${item} and part = ${part}`.execute(db);
      const row = found.rows[0];
      if (row === undefined) return null;
      return {
        part: row.part,
        nativeId: row.native_id,
        channel: row.channel === null ? null : SlackChannel.parse(row.channel),
      };
    },
  };
}
