import type { Lane } from '../model/link.ts';
import { endingNotCopied, NOT_COPIED, tooLarge } from '../texts/files.ts';
import type { Limits } from './observed.ts';

/** A file goes over, or stays where it is for a reason that completes "stays in Slack: …". */
export type FileFate = { readonly goes: true } | { readonly goes: false; readonly why: string };

/** Decides by name and announced size. A size that nobody knows yet is looked at again when the file is fetched. */
export function fileFate(
  limits: Limits,
  to: Lane,
  file: { readonly name: string; readonly size: number | null },
): FileFate {
  if (to === 'ticket' && limits.noFiles !== null) return { goes: false, why: limits.noFiles };
  const dot = file.name.lastIndexOf('.');
  const ending = dot < 0 ? '' : file.name.slice(dot + 1).toLowerCase();
  if (limits.refusedTypes.has(ending)) return { goes: false, why: endingNotCopied(ending) };
  const largest = limits.largest[to];
  if (largest === 0) return { goes: false, why: NOT_COPIED };
  if (file.size !== null && file.size > largest) {
    return { goes: false, why: tooLarge(megabytes(file.size), megabytes(largest)) };
  }
  return { goes: true };
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
