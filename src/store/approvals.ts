import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Approval, ApprovalStatus, Vote } from '../model/approval.ts';
import { ApprovalId } from '../model/approval.ts';
import type { LinkId, PrincipalId } from '../model/ids.ts';
import type { NativeRecord } from '../model/native-approval.ts';
import { type Cause, createApprovalAudit } from './approval-audit.ts';
import { createApprovalBound } from './approval-bound.ts';
import { createApprovalCounts, createApprovalHistory } from './approval-history.ts';
import { createApprovalQuestions } from './approval-questions.ts';
import { APPROVAL_COLUMNS, approvalRows, type StoredApproval } from './approval-rows.ts';
import { createApprovalSides } from './approval-sides.ts';
import { createApprovalTokens } from './approval-tokens.ts';
import type { AuditEvent } from './audit.ts';
import type { Scope } from './scope.ts';

export type { Cause } from './approval-audit.ts';

/** An approval whose row is held until the transaction ends. */
export interface HeldApproval extends StoredApproval {
  /** The database's time, in milliseconds since 1970. */
  readonly now: number;
}

const OPEN: readonly ApprovalStatus[] = ['open', 'granted', 'executing'];

/** Requests for a decision. Every change writes what happened into the audit, in the same transaction. */
export function createApprovals(scope: Scope) {
  return {
    ...createReads(scope),
    ...createApprovalCounts(scope),
    ...createWrites(scope),
    tokens: createApprovalTokens(scope),
    ...createApprovalSides(scope),
    questions: createApprovalQuestions(scope),
    history: createApprovalHistory(scope),
    bound: createApprovalBound(scope),
  };
}

function createReads(scope: Scope) {
  const { db, install } = scope;
  const { opened } = approvalRows(scope);
  return {
    async get(id: ApprovalId): Promise<StoredApproval | null> {
      const found = await sql`select ${APPROVAL_COLUMNS} from approval a
        where a.install_id = ${install} and a.id = ${id}`.execute(db);
      return found.rows[0] === undefined ? null : opened(found.rows[0]);
    },

    /** Of one request, the oldest first, those that are over too. */
    async ofLink(link: LinkId): Promise<readonly StoredApproval[]> {
      const found = await sql`select ${APPROVAL_COLUMNS} from approval a
        where a.install_id = ${install} and a.link_id = ${link} order by a.opened_at, a.id`.execute(db);
      return found.rows.map(opened);
    },

    /** Those that are open and were asked of this person, the oldest first. */
    async askedOf(person: PrincipalId, limit: number): Promise<readonly StoredApproval[]> {
      const found = await sql`select ${APPROVAL_COLUMNS} from approval a
        where a.install_id = ${install} and a.status = 'open' and exists (select from approval_asked q
          where q.install_id = a.install_id and q.approval_id = a.id and q.round = a.round and q.step = a.step
            and q.principal = ${person})
        order by a.opened_at, a.id limit ${limit}`.execute(db);
      return found.rows.map(opened);
    },

    /** The approvals whose own id this is, or whose ticket is called so (in any case); those that are open first. */
    async named(word: string, limit: number): Promise<readonly StoredApproval[]> {
      const found = await sql`select ${APPROVAL_COLUMNS} from approval a
        where a.install_id = ${install} and (a.id::text = lower(${word}) or exists (select from ticket t
          where t.install_id = a.install_id and t.link_id = a.link_id
            and (lower(t.key) = lower(${word}) or t.ticket_id = ${word})))
        order by (a.closed_at is not null), a.opened_at desc, a.id limit ${limit}`.execute(db);
      return found.rows.map(opened);
    },
  };
}

function createWrites(scope: Scope) {
  const { db, install } = scope;
  const { opened, sealed, sealedNative } = approvalRows(scope);
  const rows = createRows(scope);

  const audit = createApprovalAudit(scope);

  return {
    /** Null when the same has asked before, for this link. */
    async open(
      link: LinkId,
      {
        origin,
        approval,
        native = null,
      }: { readonly origin: string; readonly approval: Approval; readonly native?: NativeRecord | null },
      cause: Omit<Cause, 'reason'>,
    ): Promise<ApprovalId | null> {
      const id = ApprovalId.parse(randomUUID());
      const { request, hash, round, at, ran, status, grant } = approval;
      const made =
        await sql`insert into approval (install_id, id, link_id, origin, status, round, step, ran, request,
          hash, policy, policy_hash, risk, grant_step, grant_until, closed_at, native)
        values (${install}, ${id}, ${link}, ${origin}, ${status}, ${round}, ${at}, ${ran}, ${sealed(id, request)},
          ${hash}, ${request.policy.name}, ${request.policy.hash}, ${request.risk}, ${grant?.step ?? null},
          ${timeOf(grant?.until)}, ${OPEN.includes(status) ? null : sql`deskbridge_now()`},
          ${sealedNative(id, native)})
        on conflict (install_id, link_id, origin) do nothing returning id`.execute(db);
      if (made.rows.length === 0) return null;
      await rows.steps(id, approval);
      await audit.record(id, link, approval, cause);
      return id;
    },

    /** Holds the request's row and then the approval's, in the order in which everybody does; null when there is none. */
    async hold(id: ApprovalId): Promise<HeldApproval | null> {
      await sql`select from link where install_id = ${install} and id = (select link_id from approval
        where install_id = ${install} and id = ${id}) for no key update`.execute(db);
      await sql`select from approval where install_id = ${install} and id = ${id} for update`.execute(db);
      const found = await sql<{ now: Date }>`select ${APPROVAL_COLUMNS}, deskbridge_now() as now
        from approval a where a.install_id = ${install} and a.id = ${id}`.execute(db);
      const row = found.rows[0];
      return row === undefined ? null : { ...opened(row), now: row.now.getTime() };
    },

    /** What the machine made of it. `cause.reason` goes with the vote that is new. */
    async save(
      { id, link, approval: before }: HeldApproval,
      after: Approval,
      { reason = '', ...cause }: Cause,
    ): Promise<void> {
      const words = wordsOf(reason);
      const { request, hash, round, at, ran, status, grant } = after;
      const isOver = !OPEN.includes(status);
      const previous =
        round === before.round ? sql`previous` : sql`${sealed(id, before.request, 'previous')}`;
      await sql`update approval set status = ${status}, round = ${round}, step = ${at}, ran = ${ran},
          request = ${sealed(id, request)}, previous = ${previous}, hash = ${hash}, policy = ${request.policy.name},
          policy_hash = ${request.policy.hash}, risk = ${request.risk}, grant_step = ${grant?.step ?? null},
          grant_until = ${timeOf(grant?.until)}, closed_at = ${isOver ? sql`deskbridge_now()` : null}
        where install_id = ${install} and id = ${id}`.execute(db);
      await rows.steps(id, after);
      await rows.votes(id, before, after, words);
      await rows.delegations(id, after);
      await rows.execution(id, before, after);
      if (isOver || round !== before.round) await rows.forgetTokens(id);
      await audit.record(
        id,
        link,
        after,
        cause,
        words === null ? {} : { reason_commitment: words.commitment },
      );
    },

    /** What the ticket system's record says since it was read again. */
    async keepNative(id: ApprovalId, native: NativeRecord): Promise<void> {
      await sql`update approval set native = ${sealedNative(id, native)}
        where install_id = ${install} and id = ${id} and native is not null`.execute(db);
    },

    /** Something was asked of it that changed nothing, such as a refused vote or a question. */
    refused: (
      { id, link, approval }: StoredApproval,
      cause: Omit<Cause, 'reason'>,
      more: AuditEvent['data'] = {},
    ): Promise<void> => audit.record(id, link, approval, cause, more),

    /** The same where there is none. */
    unopened: audit.unopened,
  };
}

/** A person's words, and what the audit keeps of them: it proves them as long as they and their salt are kept. */
interface Words {
  readonly text: string;
  readonly salt: string;
  readonly commitment: string;
}

function wordsOf(reason: string): Words | null {
  const text = reason.trim();
  if (text === '') return null;
  const salt = randomBytes(16).toString('hex');
  const commitment = createHash('sha256').update(salt).update(text).digest('hex');
  return { text, salt, commitment };
}

const timeOf = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : new Date(ms));

/** What belongs to an approval, row by row. */
function createRows({ db, install, envelope }: Scope) {
  const sameVote = (a: Vote, b: Vote) => a.step === b.step && a.by === b.by && a.at === b.at;
  return {
    async steps(id: ApprovalId, { round, steps }: Approval): Promise<void> {
      for (const [nth, step] of steps.entries())
        await sql`insert into approval_step (install_id, approval_id, round, step, name, slots, deny, timeout, runs, deadline)
          values (${install}, ${id}, ${round}, ${nth}, ${step.name}, ${JSON.stringify(step.slots)}::jsonb, ${step.deny},
            ${JSON.stringify(step.timeout)}::jsonb, ${step.runs}, ${timeOf(step.deadline)})
          on conflict (install_id, approval_id, round, step) do update set slots = excluded.slots, deny = excluded.deny,
            timeout = excluded.timeout, runs = excluded.runs, deadline = excluded.deadline`.execute(db);
    },

    async votes(id: ApprovalId, before: Approval, after: Approval, words: Words | null): Promise<void> {
      if (after.round !== before.round) return;
      for (const gone of before.votes.filter((vote) => !after.votes.some((one) => sameVote(one, vote))))
        await sql`update approval_vote set void_at = deskbridge_now() where install_id = ${install}
          and approval_id = ${id} and round = ${before.round} and step = ${gone.step} and principal = ${gone.by}
          and void_at is null`.execute(db);
      for (const vote of after.votes.filter((one) => !before.votes.some((other) => sameVote(one, other)))) {
        const own = uuidv7();
        const place = { install, table: 'approval_vote', row: own, column: 'reason' };
        const kept = words === null ? null : envelope.seal(place, Buffer.from(JSON.stringify(words)));
        await sql`insert into approval_vote (install_id, id, approval_id, round, step, principal, seat, decision, hash,
            surface, reason, cast_at)
          values (${install}, ${own}, ${id}, ${after.round}, ${vote.step}, ${vote.by}, ${vote.seat}, ${vote.decision},
            ${vote.hash}, ${vote.surface}, ${kept}, ${timeOf(vote.at)})`.execute(db);
      }
    },

    async delegations(id: ApprovalId, { round, delegations }: Approval): Promise<void> {
      for (const { from, to, since, until } of delegations)
        await sql`insert into approval_delegation (install_id, id, approval_id, round, from_principal, to_principal, since, until)
          values (${install}, ${uuidv7()}, ${id}, ${round}, ${from}, ${to}, ${timeOf(since)}, ${timeOf(until)})
          on conflict (install_id, approval_id, round, from_principal) where approval_id is not null
          do update set to_principal = excluded.to_principal, since = excluded.since, until = excluded.until`.execute(
          db,
        );
    },

    /** @throws when the work of this step has begun before: that would be the second time */
    async execution(id: ApprovalId, before: Approval, after: Approval): Promise<void> {
      if (before.status !== 'executing' && after.status === 'executing') {
        const begun =
          await sql`insert into approval_execution (install_id, approval_id, step, round, hash, state)
          values (${install}, ${id}, ${after.at}, ${after.round}, ${after.hash}, 'begun')
          on conflict (install_id, approval_id, step, round) do update
            set state = 'begun', began_at = deskbridge_now(), ended_at = null
            where approval_execution.state = 'nothing' and approval_execution.hash = excluded.hash returning 1`.execute(
            db,
          );
        if (begun.rows.length === 0) throw new Error(`The work of approval ${id} has begun before`);
      }
      if (before.status !== 'executing' || after.status === 'executing') return;
      const ends = { granted: 'nothing', failed: 'failed', uncertain: 'uncertain' } as const;
      const { status } = after;
      const state =
        status === 'granted' || status === 'failed' || status === 'uncertain' ? ends[status] : 'done';
      await sql`update approval_execution set state = ${state}, ended_at = deskbridge_now() where install_id = ${install}
        and approval_id = ${id} and step = ${before.at} and round = ${before.round} and state = 'begun'`.execute(
        db,
      );
    },

    /** Nobody can use them any more, so nothing has to remember them. */
    async forgetTokens(id: ApprovalId): Promise<void> {
      await sql`delete from approval_token where install_id = ${install} and approval_id = ${id}
        and used_at is null`.execute(db);
    },
  };
}
