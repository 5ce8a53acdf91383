import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { LinkId } from '../model/ids.ts';
import type { Item, NewItem } from '../model/link.ts';
import type { Visibility } from '../model/ticket.ts';
import type { Scope } from './scope.ts';

/** The ledger of mirrored things: what is in it was seen, whatever became of it. */
export function createItems(scope: Scope) {
  const { db, install } = scope;
  return {
    async of(link: LinkId): Promise<readonly Item[]> {
      const found = await sql<{
        id: string;
        origin: 'slack' | 'ticket';
        slack_ts: string | null;
        comment_id: string | null;
        at_micros: number;
        visibility: Visibility;
      }>`select id, origin, slack_ts, comment_id, at_micros, visibility from item
        where install_id = ${install} and link_id = ${link}`.execute(db);
      return found.rows.map((row) => ({
        id: row.id,
        origin: row.origin,
        slackTs: row.slack_ts,
        commentId: row.comment_id,
        atMicros: row.at_micros,
        visibility: row.visibility,
      }));
    },

    /** Adds an item; its id. The unique keys make a second one for the same message or comment impossible. */
    async add(link: LinkId, item: NewItem): Promise<string> {
      const id = uuidv7();
      await sql`insert into item
          (install_id, id, link_id, origin, slack_channel, slack_ts, comment_id, at_micros, late, visibility)
        values (${install}, ${id}, ${link}, ${item.origin}, ${item.slackChannel}, ${item.slackTs}, ${item.commentId},
          ${item.atMicros}, ${item.late}, ${item.visibility})`.execute(db);
      return id;
    },

    async setComment(id: string, commentId: string): Promise<void> {
      await sql`update item set comment_id = ${commentId} where install_id = ${install} and id = ${id}`.execute(
        db,
      );
    },

    async setMessage(id: string, channel: string, ts: string): Promise<void> {
      await sql`update item set slack_channel = ${channel}, slack_ts = ${ts}
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    async setVisibility(id: string, visibility: Visibility): Promise<void> {
      await sql`update item set visibility = ${visibility} where install_id = ${install} and id = ${id}`.execute(
        db,
      );
    },
  };
}
