import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { PAGE_TITLE } from '../texts/pages.ts';

export type PageBody = ReturnType<typeof html>;

/** Looks of ours; browsers take no others. */
export interface Style {
  readonly css: string;
  readonly hash: string;
}
export const styleOf = (css: string): Style => ({
  css,
  hash: `sha256-${createHash('sha256').update(css).digest('base64')}`,
});

/** A page for a person: nothing of ours is framed, scripted, remembered, or told to the next page. */
export async function page(
  status: number,
  body: PageBody,
  formTo = "'none'",
  style: Style | null = null,
): Promise<Response> {
  const look = style === null ? '' : html`<style>${raw(style.css)}</style>`;
  const text =
    await html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${PAGE_TITLE}</title>${look}<body>${body}</body></html>`;
  const styles = style === null ? '' : `; style-src '${style.hash}'`;
  return new Response(String(text), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action ${formTo}${styles}`,
    },
  });
}

/** Did the press come from a page of ours? Browsers say it; whoever says nothing is no browser. */
export const isOwnPress = (secFetchSite: string | undefined): boolean =>
  (secFetchSite ?? 'same-origin') === 'same-origin';

/** A cookie that only this browser has, for as long as somebody is away at a vendor. */
export function browserCookie(publicUrl: string, name: string, path: string) {
  const { protocol, pathname } = new URL(publicUrl);
  const secure = protocol === 'https:' ? '; Secure' : '';
  const pattern = new RegExp(`(?:^|;\\s*)${name}=([A-Za-z0-9_-]+)`);
  return {
    set: (value: string, seconds: number) =>
      `${name}=${value}; Path=${pathname.replace(/\/+$/, '')}${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
    read: (header: string | undefined) => pattern.exec(header ?? '')?.[1] ?? '',
  };
}
