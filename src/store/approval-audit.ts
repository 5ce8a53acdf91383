import { sql } from 'kysely';
import type { Approval, ApprovalId, Surface } from '../model/approval.ts';
import type { LinkId, PrincipalId } from '../model/ids.ts';
import { type AuditEvent, createAudit } from './audit.ts';
import { BUILD } from './build.ts';
import type { Scope } from './scope.ts';

/** Of the fields that every event about an approval has: a change of their meaning raises it. */
const VERSION = 1;

/** Why something changed, for the audit: words of ours only, but for `reason`, of which the audit keeps a commitment. */
export interface Cause {
  /** What happened: `approval.voted`, `approval.voided`. */
  readonly kind: string;
  /** `slack:U…`, `connector:jira-it`, or `deskbridge`. */
  readonly actor: string;
  /** Null for the program's own acts. */
  readonly principal: PrincipalId | null;
  readonly surface: Surface | null;
  /** What came of it, in one word. */
  readonly result: string;
  /** What set it off: a delivery, an errand, an operation; null when nothing has a name. */
  readonly cause: string | null;
  /** The person's own words. */
  readonly reason?: string;
}

/** What is known where there is no approval: it was not opened, or nobody knows which was meant. */
export interface Unopened extends Omit<Cause, 'reason'> {
  readonly link: LinkId | null;
  readonly action: string | null;
  readonly object: string | null;
  /** What would have been asked, as far as it was put together. */
  readonly asked: {
    readonly corr: string;
    readonly policy: string;
    readonly policyHash: string;
    readonly payloadHash: string;
  } | null;
  readonly why: string | null;
}

/** What the audit says of approvals: each event has the same fields, null where nobody knows. */
export function createApprovalAudit(scope: Scope) {
  const { db, install } = scope;
  const { record } = createAudit(scope);

  /** Who it was, as the systems call him: for whoever reads the audit without our tables of people. */
  async function whoOf(
    { actor, principal, surface }: Cause,
    system: string | null,
  ): Promise<AuditEvent['data']> {
    const found =
      principal === null
        ? []
        : (
            await sql<{ system: string; native_id: string }>`select system, native_id from identity
              where install_id = ${install} and principal_id = ${principal}
                and system in ('slack', ${system})`.execute(db)
          ).rows;
    const ids = new Map(found.map((row) => [row.system, row.native_id]));
    const [of = '', ...rest] = actor.split(':');
    if (of !== 'connector' && of !== 'deskbridge' && rest.length > 0) ids.set(of, rest.join(':'));
    const isPerson = principal !== null || [...ids].length > 0;
    const account = [...ids].find(([one]) => one !== 'slack');
    return {
      ...{ actor_principal: principal, actor_kind: isPerson ? 'person' : 'program', surface },
      ...{ actor_slack: ids.get('slack') ?? null, actor_account: account?.join(':') ?? null },
    };
  }

  const common = { v: VERSION, build: BUILD };
  return {
    async record(
      id: ApprovalId,
      link: LinkId,
      after: Approval,
      cause: Cause,
      more: AuditEvent['data'] = {},
    ): Promise<void> {
      const { request, hash, round, at, status } = after;
      const { system, ticket } = request.target;
      await record({
        ...{ kind: cause.kind, actor: cause.actor, link },
        data: {
          ...common,
          ...(await whoOf(cause, system)),
          ...{ action: request.kind, object: `approval:${id}` },
          ...{ target: `${system}:${ticket}`, requester: request.requester },
          ...{ corr: request.correlation, cause: cause.cause, policy: request.policy.name },
          ...{ policy_hash: request.policy.hash, payload_hash: hash, risk: request.risk },
          ...{ round, step: at, status, result: cause.result },
          ...more,
        },
      });
    },

    async unopened({ asked, link, action, object, why, ...cause }: Unopened): Promise<void> {
      await record({
        ...{ kind: cause.kind, actor: cause.actor, link },
        data: {
          ...common,
          ...(await whoOf(cause, null)),
          ...{ action, object, corr: asked?.corr ?? link, cause: cause.cause, policy: asked?.policy ?? null },
          ...{ policy_hash: asked?.policyHash ?? null, payload_hash: asked?.payloadHash ?? null },
          ...{ result: cause.result, ...(why === null ? {} : { why }) },
        },
      });
    },
  };
}
