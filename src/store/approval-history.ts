import { sql } from 'kysely';
import { z } from 'zod';
import type { ApprovalId } from '../model/approval.ts';
import type { LinkId, SlackUser } from '../model/ids.ts';
import { APPROVAL_COLUMNS, approvalRows, type StoredApproval } from './approval-rows.ts';
import type { Scope } from './scope.ts';

const AuditRow = z.object({ id: z.string() });

/** What was asked and decided before, and where that is written down. */
export function createApprovalHistory(scope: Scope) {
  const { db, install } = scope;
  const { opened } = approvalRows(scope);
  return {
    /** Approvals of this person's requests that are over, the latest first. */
    async endedOf(requester: SlackUser, limit: number): Promise<readonly StoredApproval[]> {
      const found = await sql`select ${APPROVAL_COLUMNS} from approval a
        join link l on l.install_id = a.install_id and l.id = a.link_id
        where a.install_id = ${install} and l.requester = ${requester} and a.closed_at is not null
        order by a.closed_at desc, a.id limit ${limit}`.execute(db);
      return found.rows.map(opened);
    },

    /** Id of the audit entry that says that it was asked for; null for none. */
    async entryOf(id: ApprovalId, link: LinkId): Promise<string | null> {
      const found = await sql`select id from audit_event where install_id = ${install} and link_id = ${link}
        and kind = 'approval.opened' and data->>'object' = ${`approval:${id}`} order by at, id limit 1`.execute(
        db,
      );
      return found.rows[0] === undefined ? null : AuditRow.parse(found.rows[0]).id;
    },
  };
}
