import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { LinkId } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** One thing that was decided or done. Ids and words of ours only: no text of people, no secret. */
export interface AuditEvent {
  readonly kind: string;
  /** `slack:U…`, `connector:jira-it`, or `deskbridge`. */
  readonly actor: string;
  readonly link: LinkId | null;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

export function createAudit(scope: Scope) {
  const { db, install } = scope;
  return {
    /** Written in the transaction of what it tells of. */
    async record(event: AuditEvent): Promise<void> {
      await sql`insert into audit_event (install_id, id, kind, actor, link_id, data) values
        (${install}, ${uuidv7()}, ${event.kind}, ${event.actor}, ${event.link}, ${JSON.stringify(event.data)}::jsonb)`.execute(
        db,
      );
    },
  };
}
