/** Parts of a text have no identity of their own and are replaced as a whole: their place is their key. */
export function placed<T>(parts: readonly T[]): readonly { readonly key: string; readonly part: T }[] {
  return parts.map((part, place) => ({ key: String(place), part }));
}
