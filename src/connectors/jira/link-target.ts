import { safeAddress, writtenAddress } from '../../model/link-honesty.ts';

const MAX_URL = 8000;

/** The address as it may stand in a link; null when it leads nowhere that we would send a reader. */
export function linkTarget(url: string): string | null {
  if (url.length > MAX_URL) return null;
  const target = safeAddress(url.trim());
  const written = target === null ? null : writtenAddress(url.trim(), target);
  return written !== null && written.length > MAX_URL ? null : written;
}
