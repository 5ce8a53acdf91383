import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { z } from 'zod';
import { ApprovalId, DECISIONS, type Decision } from '../model/approval.ts';
import { SlackTeam, SlackUser } from '../model/ids.ts';
import { type ApprovalWords, approvalPage, ballotPage, wordsPage } from './approval-page.ts';
import { APPROVAL_STYLE } from './approval-style.ts';
import { browserCookie, isOwnPress, page } from './page.ts';
import { readBody } from './read-body.ts';
import type { Sealing } from './sealed-cookie.ts';

const Session = z.strictObject({
  team: SlackTeam,
  user: SlackUser,
  /** When he showed Slack who he is, in milliseconds since 1970. */
  authTime: z.int(),
  /** Known to this browser alone: what its forms are bound to. */
  key: z.string(),
});
export type WebSession = z.infer<typeof Session>;
export type WebPerson = Omit<WebSession, 'key'>;

const Leaving = z.strictObject({ state: z.string(), nonce: z.string(), to: ApprovalId });

/** What is shown of one approval. */
export interface ShownOnPage {
  readonly title: string;
  /** What both decisions are called here; null: the usual words. */
  readonly outcomes: Readonly<Record<Decision, string | null>>;
  readonly lines: readonly (readonly [label: string, text: string])[];
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  /** What has become different since it was asked before. */
  readonly since: ShownOnPage['changes'];
  /** What stands above all else; null: nothing. */
  readonly notice: string | null;
  readonly votes: ShownOnPage['lines'];
  /** Questions, each with its answer behind it. */
  readonly talk: ShownOnPage['lines'];
  readonly evidence: readonly (readonly [label: string, text: string])[];
  /** Where the ticket is; null when nobody knows. */
  readonly ticket: { readonly key: string; readonly url: string } | null;
  /** Where it stands, when nothing is to be decided any more or not by him. */
  readonly over: string | null;
}

export type PageAnswer =
  | { readonly kind: 'shown'; readonly shown: ShownOnPage }
  /** `again`: a fresh sign-in would help. */
  | {
      readonly kind: 'refused';
      readonly status: 403 | 404 | 409 | 503;
      readonly text: string;
      readonly again: boolean;
    };
type Refused = Extract<PageAnswer, { kind: 'refused' }>;

/** What comes behind the door: see `flows/approval-page.ts`. */
export interface ApprovalPages {
  readonly words: ApprovalWords;
  /** Where a browser is sent to sign in. */
  signInUrl(asked: { readonly state: string; readonly nonce: string }): URL;
  signedIn(code: string, nonce: string): Promise<WebPerson | { readonly failed: string }>;
  /** Changes nothing. */
  look(id: ApprovalId, who: WebPerson): Promise<PageAnswer>;
  /** What a press can decide, once. */
  open(
    id: ApprovalId,
    who: WebPerson,
  ): Promise<
    | {
        readonly kind: 'open';
        readonly shown: ShownOnPage;
        readonly tokens: Readonly<Record<Decision, string>>;
      }
    | Refused
  >;
  decide(
    id: ApprovalId,
    who: WebPerson,
    said: { readonly decision: Decision; readonly reason: string; readonly token: string },
  ): Promise<{ readonly kind: 'decided'; readonly text: string } | Refused>;
  /** Milliseconds since 1970. */
  now(): number;
}

const SESSION_MS = 12 * 3_600_000;
const AWAY_MS = 10 * 60_000;

/**
 * Where approvers decide in a browser. Looking changes nothing; a press is answered only with the session of its browser, from
 * our own page, and with a token that decides once.
 */
export function createApprovalDoor(pages: ApprovalPages, sealing: Sealing, publicUrl: string) {
  const session = browserCookie(publicUrl, 'deskbridge_session', '/approvals');
  const leaving = browserCookie(publicUrl, 'deskbridge_leaving', '/approvals');
  const { words } = pages;
  const path = new URL(publicUrl).pathname.replace(/\/+$/, '');

  const sessionOf = (c: Context) => sealing.open(Session, session.read(c.req.header('cookie')), pages.now());
  const idOf = (c: Context) => ApprovalId.safeParse(c.req.param('id')).data ?? null;
  const formKey = ({ key }: WebSession, id: ApprovalId) => createHmac('sha256', key).update(id).digest('hex');

  const show = (status: number, body: Parameters<typeof page>[1], formTo = "'self'") =>
    page(status, body, formTo, APPROVAL_STYLE);
  const toSlack = () => `'self' ${pages.signInUrl({ state: '', nonce: '' }).origin}`;
  const said = (status: number, text: string, again: ApprovalId | null = null) =>
    show(
      status,
      wordsPage(words, text, again === null ? null : { action: `${path}/approvals/sign-in`, to: again }),
      again === null ? "'none'" : toSlack(),
    );
  const refused = ({ status, text, again }: Refused, id: ApprovalId) => said(status, text, again ? id : null);

  const isOurs = (c: Context) => isOwnPress(c.req.header('sec-fetch-site')) && isOwnOrigin(c, publicUrl);

  /** A press from our own page, with what this browser was given for it. */
  async function pressed(
    c: Context,
  ): Promise<Response | { session: WebSession; id: ApprovalId; form: URLSearchParams }> {
    const id = idOf(c);
    const own = sessionOf(c);
    if (id === null) return said(404, words.unknown);
    if (!isOurs(c)) return said(403, words.elsewhere);
    if (own === null) return said(401, words.signInFirst, id);
    const form = await formOf(c);
    const [given, made] = [Buffer.from(form.get('form') ?? ''), Buffer.from(formKey(own, id))];
    if (given.length !== made.length || !timingSafeEqual(given, made)) return said(403, words.elsewhere);
    return { session: own, id, form };
  }

  return {
    async show(c: Context): Promise<Response> {
      const id = idOf(c);
      const own = sessionOf(c);
      if (id === null) return said(404, words.unknown);
      if (own === null) return said(401, words.signInFirst, id);
      const seen = await pages.look(id, personOf(own));
      if (seen.kind === 'refused') return refused(seen, id);
      return show(200, approvalPage(words, { id, shown: seen.shown, form: formKey(own, id) }));
    },

    async signIn(c: Context): Promise<Response> {
      if (!isOurs(c)) return said(403, words.elsewhere);
      const to = ApprovalId.safeParse((await formOf(c)).get('to')).data;
      if (to === undefined) return said(404, words.unknown);
      const [state, nonce] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
      const away = sealing.seal({ state, nonce, to }, pages.now() + AWAY_MS);
      return redirect(pages.signInUrl({ state, nonce }).href, leaving.set(away, AWAY_MS / 1000));
    },

    /** Back from Slack. Only the browser that left counts. */
    async signedIn(c: Context): Promise<Response> {
      const left = sealing.open(Leaving, leaving.read(c.req.header('cookie')), pages.now());
      // A look ahead (HEAD) is nobody coming back.
      if (left === null || c.req.method !== 'GET' || !isSame(c.req.query('state') ?? '', left.state))
        return said(410, words.stale);
      const code = c.req.query('code') ?? '';
      const who = code === '' ? { failed: words.declined } : await pages.signedIn(code, left.nonce);
      if ('failed' in who) return said(403, who.failed, left.to);
      const key = randomBytes(24).toString('base64url');
      const sealed = sealing.seal({ ...who, key }, pages.now() + SESSION_MS);
      const answer = redirect(`${path}/approvals/${left.to}`, session.set(sealed, SESSION_MS / 1000));
      answer.headers.append('set-cookie', leaving.set('', 0));
      return answer;
    },

    async open(c: Context): Promise<Response> {
      const press = await pressed(c);
      if (press instanceof Response) return press;
      const { id, session: own } = press;
      const opened = await pages.open(id, personOf(own));
      if (opened.kind === 'refused') return refused(opened, id);
      const { shown, tokens } = opened;
      return show(200, ballotPage(words, { id, shown, tokens, form: formKey(own, id) }));
    },

    async decide(c: Context): Promise<Response> {
      const press = await pressed(c);
      if (press instanceof Response) return press;
      const { id, session: own, form } = press;
      const decision = z.enum(DECISIONS).safeParse(form.get('decision')).data;
      if (decision === undefined) return said(403, words.elsewhere);
      const reason = (form.get('reason') ?? '').slice(0, 3_000).toWellFormed();
      const token = form.get(decision) ?? '';
      const decided = await pages.decide(id, personOf(own), { decision, reason, token });
      return decided.kind === 'refused' ? refused(decided, id) : said(200, decided.text);
    },
  };
}

const personOf = ({ team, user, authTime }: WebSession): WebPerson => ({ team, user, authTime });

async function formOf(c: Context): Promise<URLSearchParams> {
  const body = await readBody(c);
  return new URLSearchParams(body.kind === 'read' ? Buffer.from(body.bytes).toString('utf8') : '');
}

/** Browsers name the page from which a form was sent; of pages like ours, which tell nobody, they only say that it was ours. */
function isOwnOrigin(c: Context, publicUrl: string): boolean {
  const origin = c.req.header('origin');
  if (origin === 'null') return c.req.header('sec-fetch-site') === 'same-origin';
  return origin === undefined || origin === new URL(publicUrl).origin;
}

function isSame(given: string, made: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(made)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const redirect = (location: string, cookie: string) =>
  new Response(null, {
    status: 303,
    headers: {
      location,
      'set-cookie': cookie,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  });
