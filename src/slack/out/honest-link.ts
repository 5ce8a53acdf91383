import { isLyingLabel, safeAddress, seenLabel, writtenAddress } from '../../model/link-honesty.ts';

/** What a link shows: its label, or its bare address where the label would lie; null when the address is no link at all. */
export interface HonestLink {
  readonly url: string;
  /** Null: the address is shown as it is. */
  readonly label: string | null;
}

/** Slack refuses longer addresses (docs.slack.dev, link element). */
const LONGEST_URL = 2_900;

/** A label that looks like an address of somewhere else is not shown: people trust what they read. */
export function honestLink(url: string, label: string): HonestLink | null {
  const target = safeAddress(url);
  if (target === null) return null;
  const shown = label.replace(/\s+/g, ' ').trim();
  const address = writtenAddress(url, target);
  if (address.length > LONGEST_URL) return null;
  const bare = shown === '' || shown === url || shown === url.replace(/^mailto:/i, '');
  const lies = !bare && (isLyingLabel(shown, target) || isOtherPage(shown, target));
  return { url: address, label: bare || lies ? null : shown };
}

/** A whole address that is not the one to which the link leads. */
function isOtherPage(label: string, target: URL): boolean {
  const seen = seenLabel(label);
  if (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/.test(seen) || !URL.canParse(seen)) return false;
  return new URL(seen).href.toLowerCase() !== target.href.toLowerCase();
}
