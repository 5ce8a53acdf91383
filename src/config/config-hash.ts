import { createHash } from 'node:crypto';
import type { ConfigFile } from './config-file.ts';

/** JSON with sorted keys: the same settings give the same text, in whatever order they were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** SHA-256 (hex) of the settings, names of variables included. Secrets have no part in it: they are not in the file. */
export function configHash({ source }: { readonly source: ConfigFile }): string {
  return createHash('sha256').update(canonicalJson(source)).digest('hex');
}
