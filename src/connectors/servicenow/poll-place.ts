import { z } from 'zod';
import { fromUtcText, utcText } from './wall-time.ts';

export const PAGE = 100;
/** A page grows up to this while more tickets than it holds changed within one second. */
const PAGE_AT_MOST = 6400;
/** Nodes stamp before they commit, and their clocks differ: a later poll looks again at this much. */
const OVERLAP_MS = 60_000;
export const BEGINNING = '1970-01-01 00:00:00';

export const Place = z.strictObject({
  /** UTC text from which the next page asks, inclusive. */
  from: z.string().refine((text) => fromUtcText(text) !== null),
  limit: z.int().min(PAGE).max(PAGE_AT_MOST),
});
export type Place = z.infer<typeof Place>;
export const dateOf = (text: string) => fromUtcText(text) ?? new Date(0);

/**
 * The place after a page: while pages are full it walks on by the last row's time, never by an offset, because rows
 * move while we read. The limit counts before access rules, so only the total tells whether more is waiting.
 */
export function placeAfter(
  place: Place,
  page: { readonly times: readonly string[]; readonly total: number | null },
): { readonly next: Place | null; readonly more: boolean } {
  const last = page.times.at(-1) ?? place.from;
  const more = page.total === null ? page.times.length >= place.limit : page.total > place.limit;
  if (!more) {
    const from = dateOf(last).getTime() - OVERLAP_MS;
    const isAhead = page.times.length > 0 && from > dateOf(place.from).getTime();
    return { next: { from: isAhead ? utcText(new Date(from)) : place.from, limit: PAGE }, more };
  }
  if (last > place.from) return { next: { from: last, limit: PAGE }, more };
  return { next: place.limit >= PAGE_AT_MOST ? null : { ...place, limit: place.limit * 2 }, more };
}
