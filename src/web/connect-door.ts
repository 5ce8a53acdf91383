import type { Context } from 'hono';
import { html } from 'hono/html';
import { ConnectorId } from '../model/ids.ts';
import type { TokenHolder } from '../model/token.ts';
import {
  actsWhere,
  CLOSE_PAGE,
  connected,
  connectHead,
  DECLINED,
  GO_ON,
  LETS_ACT,
  notConnected,
  PAGE_ELSEWHERE,
  PAGE_STALE,
  whoActs,
} from '../texts/sign-ins.ts';
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

const stale = () => page(410, html`<p>${PAGE_STALE}</p>`);
const connectorOf = (c: Context) => ConnectorId.safeParse(c.req.param('connector')).data ?? null;
const whoever = (holder: TokenHolder) => whoActs(holder === 'bridge' ? null : holder);

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
        html`<h1>${connectHead(connector)}</h1>
          <p>${LETS_ACT} <strong>${whoever(found.holder)}</strong> ${actsWhere(connector)}</p>
          <form method="post" action="begin"><input type="hidden" name="invitation" value="${invitation}">
          <button>${GO_ON}</button></form>`,
        `'self' ${found.origin}`,
      );
    },

    async begin(c: Context): Promise<Response> {
      const connector = connectorOf(c);
      // Browsers say where a press comes from; one that is not from our page never told its reader for whom it is.
      if (!isOwnPress(c.req.header('sec-fetch-site'))) return await page(403, html`<p>${PAGE_ELSEWHERE}</p>`);
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
        html`<p>${connected(whoever(done.holder), connector)} <strong>${done.account}</strong>. ${CLOSE_PAGE}</p>`,
      );
    case 'declined':
      return page(403, html`<p>${DECLINED}</p>`);
    case 'failed':
      return page(502, html`<p>${notConnected(done.reason)}</p>`);
    case 'stale':
      return stale();
  }
}
