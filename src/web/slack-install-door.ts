import type { Context } from 'hono';
import { html } from 'hono/html';
import { GO_ON_TO_SLACK, INSTALL_HEAD, SLACK_HEAD } from '../texts/slack-install.ts';
import { browserCookie, isOwnPress, page } from './page.ts';
import { readBody } from './read-body.ts';

interface Words {
  readonly status: number;
  readonly lines: readonly string[];
}

/** What comes behind the door: see `flows/install-slack.ts`. */
export interface Installing {
  readonly stale: Words;
  readonly elsewhere: Words;
  look(invitation: string): Promise<{ readonly lines: readonly string[]; readonly origin: string } | null>;
  begin(invitation: string): Promise<{ readonly browser: string; readonly to: string } | null>;
  finish(back: {
    readonly state: string;
    readonly browser: string;
    readonly code: string | null;
  }): Promise<Words>;
}

const CONSENT_S = 600;

const said = ({ status, lines }: Words) =>
  page(status, html`<h1>${SLACK_HEAD}</h1>${lines.map((line) => html`<p>${line}</p>`)}`);

/** Where somebody gives us his Slack. Opening a link changes nothing; the button uses it up. */
export function createSlackInstallDoor(installing: Installing, publicUrl: string) {
  const cookie = browserCookie(publicUrl, 'deskbridge_slack', '/slack');

  return {
    async show(c: Context): Promise<Response> {
      const invitation = c.req.query('invitation') ?? '';
      const found = await installing.look(invitation);
      if (found === null) return await said(installing.stale);
      return await page(
        200,
        html`<h1>${INSTALL_HEAD}</h1>${found.lines.map((line) => html`<p>${line}</p>`)}
          <form method="post" action="begin"><input type="hidden" name="invitation" value="${invitation}">
          <button>${GO_ON_TO_SLACK}</button></form>`,
        `'self' ${found.origin}`,
      );
    },

    async begin(c: Context): Promise<Response> {
      if (!isOwnPress(c.req.header('sec-fetch-site'))) return await said(installing.elsewhere);
      const body = await readBody(c);
      const form = new URLSearchParams(body.kind === 'read' ? Buffer.from(body.bytes).toString('utf8') : '');
      const begun = await installing.begin(form.get('invitation') ?? '');
      if (begun === null) return await said(installing.stale);
      return new Response(null, {
        status: 303,
        headers: {
          location: begun.to,
          'set-cookie': cookie.set(begun.browser, CONSENT_S),
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
        },
      });
    },

    async finish(c: Context): Promise<Response> {
      const state = c.req.query('state') ?? '';
      const browser = cookie.read(c.req.header('cookie'));
      // A look ahead (HEAD) is nobody coming back.
      if (state === '' || browser === '' || c.req.method !== 'GET') return await said(installing.stale);
      const done = await installing.finish({ state, browser, code: c.req.query('code') ?? null });
      const answer = await said(done);
      answer.headers.set('set-cookie', cookie.set('', 0));
      return answer;
    },
  };
}
