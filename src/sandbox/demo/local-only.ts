const LOCAL_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The host without its port; null when it is none of this machine's own names. */
function localHost(host: string | undefined): string | null {
  const url = URL.parse(`http://${host ?? ''}`);
  return url !== null && url.host === host && LOCAL_NAMES.has(url.hostname) ? url.host : null;
}

/**
 * Why a call to the demo is refused; null when it may pass. A foreign name in Host is a page elsewhere that points its
 * own name at this machine (DNS rebinding); a foreign Origin is a page elsewhere that posts here.
 */
export function refusalOf(call: {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly site: string | undefined;
}): string | null {
  const host = localHost(call.host);
  if (host === null)
    return 'The demo answers only under 127.0.0.1 and localhost. Open the address that it printed.';
  if (call.method === 'GET' || call.method === 'HEAD') return null;
  const fromElsewhere =
    (call.origin !== undefined && call.origin !== `http://${host}`) ||
    (call.site !== undefined && call.site !== 'same-origin');
  return fromElsewhere ? 'Only the page of the demo itself may act here. Nothing was done.' : null;
}
