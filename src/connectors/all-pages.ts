import { type Outcome, ok, rejected } from '../model/outcome.ts';
import { listTooLong } from '../texts/ticket-systems.ts';

/** More pages than any ticket of people has: a list that long is refused, so that it is never taken for whole. */
const MOST = 100;

/** A list, page by page from 1: a page with fewer than `pageSize` entries is the last. */
export async function allPages<T>(
  pageSize: number,
  ask: (page: number) => Promise<Outcome<readonly T[]>>,
): Promise<Outcome<readonly T[]>> {
  const all: T[] = [];
  for (let page = 1; page <= MOST; page += 1) {
    const got = await ask(page);
    if (got.kind !== 'ok') return got;
    all.push(...got.value);
    if (got.value.length < pageSize) return ok(all);
  }
  return rejected('invalid', listTooLong(MOST * pageSize));
}
