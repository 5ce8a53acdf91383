import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { SandboxClock } from '../clock.ts';
import type { SandboxPerson } from '../worlds.ts';
import type { ChannelOption } from './default-workspace.ts';
import type { JsonObject } from './message-store.ts';
import { createPlatformGrants } from './platform-grants.ts';
import { readArguments } from './read-arguments.ts';
import { createSlackSandbox, type SlackSandbox } from './slack-sandbox.ts';
import { bearer } from './web-api.ts';

/** One workspace of the platform. */
export interface PlatformWorkspace {
  readonly id: string;
  readonly name: string;
  /** The organisation that installs the app for it; null: it installs the app itself. */
  readonly organisation: { readonly id: string; readonly name: string } | null;
  readonly people: readonly SandboxPerson[];
  readonly channels: readonly ChannelOption[];
}

export interface PlatformApp {
  readonly clientId: string;
  /** Must start with `sandbox-`. */
  readonly clientSecret: string;
  readonly signingSecret: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  /** Tokens end after twelve hours and are renewed. */
  readonly rotates?: boolean;
}

/** A call that a workspace refused: a token of another one shows as something that is not there. */
export interface Refusal {
  readonly place: string;
  readonly method: string;
  readonly error: string;
}

const INNER = 'xoxb-sandbox-inner';
const failed = (error: string) => Response.json({ ok: false, error });

/**
 * One app in several workspaces of Slack, and in organisations: consent, OAuth, one token each, one signing secret. A token
 * opens the workspaces of its place and nothing else. An organisation's token is tried where the channel, person or file of
 * the call is, as its channel ids are unique.
 */
export function createAppPlatform(options: {
  readonly clock: SandboxClock;
  readonly app: PlatformApp;
  readonly workspaces: readonly PlatformWorkspace[];
}) {
  const { clock, app } = options;
  const workspaces = options.workspaces.map((info) => ({ ...info, sandbox: sandboxOf(info, options) }));
  const refusals: Refusal[] = [];

  const placeOf = ({ id, organisation }: PlatformWorkspace) => organisation?.id ?? id;
  const within = (place: string) => workspaces.filter((each) => placeOf(each) === place);
  const grants = createPlatformGrants({ clock, app, within });

  /** Which of a place's workspaces has what the call names. */
  function sandboxFor(place: string, args: JsonObject): SlackSandbox | null {
    const named = new Set(
      ['channel', 'channel_id', 'user', 'users', 'file'].map((name) => String(args[name] ?? '')),
    );
    const all = within(place).map(({ sandbox }) => sandbox);
    const has = ({ people }: SlackSandbox) =>
      people.channels().some(({ id }) => named.has(id)) ||
      people.people().some(({ id }) => named.has(id)) ||
      [...named].some((id) => id.startsWith('F') && people.fileBytes(id) !== null);
    return all.find(has) ?? all[0] ?? null;
  }

  async function call(c: Context<{ Bindings: HttpBindings }, '/api/:method'>): Promise<Response> {
    const method = c.req.param('method');
    const body = await c.req.raw.clone().arrayBuffer();
    const args = (await readArguments(c.req.raw)) ?? {};
    if (method === 'oauth.v2.access') return grants.access(args);
    const token = bearer(c.req.header('authorization')) ?? '';
    if (token === '') return failed('not_authed');
    const known = grants.placeOf(token);
    if (known.kind === 'refused') return failed(known.error);
    if (method === 'auth.revoke' || method === 'apps.uninstall') {
      grants.take(known.place);
      return Response.json({ ok: true, revoked: true });
    }
    const sandbox = sandboxFor(known.place, args);
    if (sandbox === null) return failed('account_inactive');
    const headers = new Headers(c.req.raw.headers);
    headers.set('authorization', `Bearer ${INNER}`);
    const inner = new Request(c.req.url, {
      method: c.req.method,
      headers,
      ...(c.req.method === 'GET' ? {} : { body }),
    });
    const answer = await sandbox.routes.fetch(inner, c.env);
    const said: unknown = await answer
      .clone()
      .json()
      .catch(() => null);
    const error = typeof said === 'object' && said !== null ? Reflect.get(said, 'error') : undefined;
    if (typeof error === 'string') refusals.push({ place: known.place, method, error });
    return answer;
  }

  /** What is no method: response_urls and the bytes of files, below the workspace's own path. */
  async function beside(c: Context<{ Bindings: HttpBindings }, '/w/:team/*'>): Promise<Response> {
    const team = c.req.param('team');
    const found = workspaces.find(({ id }) => id === team);
    if (found === undefined) return c.text('not found', 404);
    const token = bearer(c.req.header('authorization'));
    const isOwn = token !== null && isOf(grants.placeOf(token), placeOf(found));
    const request = new Request(c.req.url.replace(`/w/${team}`, ''), c.req.raw);
    if (isOwn) request.headers.set('authorization', `Bearer ${INNER}`);
    return await found.sandbox.routes.fetch(request, c.env);
  }

  return {
    routes: new Hono<{ Bindings: HttpBindings }>()
      .get('/oauth/v2/authorize', grants.authorize)
      .on(['GET', 'POST'], '/api/:method', call)
      .all('/w/:team/*', beside),
    workspace(id: string): SlackSandbox {
      const found = workspaces.find((each) => each.id === id);
      if (found === undefined) throw new Error(`There is no workspace ${id}`);
      return found.sandbox;
    },
    /** Whose administrator sits at the browser: a workspace or an organisation; null: somebody who declines. */
    consentAs: grants.consentAs,
    /** Where the platform is served. */
    setBaseUrl(url: string): void {
      for (const { id, sandbox } of workspaces) sandbox.setBaseUrl(`${url}/w/${id}`);
    },
    /** From now on all workspaces send their events there. */
    async setEventsUrl(url: string): Promise<void> {
      for (const { sandbox } of workspaces) await sandbox.setEventsUrl(url);
    },
    /** An administrator removes the app: its tokens end, and Slack says so, if `tells`. */
    remove(place: string, tells = true): void {
      grants.take(place);
      if (tells) within(place)[0]?.sandbox.tell({ type: 'app_uninstalled' });
    },
    /** Of whom tokens work now. */
    places: grants.places,
    allUsed: grants.allUsed,
    refusals: (): readonly Refusal[] => [...refusals],
    async settled(): Promise<void> {
      for (const { sandbox } of workspaces) await sandbox.settled();
    },
    stop(): void {
      for (const { sandbox } of workspaces) sandbox.stop();
    },
  };
}

const isOf = (known: ReturnType<ReturnType<typeof createPlatformGrants>['placeOf']>, place: string) =>
  known.kind === 'known' && known.place === place;

function sandboxOf(
  { id, name, organisation, people, channels }: PlatformWorkspace,
  { clock, app }: { readonly clock: SandboxClock; readonly app: PlatformApp },
): SlackSandbox {
  return createSlackSandbox({
    clock,
    signingSecret: app.signingSecret,
    botToken: INNER,
    appToken: 'xapp-sandbox-platform',
    team: { id, name, domain: id.toLowerCase(), organisation },
    people,
    channels,
    limits: false,
  });
}
