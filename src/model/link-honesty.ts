const LINKED = new Set(['http:', 'https:', 'mailto:']);
/** Ends of file names that are no top-level domain: "report.pdf" pretends nothing. */
const FILE_ENDS =
  /\.(?:avif|bat|bmp|cfg|conf|css|csv|dll|docx?|eml|exe|gif|gz|html?|ics|ini|jpe?g|js|json|log|msg|mp3|mp4|msi|ods|odt|pcap|pdf|png|pptx?|reg|rtf|svg|tar|tiff?|ts|txt|wav|webp|xlsx?|xml|ya?ml|7z)$/;
/** A name with a dot whose last part could be a top-level domain, or an IP address; and whether it is said to be one. */
const HOST_LIKE =
  /(?<said>\/\/|@)?(?<host>(?:[\p{L}\p{N}_-]{1,63}\.){1,20}(?:\p{L}[\p{L}\p{N}-]{1,62}|\d{1,3})|\[[0-9a-f:.]{2,45}\])/gu;
/** Signs that nobody sees, and signs that turn the reading direction round. */
const UNSEEN = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
const TURNED = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * The address if a reader may be sent there: to the web or into his mail, and without a user name before the host, which
 * is there to be misread. Null for any other.
 */
export function safeAddress(address: string): URL | null {
  if (!address.isWellFormed() || !URL.canParse(address)) return null;
  const url = new URL(address);
  return LINKED.has(url.protocol) && url.username === '' && url.password === '' ? url : null;
}

/** The address as it may be written: as it is, or with codes for blanks, brackets and signs that nobody sees. */
export function writtenAddress(address: string, url: URL): string {
  return /[\s<>"|\p{Cc}\p{Cf}]/u.test(address) ? url.href.replaceAll('|', '%7C') : address;
}

/** A label as a reader sees it: one spelling of each sign, nothing that has no shape. */
export function seenLabel(label: string): string {
  return label
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[。｡．․]/g, '.')
    .toLowerCase();
}

/** True when the label shows another host than the one to which the link leads, or is written to be misread. */
export function isLyingLabel(label: string, target: URL): boolean {
  if (TURNED.test(label)) return true;
  const seen = seenLabel(label);
  if (target.protocol === 'mailto:')
    return hostsIn(seen).length > 0 && seen.replace(/^mailto:/, '').trim() !== target.pathname.toLowerCase();
  return hostsIn(seen).some((host) => bareHost(host) !== bareHost(target.hostname));
}

/** Everything in a text that a reader may take for a host. */
function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(HOST_LIKE)].flatMap(({ groups }) => {
    const host = groups?.['host'] ?? '';
    const isFile = groups?.['said'] === undefined && !host.startsWith('www.') && FILE_ENDS.test(host);
    const isNumber = /\.\d+$/.test(host) && !/^(?:\d+\.){3}\d+$/.test(host);
    return isFile || isNumber ? [] : [host];
  });
}

function bareHost(host: string): string {
  const url = `http://${host}/`;
  return (URL.canParse(url) ? new URL(url).hostname : host).replace(/^www\./, '');
}
