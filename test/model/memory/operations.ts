import { Marker } from '../../../src/model/ids.ts';
import type { Lane, Operation } from '../../../src/model/link.ts';
import { LAST_NOTICES, makesPast } from '../../../src/store/refused-steps.ts';
import type { Store } from '../../../src/store/store.ts';
import { type Db, type OperationRow, operationIdOf } from './db.ts';

const MINUTE_MS = 60_000;
const CARRY_WORDS = new Set(['say', 'comment', 'share', 'attach']);
export const byLane = (a: OperationRow, b: OperationRow) =>
  a.lane === b.lane ? a.seq - b.seq : a.lane < b.lane ? -1 : 1;

export const isOpen = ({ state, blocks }: OperationRow) =>
  state === 'ready' || state === 'sending' || (state === 'parked' && blocks);

/** The outbox on paper. */
export function createOperations(db: Db): Store['operations'] {
  const of = (link: string) => [...db.operations.values()].filter((row) => row.link === link);
  const set = (id: string, to: Partial<OperationRow>) => {
    const row = db.operations.get(id);
    if (row !== undefined) db.change(row, to);
  };
  const nextSeq = (link: string, lane: Lane) =>
    1 + Math.max(0, ...of(link).map((row) => (row.lane === lane ? row.seq : 0)));

  function opened(row: OperationRow): Operation {
    const { id, lane, seq, itemId, marker, body, blocks, attempt, startedAt } = row;
    const state = row.state === 'ready' || row.state === 'sending' ? row.state : 'parked';
    return {
      id,
      lane,
      seq,
      itemId,
      marker,
      body,
      state,
      blocks,
      attempt,
      dueInMs: Math.max(0, row.nextAt - db.clock.now),
      startedAt: startedAt === null ? null : new Date(startedAt),
      overdueMs: row.notAfter === null ? null : db.clock.now - row.notAfter,
    };
  }

  return {
    async append(link, operations) {
      if (operations.length > 0 && !db.links.has(link))
        throw new Error(`foreign key: there is no link ${link}`);
      for (const { lane, itemId, body, afterMs = 0 } of operations) {
        const id = operationIdOf(db);
        const row: OperationRow = {
          id,
          link,
          lane,
          seq: nextSeq(link, lane),
          itemId,
          marker: Marker.parse(`dsk-${id.replaceAll('-', '')}`),
          createdAt: db.clock.now,
          body,
          state: 'ready',
          blocks: false,
          attempt: 0,
          nextAt: db.clock.now + afterMs,
          startedAt: null,
          notAfter: null,
          remoteId: null,
          reason: null,
          finishedAt: null,
        };
        db.put(db.operations, id, row);
      }
    },
    async replace(id, body) {
      if (db.operations.get(id)?.state === 'ready') set(id, { body });
    },
    async isSuperseded({ id, itemId, lane, seq, part }) {
      return [...db.operations.values()].some(
        (row) =>
          row.id !== id &&
          row.itemId === itemId &&
          row.lane === lane &&
          row.seq > seq &&
          row.state !== 'skipped' &&
          ((row.body.kind === 'comment' && row.body.part === 1 && row.body.of < part) ||
            (row.state === 'done' && (!('part' in row.body) || row.body.part === part))),
      );
    },
    async recent(link) {
      const recent = of(link).filter(
        (row) => CARRY_WORDS.has(row.body.kind) && row.createdAt > db.clock.now - MINUTE_MS,
      );
      const slack = recent.filter((row) => row.lane === 'slack').length;
      return { slack, ticket: recent.length - slack };
    },
    async carried(link) {
      const kinds = new Set<OperationRow['body']['kind']>(['create', 'comment', 'attach']);
      return of(link)
        .filter(({ lane, state, body }) => lane === 'ticket' && state === 'done' && kinds.has(body.kind))
        .sort((a, b) => a.seq - b.seq)
        .map(({ itemId, body }) => ({ itemId, body }));
    },
    async changed(link) {
      return of(link)
        .filter(({ lane, state }) => lane === 'ticket' && state === 'done')
        .sort((a, b) => b.seq - a.seq)
        .flatMap(({ body }) => (body.kind === 'write' ? [body] : []))
        .slice(0, 20);
    },
    async refusedStep(link) {
      const notices = of(link)
        .filter(({ lane, body }) => lane === 'slack' && body.kind === 'post')
        .sort((a, b) => b.seq - a.seq)
        .slice(0, LAST_NOTICES);
      const notice = notices.find(({ body }) => body.kind === 'post' && body.stepAgain !== undefined);
      const refused = notice?.body.kind === 'post' ? notice.body.stepAgain : undefined;
      if (notice === undefined || refused === undefined) return null;
      const since = of(link).filter(
        ({ lane, state, finishedAt }) =>
          lane === 'ticket' && state === 'done' && (finishedAt ?? 0) > notice.createdAt,
      );
      return since.some(({ body }) => makesPast(refused, body)) ? null : refused;
    },

    async inDoubt(link, kind) {
      return of(link).some(
        (row) => row.body.kind === kind && row.state === 'parked' && row.startedAt !== null,
      );
    },
    async open(link) {
      return of(link).filter(isOpen).sort(byLane).map(opened);
    },
    async startSending(id, timeoutMs, remember = null) {
      const row = db.operations.get(id);
      if (row?.state !== 'ready') throw new Error(`Operation ${id} was not ready`);
      const { now } = db.clock;
      const body = remember ?? row.body;
      set(id, { state: 'sending', body, startedAt: now, notAfter: now + timeoutMs, nextAt: now });
      return new Date(now);
    },
    async finish(id, remoteId) {
      set(id, { state: 'done', remoteId, reason: null, finishedAt: db.clock.now });
    },
    async backToReady(id, afterMs, attempts) {
      const attempt = (db.operations.get(id)?.attempt ?? 0) + attempts;
      set(id, { state: 'ready', startedAt: null, notAfter: null, attempt, nextAt: db.clock.now + afterMs });
    },
    async notThere(id) {
      set(id, { state: 'ready', notAfter: null, nextAt: db.clock.now });
    },
    async lookAgain(id, afterMs, attempts = 0) {
      const attempt = (db.operations.get(id)?.attempt ?? 0) + attempts;
      set(id, { attempt, nextAt: db.clock.now + afterMs });
    },
    async park(id, { reason, blocks, doubtful }) {
      const startedAt = doubtful ? (db.operations.get(id)?.startedAt ?? null) : null;
      set(id, { state: 'parked', reason, blocks, finishedAt: db.clock.now, startedAt });
    },
    async skip(id, reason) {
      set(id, { state: 'skipped', reason, blocks: false, finishedAt: db.clock.now });
    },
    async retryParked(id) {
      const row = db.operations.get(id);
      if (row?.state !== 'parked') return null;
      const state = row.startedAt === null ? 'ready' : 'sending';
      set(id, { state, blocks: false, reason: null, attempt: 0, nextAt: db.clock.now, finishedAt: null });
      return row.link;
    },
    async skipParked(id, reason) {
      const row = db.operations.get(id);
      if (row?.state !== 'parked') return null;
      set(id, { state: 'skipped', blocks: false, reason });
      return row.link;
    },
    async parked() {
      return [...db.operations.values()]
        .filter((row) => row.state === 'parked')
        .sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0))
        .map((row) => ({
          id: row.id,
          link: row.link,
          kind: row.body.kind,
          key: db.links.get(row.link)?.ticket?.key ?? null,
          reason: row.reason ?? '',
          since: new Date(row.finishedAt ?? 0),
          blocks: row.blocks,
        }));
    },
    async ours(link) {
      const rows = of(link).filter((row) => row.lane === 'ticket');
      return new Set(
        rows.flatMap(({ marker, remoteId }) => (remoteId === null ? [marker] : [marker, remoteId])),
      );
    },
  };
}
