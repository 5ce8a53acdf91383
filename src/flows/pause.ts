/** How long to wait before the next try: twice as long each time, up to `longestMs`. */
export const doublingPause =
  (firstMs: number, longestMs: number) =>
  ({ attempt }: { readonly attempt: number }): number =>
    Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10));
