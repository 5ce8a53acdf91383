import { sql } from 'kysely';
import { z } from 'zod';
import type { ApprovalId, RiskClass } from '../model/approval.ts';
import type { LinkId, PrincipalId, SlackUser } from '../model/ids.ts';
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

/** How often something was done lately. */
export function createApprovalCounts({ db, install }: Scope) {
  return {
    /** How many of these risks somebody approved in Slack within the last so many seconds. */
    async approvedLately(person: PrincipalId, risks: readonly RiskClass[], seconds: number): Promise<number> {
      const found = await sql<{ n: number }>`select count(*)::int as n from approval_vote v
        join approval a on a.install_id = v.install_id and a.id = v.approval_id
        where v.install_id = ${install} and v.principal = ${person} and v.decision = 'approve'
          and v.surface in ('card', 'home') and a.risk = any(${[...risks]}::text[])
          and v.cast_at > deskbridge_now() - make_interval(secs => ${seconds})`.execute(db);
      return found.rows[0]?.n ?? 0;
    },

    /** How often somebody asked for the same within so many minutes, but for `own`: for the rate of the risk matrix. */
    async countOf(
      kind: string,
      origin: { readonly requester: PrincipalId; readonly minutes: number; readonly own?: ApprovalId },
    ) {
      const own = origin.own === undefined ? '' : `approval:${origin.own}`;
      const found = await sql<{ asked: number }>`select count(*)::int as asked from audit_event
        where install_id = ${install} and kind = 'approval.opened' and data->>'action' = ${kind}
          and data->>'requester' = ${origin.requester} and data->>'object' <> ${own}
          and at > deskbridge_now() - make_interval(mins => ${origin.minutes})`.execute(db);
      return found.rows[0]?.asked ?? 0;
    },
  };
}
