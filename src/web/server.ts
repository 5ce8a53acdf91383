import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { StoreUnavailable } from '../model/delivery.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../model/metrics.ts';
import {
  BODY_BROKEN,
  BODY_TOO_LARGE,
  NOT_STORED,
  NOTHING_HERE,
  OTHER_METHOD,
  wentWrong,
} from '../texts/pages.ts';
import type { createApprovalDoor } from './approval-door.ts';
import type { createConnectDoor } from './connect-door.ts';
import type { Door, DoorReply } from './door.ts';
import type { HookDoor } from './hook-door.ts';
import { readBody } from './read-body.ts';
import type { createSlackInstallDoor } from './slack-install-door.ts';

/** How often connections that became idle are closed while stopping, in milliseconds. */
const IDLE_SWEEP_MS = 50;
/** What we ask a sender to wait when the store is away, in seconds. */
const RETRY_AFTER_S = 5;

/** Is everything there that a delivery needs? Each check is named, with one sentence when it fails. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

export interface WebServerDeps {
  /** Null when Slack comes in through Socket Mode: the path then does not exist. */
  readonly slack: Door | null;
  readonly hooks: HookDoor;
  /** Absent where nobody can sign in with OAuth: the paths then do not exist. */
  readonly connect?: ReturnType<typeof createConnectDoor>;
  /** Absent where one workspace is served with a token from the environment. */
  readonly install?: ReturnType<typeof createSlackInstallDoor>;
  /** Absent where nobody can sign in with Slack: the paths then do not exist. */
  readonly approvals?: ReturnType<typeof createApprovalDoor>;
  /** Must answer by itself within a second or two, also when the database does not. */
  readonly readiness: () => Promise<Readiness>;
  /** The metrics page in the Prometheus text format. */
  readonly metricsText: () => Promise<string>;
  /** More routes, e.g. of the demo. `stopping` fires when the server stops: end streams then. */
  readonly mount?: (app: Hono, stopping: AbortSignal) => void;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface WebServer {
  /** Port 0 takes a free one. Rejects with a sentence when the address cannot be had. */
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>;
  /** Refuses new connections, lets requests in flight finish, cuts what is left after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

export function createWebServer(deps: WebServerDeps): WebServer {
  const stopping = new AbortController();
  const app = createRoutes(deps, stopping.signal);
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      // Longer than the idle time of common proxies (60 s), else they meet connections that we are just closing.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
    },
    listenerOf(app),
  );

  return {
    listen: (host, port) => listen(server, host, port),
    stop(graceMs = 10_000) {
      stopping.abort();
      return stop(server, graceMs);
    },
  };
}

/** Hono's own promise never rejects: what a handler throws is answered by `onError`. */
function listenerOf(app: Hono) {
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (...[request, response]: Parameters<typeof handle>): void => void handle(request, response);
}

function createRoutes(deps: WebServerDeps, stopping: AbortSignal): Hono {
  const app = new Hono();
  const through = (name: string, door: Door) => (c: Context) => passThrough(c, name, { door, deps });

  const { slack } = deps;
  if (slack !== null) only(app, 'post', '/slack/events', through('slack', slack));
  only(app, 'post', '/hooks/:connector', (c) => {
    const connector = c.req.param('connector') ?? '';
    return through('hook', (request) => deps.hooks(connector, request))(c);
  });
  const { connect } = deps;
  if (connect !== undefined) {
    only(app, 'get', '/oauth/:connector/connect', connect.show);
    only(app, 'post', '/oauth/:connector/begin', connect.begin);
    only(app, 'get', '/oauth/:connector/callback', connect.finish);
  }
  const { install } = deps;
  if (install !== undefined) {
    only(app, 'get', '/slack/install', install.show);
    only(app, 'post', '/slack/begin', install.begin);
    only(app, 'get', '/slack/oauth_redirect', install.finish);
  }
  const { approvals } = deps;
  if (approvals !== undefined) {
    only(app, 'get', '/approvals/signed-in', approvals.signedIn);
    only(app, 'post', '/approvals/sign-in', approvals.signIn);
    only(app, 'post', '/approvals/:id/open', approvals.open);
    only(app, 'post', '/approvals/:id/decide', approvals.decide);
    only(app, 'get', '/approvals/:id', approvals.show);
  }
  only(app, 'get', '/healthz', (c) => c.text('ok'));
  only(app, 'get', '/readyz', async (c) => {
    const state = await deps.readiness();
    const ready = state.ready && !stopping.aborted;
    return c.json({ ready, checks: state.checks }, ready ? 200 : 503);
  });
  only(app, 'get', '/metrics', async (c) =>
    c.body(await deps.metricsText(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  deps.mount?.(app, stopping);

  app.notFound((c) => c.text(NOTHING_HERE, 404));
  app.onError((error, c) => {
    const reference = randomUUID();
    deps.metrics.count('deskbridge_http_failures_total');
    deps.log.error({ err: error, reference, path: c.req.routePath }, 'A request failed unexpectedly');
    return c.text(wentWrong(reference), 500);
  });
  return app;
}

/** One method for a path; any other is answered 405. */
function only(
  app: Hono,
  method: 'get' | 'post',
  path: string,
  handler: (c: Context) => Response | Promise<Response>,
) {
  app[method](path, handler);
  const allow = method === 'get' ? 'GET, HEAD' : 'POST';
  app.all(path, (c) => c.text(OTHER_METHOD, 405, { allow }));
}

async function passThrough(
  c: Context,
  name: string,
  { door, deps }: { readonly door: Door; readonly deps: WebServerDeps },
): Promise<Response> {
  const reading = await readBody(c);
  let reply: DoorReply;
  if (reading.kind === 'too-large') {
    // The rest of the body is still on its way: the connection cannot be used again.
    c.header('connection', 'close');
    reply = { status: 413, body: BODY_TOO_LARGE };
  } else if (reading.kind === 'broken') {
    reply = { status: 400, body: BODY_BROKEN };
  } else {
    try {
      reply = await door({ headers: c.req.header(), body: reading.bytes });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      c.header('retry-after', String(RETRY_AFTER_S));
      reply = { status: 503, body: NOT_STORED };
      deps.log.warn({ door: name, reason: error.message }, 'A delivery was answered 503');
    }
  }
  deps.metrics.count('deskbridge_door_total', { door: name, status: String(reply.status) });
  return respond(reply, c);
}

function respond(reply: DoorReply, c: Context): Response {
  const headers = new Headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  for (const [name, value] of c.res.headers) headers.set(name, value);
  if (reply.body === null) return new Response(null, { status: reply.status, headers });
  const text = typeof reply.body === 'string';
  headers.set('content-type', text ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8');
  return new Response(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body), {
    status: reply.status,
    headers,
  });
}

function listen(server: Server, host: string, port: number) {
  return new Promise<{ host: string; port: number }>((resolve, reject) => {
    server.once('error', (error) => {
      const why =
        'code' in error && error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
      reject(
        new Error(`Cannot listen on ${host}:${port}: ${why}. Set another port or stop the other program.`),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve({ host, port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}

/** `close()` alone waits for every idle keep-alive connection, so those are swept away meanwhile (measured: 0.8 s, not 3.8 s). */
async function stop(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
