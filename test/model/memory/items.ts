import type { Copy } from '../../../src/model/item.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Db, ItemRow } from './db.ts';

const isSame = (a: Copy, b: Copy) => a.channel === b.channel && a.nativeId === b.nativeId;

/** The ledger on paper, with the unique keys of the real one. */
export function createItems(db: Db): Store['items'] {
  const generationOf = (link: string) => db.links.get(link)?.ticket?.generation ?? 1;
  const of = (link: string): ItemRow[] =>
    [...db.items.values()].filter(
      (row) => row.link === link && (row.origin === 'slack' || row.generation === generationOf(link)),
    );
  return {
    async of(link) {
      return of(link).map(({ link: _link, generation: _generation, ...item }) => item);
    },
    async add(link, item) {
      const { kind, origin, channel, nativeId } = item;
      const same = of(link).some(
        (row) =>
          row.kind === kind && row.origin === origin && row.channel === channel && row.nativeId === nativeId,
      );
      if (same) throw new Error(`duplicate key: ${kind} ${nativeId} is in the ledger`);
      const isOfForm = kind === 'file' && item.parent === null;
      if (origin === 'slack' ? channel === null && !isOfForm : channel !== null)
        throw new Error('check item_channel');
      const id = db.uuid();
      db.put(db.items, id, { ...item, id, link, generation: generationOf(link), copies: [] });
      return id;
    },
    async change(id, { visibility, stamp, gone }) {
      const row = db.items.get(id);
      if (row !== undefined) db.change(row, { visibility, stamp, gone });
    },
    async setCopy(link, item, copy) {
      const row = db.items.get(item);
      if (row === undefined) throw new Error(`foreign key: item ${item}`);
      for (const other of of(link)) {
        const taken = other.copies.some(
          (one) => isSame(one, copy) && !(other === row && one.part === copy.part),
        );
        if (taken) throw new Error(`duplicate key: copy ${copy.nativeId}`);
      }
      const copies = [...row.copies.filter((one) => one.part !== copy.part), copy];
      db.change(row, { copies: copies.sort((a, b) => a.part - b.part) });
    },
    async removeCopy(item, part) {
      const row = db.items.get(item);
      if (row !== undefined) db.change(row, { copies: row.copies.filter((one) => one.part !== part) });
    },
    async copyOf(item, part) {
      return db.items.get(item)?.copies.find((copy) => copy.part === part) ?? null;
    },
  };
}
