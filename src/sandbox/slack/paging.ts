export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextCursor: string;
}

/** Cuts one page after the item that the cursor names. Cursors are opaque; null for one that we did not give out. */
export function pageOf<T>(
  all: readonly T[],
  options: { readonly cursor: string | undefined; readonly limit: number; readonly key: (item: T) => string },
): Page<T> | null {
  const { cursor, limit, key } = options;
  let from = 0;
  if (cursor !== undefined && cursor !== '') {
    const last = Buffer.from(cursor, 'base64')
      .toString()
      .match(/^next:(.+)$/)?.[1];
    const index = all.findIndex((item) => key(item) === last);
    if (index < 0) return null;
    from = index;
  }
  const items = all.slice(from, from + limit);
  const next = all[from + limit];
  return { items, nextCursor: next === undefined ? '' : Buffer.from(`next:${key(next)}`).toString('base64') };
}
