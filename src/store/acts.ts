import { sql } from 'kysely';
import { LinkId, type SlackChannel } from '../model/ids.ts';
import type { AlarmKind, OperationBody } from '../model/link.ts';
import { createPayloads } from './operation-payload.ts';
import type { Scope } from './scope.ts';

/** What people did with a request, as far as later acts ask for it. */
export function createActs(scope: Scope) {
  const { db, install } = scope;
  const { bodyOf } = createPayloads(scope);
  return {
    /** The request whose card this is; null when it is none. */
    async byCard(channel: SlackChannel, ts: string): Promise<LinkId | null> {
      const found = await sql<{ id: string }>`select id from link
        where install_id = ${install} and card_channel = ${channel} and card_ts = ${ts}`.execute(db);
      return found.rows[0] === undefined ? null : LinkId.parse(found.rows[0].id);
    },

    /** What a reaction has changed, last; null when it changed nothing. */
    async madeBy(link: LinkId, because: string): Promise<Extract<OperationBody, { kind: 'write' }> | null> {
      const found = await sql<{ id: string; payload: Buffer }>`
        select id, payload from operation where install_id = ${install} and link_id = ${link} and lane = 'ticket'
          and state = 'done' and kind = 'write' order by seq desc`.execute(db);
      for (const { id, payload } of found.rows) {
        const body = bodyOf(id, payload);
        if (body.kind === 'write' && body.because === because) return body;
      }
      return null;
    },

    /** When each alarm of a request was raised last. */
    async alarms(link: LinkId): Promise<ReadonlyMap<AlarmKind, Date>> {
      const found = await sql<{ kind: AlarmKind; raised_at: Date }>`select kind, raised_at from alarm
        where install_id = ${install} and link_id = ${link}`.execute(db);
      return new Map(found.rows.map((row) => [row.kind, row.raised_at]));
    },

    async raise(link: LinkId, kind: AlarmKind): Promise<void> {
      await sql`insert into alarm (install_id, link_id, kind) values (${install}, ${link}, ${kind})
        on conflict (install_id, link_id, kind) do update set raised_at = deskbridge_now()`.execute(db);
    },
  };
}
