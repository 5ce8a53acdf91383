import type { Context } from 'hono';
import { html } from 'hono/html';
import { ConnectorId } from '../model/ids.ts';
import type { TokenHolder } from '../model/token.ts';
import { browserCookie, isOwnPress, page } from './page.ts';
import { readBody } from './read-body.ts';

/** What comes behind the door: see `flows/connect-account.ts`. */
export interface Connecting {
  look(
    connector: ConnectorId,
    invitation: string,
  ): Promise<{ readonly holder: TokenHolder; readonly origin: string } | null>;
  begin(
    connector: ConnectorId,
    invitation: string,
  ): Promise<{ readonly browser: string; readonly to: string } | null>;
  finish(
    connector: ConnectorId,
    back: { readonly state: string; readonly browser: string; readonly code: string | null },
  ): Promise<
    | { readonly kind: 'connected'; readonly holder: TokenHolder; readonly account: string }
    | { readonly kind: 'stale' | 'declined' }
    | { readonly kind: 'failed'; readonly reason: string }
  >;
}

const COOKIE = 'deskbridge_connect';
const CONSENT_S = 600;
const STALE = 'This link was used, is too old, or was begun in another browser. Ask for a new one.';
const ELSEWHERE = 'This was not begun on the page of Deskbridge. Open the link that you were given.';

const stale = () => page(410, html`<p>${STALE}</p>`);
const connectorOf = (c: Context) => ConnectorId.safeParse(c.req.param('connector')).data ?? null;
const whoever = (holder: TokenHolder) =>
  holder === 'bridge' ? 'Deskbridge itself' : `the member ${holder} of Slack`;

/** Where people give a sign-in. Opening a link changes nothing; the button uses it up. */
export function createConnectDoor(connecting: Connecting, publicUrl: string) {
  const cookieOf = (connector: ConnectorId) => browserCookie(publicUrl, COOKIE, `/oauth/${connector}`);

  return {
    async show(c: Context): Promise<Response> {
      const connector = connectorOf(c);
      const invitation = c.req.query('invitation') ?? '';
      const found = connector === null ? null : await connecting.look(connector, invitation);
      if (connector === null || found === null) return await stale();
      return await page(
        200,
        html`<h1>Connect ${connector}</h1>
          <p>Whoever signs in on the next page lets <strong>${whoever(found.holder)}</strong> act as him in ${connector}.
          If that is not you, close this page.</p>
          <form method="post" action="begin"><input type="hidden" name="invitation" value="${invitation}">
          <button>Go on</button></form>`,
        `'self' ${found.origin}`,
      );
    },

    async begin(c: Context): Promise<Response> {
      const connector = connectorOf(c);
      // Browsers say where a press comes from; one that is not from our page never told its reader for whom it is.
      if (!isOwnPress(c.req.header('sec-fetch-site'))) return await page(403, html`<p>${ELSEWHERE}</p>`);
      const body = await readBody(c);
      const form = new URLSearchParams(body.kind === 'read' ? Buffer.from(body.bytes).toString('utf8') : '');
      const begun =
        connector === null ? null : await connecting.begin(connector, form.get('invitation') ?? '');
      if (connector === null || begun === null) return await stale();
      return new Response(null, {
        status: 303,
        headers: {
          location: begun.to,
          'set-cookie': cookieOf(connector).set(begun.browser, CONSENT_S),
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
        },
      });
    },

    async finish(c: Context): Promise<Response> {
      const connector = connectorOf(c);
      const state = c.req.query('state') ?? '';
      const browser = connector === null ? '' : cookieOf(connector).read(c.req.header('cookie'));
      // A look ahead (HEAD) is nobody coming back.
      if (connector === null || state === '' || browser === '' || c.req.method !== 'GET')
        return await stale();
      const code = c.req.query('code') ?? null;
      const done = await connecting.finish(connector, { state, browser, code });
      const answer = await answerOf(done, connector);
      answer.headers.set('set-cookie', cookieOf(connector).set('', 0));
      return answer;
    },
  };
}

function answerOf(
  done: Awaited<ReturnType<Connecting['finish']>>,
  connector: ConnectorId,
): Promise<Response> {
  switch (done.kind) {
    case 'connected':
      return page(
        200,
        html`<p>Connected: ${whoever(done.holder)} acts in ${connector} as <strong>${done.account}</strong>. You can close this page.</p>`,
      );
    case 'declined':
      return page(
        403,
        html`<p>You did not consent, so nothing was connected. Ask for a new link to try again.</p>`,
      );
    case 'failed':
      return page(502, html`<p>Nothing was connected. ${done.reason}. Ask for a new link to try again.</p>`);
    case 'stale':
      return stale();
  }
}
