import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { LinkId, Marker, OperationId } from '../model/ids.ts';
import type { Lane, NewOperation, Operation, OperationBody } from '../model/link.ts';
import type { RefusedStep } from '../model/step.ts';
import { changedFromSlack } from './changed-from-slack.ts';
import { createPayloads } from './operation-payload.ts';
import { refusedStep } from './refused-steps.ts';
import type { Scope } from './scope.ts';

const Row = z.object({
  id: OperationId,
  lane: z.enum(['slack', 'ticket']),
  seq: z.number(),
  item_id: z.string().nullable(),
  marker: Marker,
  payload: z.instanceof(Buffer),
  state: z.enum(['ready', 'sending', 'parked']),
  blocks: z.boolean(),
  attempt: z.number(),
  due_in_ms: z.number(),
  started_at: z.date().nullable(),
  overdue_ms: z.number().nullable(),
});

/** A parked operation as an operator sees it. */
export interface ParkedOperation {
  readonly id: OperationId;
  readonly link: LinkId;
  readonly kind: string;
  readonly key: string | null;
  readonly reason: string;
  readonly since: Date;
  /** Nothing behind it in its lane may run. */
  readonly blocks: boolean;
}

/** Version of the sealed payload that this program writes; it reads this one and the one before. */
export const OPERATION_VERSION = 3;

interface Superseding {
  readonly id: OperationId;
  readonly itemId: string;
  readonly lane: Lane;
  readonly seq: number;
  readonly part: number;
}

export function createOperations(scope: Scope) {
  const { db, install } = scope;
  const { sealed, bodyOf } = createPayloads(scope);

  function opened(row: unknown): Operation {
    const read = Row.parse(row);
    const body = bodyOf(read.id, read.payload);
    return {
      id: read.id,
      lane: read.lane,
      seq: read.seq,
      itemId: read.item_id,
      marker: read.marker,
      body,
      state: read.state,
      blocks: read.blocks,
      attempt: read.attempt,
      dueInMs: read.due_in_ms,
      startedAt: read.started_at,
      overdueMs: read.overdue_ms,
    };
  }

  return {
    /** Appends to the lanes of a link, in the order given. Call it under the fence: seq is the next free one. */
    async append(link: LinkId, operations: readonly NewOperation[]): Promise<void> {
      if (operations.length === 0) return;
      const rows = operations.map((operation, order) => {
        const id = uuidv7();
        const marker = `dsk-${id.replaceAll('-', '')}`;
        return { id, order, marker, operation, payload: sealed(id, operation.body) };
      });
      const column = <T>(pick: (row: (typeof rows)[number]) => T): T[] => rows.map(pick);
      await sql`
        with asked as (
          select * from unnest(${column((r) => r.id)}::uuid[], ${column((r) => r.order)}::int[],
            ${column((r) => r.operation.lane)}::text[], ${column((r) => r.operation.body.kind)}::text[],
            ${column((r) => r.operation.itemId)}::uuid[], ${column((r) => r.marker)}::text[],
            ${column((r) => r.payload)}::bytea[], ${column((r) => r.operation.afterMs ?? 0)}::float8[])
            as t(id, nth, lane, kind, item_id, marker, payload, after_ms))
        insert into operation (install_id, id, link_id, lane, seq, kind, item_id, marker, payload, v, next_at)
        select ${install}, a.id, ${link}, a.lane,
          coalesce((select max(o.seq) from operation o
            where o.install_id = ${install} and o.link_id = ${link} and o.lane = a.lane), 0)
            + row_number() over (partition by a.lane order by a.nth),
          a.kind, a.item_id, a.marker, a.payload, ${OPERATION_VERSION},
          deskbridge_now() + make_interval(secs => a.after_ms / 1000) from asked a`.execute(db);
    },

    /** One that was not sent yet says something else now. */
    async replace(id: OperationId, body: OperationBody): Promise<void> {
      await sql`update operation set payload = ${sealed(id, body)}
        where install_id = ${install} and id = ${id} and state = 'ready'`.execute(db);
    },

    /**
     * Has a later operation on the same part of the same item been done, or has the item fewer parts by now? Then this one
     * would bring back old words.
     */
    isSuperseded: (operation: Superseding): Promise<boolean> => isSuperseded(scope, operation),

    /** Operations that carried people's words in the last minute, by lane: what a loop would show. */
    async recent(link: LinkId): Promise<Readonly<Record<Lane, number>>> {
      const found = await sql<{ slack: number; ticket: number }>`
        select count(*) filter (where lane = 'slack')::int as slack, count(*) filter (where lane = 'ticket')::int as ticket
        from operation where install_id = ${install} and link_id = ${link} and kind in ('say', 'comment', 'share', 'attach')
          and created_at > deskbridge_now() - interval '1 minute'`.execute(db);
      return found.rows[0] ?? { slack: 0, ticket: 0 };
    },

    /** What was opened, said and put on the link's tickets from Slack, in the order in which it was planned. */
    async carried(link: LinkId): Promise<readonly Pick<Operation, 'itemId' | 'body'>[]> {
      const found = await sql<{ id: string; item_id: string | null; payload: Buffer }>`
        select id, item_id, payload from operation
        where install_id = ${install} and link_id = ${link} and lane = 'ticket' and state = 'done'
          and kind in ('create', 'comment', 'attach') order by seq`.execute(db);
      return found.rows.map((row) => ({ itemId: row.item_id, body: bodyOf(row.id, row.payload) }));
    },

    changed: (link: LinkId) => changedFromSlack(scope, link),

    /** What was said last of a step that the ticket system did not take; null when nothing was, or it was taken since. */
    refusedStep: (link: LinkId): Promise<RefusedStep | null> => refusedStep(scope, link, bodyOf),

    /** Is there a parked one of this kind that may have happened? */
    async inDoubt(link: LinkId, kind: OperationBody['kind']): Promise<boolean> {
      const found = await sql`select from operation where install_id = ${install} and link_id = ${link}
        and kind = ${kind} and state = 'parked' and started_at is not null limit 1`.execute(db);
      return found.rows.length > 0;
    },

    /**
     * What is not finished, in lane order: ready and sending, and parked where it stops its lane. One of a later version
     * and all behind it are left to the program that can read it.
     */
    async open(link: LinkId): Promise<readonly Operation[]> {
      const found = await sql`
        select id, lane, seq, item_id, marker, payload, state, blocks, attempt, started_at,
          greatest(0, extract(epoch from next_at - deskbridge_now()) * 1000)::float8 as due_in_ms,
          (extract(epoch from deskbridge_now() - not_after) * 1000)::float8 as overdue_ms
        from operation o
        where install_id = ${install} and link_id = ${link}
          and (state in ('ready', 'sending') or (state = 'parked' and blocks))
          and not exists (select from operation u
            where u.install_id = o.install_id and u.link_id = o.link_id and u.lane = o.lane and u.seq <= o.seq
              and u.v > ${OPERATION_VERSION} and (u.state in ('ready', 'sending') or (u.state = 'parked' and u.blocks)))
        order by lane, seq`.execute(db);
      return found.rows.map(opened);
    },

    /** Durable before the vendor is called, with what it says from now on. Answers the start as the vendor's clock may see it. */
    async startSending(
      id: OperationId,
      timeoutMs: number,
      remember: OperationBody | null = null,
    ): Promise<Date> {
      const payload = remember === null ? null : sealed(id, remember);
      const started = await sql<{ started_at: Date }>`
        update operation set state = 'sending', started_at = deskbridge_now(), payload = coalesce(${payload}::bytea, payload),
          not_after = deskbridge_now() + make_interval(secs => ${timeoutMs / 1000}), next_at = deskbridge_now()
        where install_id = ${install} and id = ${id} and state = 'ready' returning started_at`.execute(db);
      const row = started.rows[0];
      if (row === undefined) throw new Error(`Operation ${id} was not ready`);
      return row.started_at;
    },

    async finish(id: OperationId, remoteId: string | null): Promise<void> {
      await sql`update operation set state = 'done', remote_id = ${remoteId}, reason = null, finished_at = deskbridge_now()
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** It surely did not happen: ready again after `afterMs`. `attempts` counts only what was its own fault. */
    async backToReady(id: OperationId, afterMs: number, attempts: number): Promise<void> {
      await sql`update operation set state = 'ready', started_at = null, not_after = null,
          attempt = attempt + ${attempts}, next_at = deskbridge_now() + make_interval(secs => ${afterMs / 1000})
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** It was looked for, and is not there: ready again. Its start is kept: something was sent once. */
    async notThere(id: OperationId): Promise<void> {
      await sql`update operation set state = 'ready', not_after = null, next_at = deskbridge_now()
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** Nothing to decide yet: look again after `afterMs`. */
    async lookAgain(id: OperationId, afterMs: number, attempts = 0): Promise<void> {
      await sql`update operation set attempt = attempt + ${attempts}, next_at = deskbridge_now() + make_interval(secs => ${afterMs / 1000})
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** `doubtful`: it may have happened. Its start is kept then, so that its proof can still be looked up. */
    async park(
      id: OperationId,
      { reason, blocks, doubtful }: { reason: string; blocks: boolean; doubtful: boolean },
    ): Promise<void> {
      await sql`update operation set state = 'parked', reason = ${reason}, blocks = ${blocks}, finished_at = deskbridge_now(),
          started_at = case when ${doubtful}::boolean then started_at end
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    async skip(id: OperationId, reason: string): Promise<void> {
      await sql`update operation set state = 'skipped', reason = ${reason}, blocks = false, finished_at = deskbridge_now()
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** An operator says: try this one again; after a look for its proof when it may have happened. Null when it is not parked. */
    async retryParked(id: OperationId): Promise<LinkId | null> {
      const back = await sql<{
        link_id: string;
      }>`update operation set state = case when started_at is null then 'ready' else 'sending' end,
          blocks = false, reason = null, attempt = 0, next_at = deskbridge_now(), finished_at = null
        where install_id = ${install} and id = ${id} and state = 'parked' returning link_id`.execute(db);
      return back.rows[0] === undefined ? null : LinkId.parse(back.rows[0].link_id);
    },

    async skipParked(id: OperationId, reason: string): Promise<LinkId | null> {
      const skipped = await sql<{
        link_id: string;
      }>`update operation set state = 'skipped', blocks = false, reason = ${reason}
        where install_id = ${install} and id = ${id} and state = 'parked' returning link_id`.execute(db);
      return skipped.rows[0] === undefined ? null : LinkId.parse(skipped.rows[0].link_id);
    },

    async parked(): Promise<readonly ParkedOperation[]> {
      const found = await sql<{
        id: string;
        link_id: string;
        kind: string;
        key: string | null;
        reason: string;
        since: Date;
        blocks: boolean;
      }>`
        select o.id, o.link_id, o.kind, t.key, o.reason, o.finished_at as since, o.blocks from operation o
        left join ticket t on t.install_id = o.install_id and t.link_id = o.link_id and t.generation = (
          select max(g.generation) from ticket g where g.install_id = o.install_id and g.link_id = o.link_id)
        where o.install_id = ${install} and o.state = 'parked' order by o.finished_at`.execute(db);
      return found.rows.map((row) => ({
        id: OperationId.parse(row.id),
        link: LinkId.parse(row.link_id),
        kind: row.kind,
        key: row.key,
        reason: row.reason,
        since: row.since,
        blocks: row.blocks,
      }));
    },

    /** Markers, and remote ids in the ticket system: how our own doing is known when it comes back. */
    async ours(link: LinkId): Promise<ReadonlySet<string>> {
      const found = await sql<{
        marker: string;
        remote_id: string | null;
      }>`select marker, remote_id from operation
        where install_id = ${install} and link_id = ${link} and lane = 'ticket'`.execute(db);
      return new Set(
        found.rows.flatMap((row) => (row.remote_id === null ? [row.marker] : [row.marker, row.remote_id])),
      );
    },
  };
}

async function isSuperseded(scope: Scope, { id, itemId, lane, seq, part }: Superseding): Promise<boolean> {
  const { db, install } = scope;
  const { bodyOf } = createPayloads(scope);
  const later = await sql<{ id: string; payload: Buffer; done: boolean }>`
    select id, payload, state = 'done' as done from operation
    where install_id = ${install} and item_id = ${itemId} and lane = ${lane} and seq > ${seq} and state <> 'skipped'
      -- By its link, whose operations have an index; those of an item have none.
      and link_id = (select link_id from operation where install_id = ${install} and id = ${id})`.execute(db);
  return later.rows.some((row) => {
    const body = bodyOf(row.id, row.payload);
    const isShorter = body.kind === 'comment' && body.part === 1 && body.of < part;
    return isShorter || (row.done && (!('part' in body) || body.part === part));
  });
}
