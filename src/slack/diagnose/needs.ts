/** A scope that the features in use need, and why: what an administrator reads. */
export interface NeededScope {
  readonly scope: string;
  readonly why: string;
}

/** Scopes that only look at names and kinds: they help the doctor, and are no reason for a warning. */
const HARMLESS = new Set(['channels:read', 'groups:read', 'im:read', 'groups:history', 'team:read']);

/** Granted scopes that nothing here uses. */
export function unusedScopes(granted: readonly string[], needed: readonly NeededScope[]): readonly string[] {
  const known = new Set(needed.map(({ scope }) => scope));
  return granted.filter((scope) => !known.has(scope) && !HARMLESS.has(scope));
}
