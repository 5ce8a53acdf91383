/** Schemes that a reader may be led to. Everything else stays words. */
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
const MAX_URL = 8000;

/** The address as it may stand in a link; null when it leads nowhere that we would send a reader. */
export function linkTarget(url: string): string | null {
  const trimmed = url.trim();
  if (trimmed.length > MAX_URL || !URL.canParse(trimmed)) return null;
  return SCHEMES.has(new URL(trimmed).protocol) ? trimmed : null;
}

/** Something that a reader takes for an address: with a scheme, or a name with a dot and letters behind it. */
const ADDRESS =
  /(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)[^\s<>()]{1,2000}|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b[^\s<>()]{0,2000}/giu;

/** True when the label reads like an address and the link leads to another host. */
export function isLyingLabel(label: string, url: string): boolean {
  const shown = label.slice(0, MAX_URL).match(ADDRESS) ?? [];
  if (shown.length === 0) return false;
  const real = hostOf(url);
  return shown.some((address) => hostOf(address) !== real);
}

function hostOf(address: string): string {
  const mail = /^(?:mailto:)?[^@\s/]{1,200}@([^@\s/?]{1,255})/i.exec(address);
  if (mail?.[1] !== undefined) return mail[1].toLowerCase();
  const full = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  return URL.canParse(full) ? new URL(full).hostname.replace(/^www\./, '') : address;
}
