import { Errand } from '../../../src/model/errand.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Db, ErrandRow } from './db.ts';

/** Errands on paper. */
export function createErrands(db: Db): Store['errands'] {
  const held = ({ id, attempt }: { readonly id: string; readonly attempt: number }) => {
    const row = db.errands.get(id);
    return row?.attempt === attempt ? row : undefined;
  };
  return {
    async add(errand, afterMs = 0) {
      const row: ErrandRow = {
        id: db.uuid(),
        payload: JSON.stringify(errand),
        sending: false,
        attempt: 0,
        dueAt: db.clock.now + afterMs,
        heldUntil: null,
        subject: null,
      };
      db.put(db.errands, row.id, row);
    },
    async wake(subject, errand, afterMs = 0) {
      const dueAt = db.clock.now + afterMs;
      const known = [...db.errands.values()].find((row) => row.subject === subject);
      if (known !== undefined) {
        db.change(known, {
          dueAt: Math.min(known.dueAt, dueAt),
          attempt: known.attempt + 1,
          heldUntil: null,
        });
        return;
      }
      const payload = JSON.stringify(errand);
      const row = { id: db.uuid(), payload, sending: false, attempt: 0, dueAt, heldUntil: null, subject };
      db.put(db.errands, row.id, row);
    },
    async claim(limit, leaseMs) {
      const due = [...db.errands.values()]
        .filter((row) => row.dueAt <= db.clock.now && (row.heldUntil ?? 0) <= db.clock.now)
        .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      return due.map((row) => {
        db.change(row, { attempt: row.attempt + 1, heldUntil: db.clock.now + leaseMs });
        const { id, attempt, sending, payload } = row;
        return { id, attempt, sending, errand: Errand.parse(JSON.parse(payload)) };
      });
    },
    async startSending(errand) {
      const row = held(errand);
      if (row !== undefined) db.change(row, { sending: true });
      return row !== undefined;
    },
    async again(errand, afterMs) {
      const row = held(errand);
      if (row !== undefined)
        db.change(row, { sending: false, heldUntil: null, dueAt: db.clock.now + afterMs });
    },
    async finish(errand) {
      const row = held(errand);
      if (row !== undefined) db.drop(db.errands, row.id);
      return row !== undefined;
    },
  };
}
