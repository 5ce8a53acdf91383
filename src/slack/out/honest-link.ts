/** What a link shows: its label, or its bare address where the label would lie; null when the address is no link at all. */
export interface HonestLink {
  readonly url: string;
  /** Null: the address is shown as it is. */
  readonly label: string | null;
}

const LINKED = new Set(['http:', 'https:', 'mailto:']);
/** Slack refuses longer addresses (docs.slack.dev, link element). */
const LONGEST_URL = 2_900;
/** Ends of file names that are no top-level domain: "report.pdf" pretends nothing. */
const FILE_ENDS =
  /\.(?:avif|bat|bmp|cfg|conf|css|csv|dll|docx?|eml|exe|gif|gz|html?|ics|ini|jpe?g|js|json|log|msg|mp3|mp4|msi|ods|odt|pcap|pdf|png|pptx?|reg|rtf|svg|tar|tiff?|ts|txt|wav|webp|xlsx?|xml|ya?ml|7z)$/;
/** A name with a dot whose last part could be a top-level domain, or an IPv4 address; with a scheme before it or not. */
const HOST_LIKE =
  /(?<scheme>[a-z][a-z0-9+.-]*:\/*)?(?<host>(?:[\p{L}\p{N}_-]+\.)+(?:\p{L}[\p{L}\p{N}-]+|\d{1,3})|\[[0-9a-f:.]+\])/giu;
/** Signs that nobody sees, and signs that turn the reading direction round. */
const UNSEEN = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
const TURNED = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * A label that looks like an address of somewhere else is not shown: people trust what they read. Addresses with a user
 * name in front of the host are made to be misread, so they are no links.
 */
export function honestLink(url: string, label: string): HonestLink | null {
  const target = readUrl(url);
  if (target === null) return null;
  const shown = label.replace(/\s+/g, ' ').trim();
  const address = /[\s<>|\p{Cc}]/u.test(url) ? target.href.replaceAll('|', '%7C') : url;
  if (address.length > LONGEST_URL) return null;
  const bare = shown === '' || shown === url || shown === url.replace(/^mailto:/i, '');
  return { url: address, label: bare || pretends(shown, target) ? null : shown };
}

function readUrl(url: string): URL | null {
  if (!url.isWellFormed() || !URL.canParse(url)) return null;
  const target = new URL(url);
  const plain = target.username === '' && target.password === '';
  return LINKED.has(target.protocol) && plain ? target : null;
}

function pretends(label: string, target: URL): boolean {
  if (TURNED.test(label)) return true;
  const seen = label
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[。｡．․]/g, '.')
    .toLowerCase();
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/.test(seen) && URL.canParse(seen))
    return new URL(seen).href.toLowerCase() !== target.href.toLowerCase();
  if (target.protocol === 'mailto:')
    return hostsIn(seen).length > 0 && seen !== target.pathname.toLowerCase();
  return hostsIn(seen).some((host) => bareHost(host) !== bareHost(target.hostname));
}

/** Everything in a text that a reader may take for a host. */
function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(HOST_LIKE)].flatMap(({ groups }) => {
    const host = groups?.['host'] ?? '';
    const isFile = groups?.['scheme'] === undefined && !host.startsWith('www.') && FILE_ENDS.test(host);
    const isNumber = /\.\d+$/.test(host) && !/^(?:\d+\.){3}\d+$/.test(host);
    return isFile || isNumber ? [] : [host];
  });
}

function bareHost(host: string): string {
  const url = `http://${host}/`;
  return (URL.canParse(url) ? new URL(url).hostname : host).replace(/^www\./, '');
}
