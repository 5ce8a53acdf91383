import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { tellExchange } from '../exchanges.ts';
import type { Fault, FaultPlan } from '../faults.ts';
import type { JiraAnswer, JiraCall, JiraEndpoint, UploadedFile } from './endpoint.ts';
import { JiraRefusal } from './endpoint.ts';
import type { JiraLimits, LimitHit } from './limits.ts';
import type { JiraDoor, Whose } from './sign-ins.ts';

export interface ReceivedCall {
  /** As faults name it: method and path with {parameters}. */
  readonly call: string;
  readonly path: string;
  readonly at: Date;
  readonly body: unknown;
}

export interface GateOptions {
  readonly endpoints: readonly JiraEndpoint[];
  readonly door: JiraDoor;
  /** Whose credential this value of the Authorization header is, for this call. */
  readonly whose: (authorization: string, endpoint: JiraEndpoint) => Whose;
  readonly media: (context: MediaCall) => JiraAnswer;
  readonly faults: FaultPlan<Fault>;
  /** Null when limits are switched off. */
  readonly limits: JiraLimits | null;
  readonly now: () => number;
  /** The id of the issue that a path parameter names, for the limits. */
  readonly issueId: (idOrKey: string) => string | null;
  readonly onCall: (call: ReceivedCall) => void;
  /** Whether refusals come without a body. */
  readonly isTerse: () => boolean;
  /** Every answer says so. */
  readonly nearLimit: boolean;
  readonly cloudId: string;
  /** Aborted when the sandbox stops: calls that hang end then. */
  readonly stopped: AbortSignal;
}

/** A fetch of content at the address that a redirect named. */
export interface MediaCall {
  readonly id: string;
  readonly token: string;
  /** A credential that should never have come here. */
  readonly authorization: string | null;
}

type JiraContext = Context<{ Bindings: HttpBindings }>;
export type JiraRoutes = Hono<{ Bindings: HttpBindings }>;

/** Mounts the endpoints behind what every call meets first: faults, the credential, the limits. */
export function createJiraRoutes(options: GateOptions): JiraRoutes {
  const app: JiraRoutes = new Hono();
  if (options.nearLimit) {
    app.use(async (context, next) => {
      await next();
      context.header('x-ratelimit-nearlimit', 'true');
    });
  }
  // A site tells everybody who it is, without a credential.
  if (options.door === 'site')
    app.all('/_edge/tenant_info', (context) => context.json({ cloudId: options.cloudId }));
  for (const endpoint of options.endpoints) {
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(endpoint.method, path, (context) => answerCall(context, endpoint, options));
  }
  app.all('/media/:id', (context) =>
    json(
      options.media({
        id: context.req.param('id'),
        token: context.req.query('token') ?? '',
        authorization: context.req.header('authorization') ?? null,
      }),
    ),
  );
  app.all('/rest/*', async (context) => {
    const response = json({ status: 404, body: { errorMessages: ['null for uri'], errors: {} } });
    await tellExchange(heard(context, context.req.method, { body: undefined, planned: false }), response);
    return response;
  });
  return app;
}

async function answerCall(context: JiraContext, endpoint: JiraEndpoint, gate: GateOptions) {
  const got = await received(context);
  const call = `${endpoint.method} ${endpoint.path}`;
  const { path } = context.req;
  gate.onCall({ call, path, at: new Date(gate.now()), body: got.seen });
  const fault = gate.faults.take(call);
  const whole = await answered(context, endpoint, { gate, fault, got });
  const isBare = whole.status >= 400 && gate.isTerse();
  const response = isBare ? new Response(null, { status: whole.status }) : whole;
  const planned = fault !== null && fault.kind !== 'stale';
  await tellExchange(heard(context, endpoint.method, { body: got.seen, planned }), response);
  return response;
}

/** What a gateway puts before the path of a site. */
const GATEWAY = /^\/ex\/jira\/[^/]+/;

function heard(context: JiraContext, method: string, told: { body: unknown; planned: boolean }) {
  return {
    ...({ vendor: 'jira', method, path: context.req.path.replace(GATEWAY, ''), ...told } as const),
    query: new URL(context.req.url).search.slice(1),
    contentType: context.req.header('content-type') ?? null,
  };
}

interface Answering {
  readonly gate: GateOptions;
  readonly fault: Fault | null;
  readonly got: Received;
}

async function answered(context: JiraContext, endpoint: JiraEndpoint, { gate, fault, got }: Answering) {
  const { body, files } = got;
  const before = await faultBefore(context, fault, gate);
  if (before !== null) return before;
  const whose = gate.whose(context.req.header('authorization') ?? '', endpoint);
  if (whose.kind !== 'known') return unauthorized(endpoint, gate.door, whose.kind);
  const { user: me, app } = whose;
  const params = context.req.param();
  const named = params['issueIdOrKey'];
  const writes = endpoint.method !== 'GET' && named !== undefined;
  const limited = {
    method: endpoint.method,
    path: endpoint.path,
    issueId: writes ? gate.issueId(named) : null,
  };
  const hit = gate.limits?.count(limited);
  if (hit !== undefined && hit !== null) return tooMany(hit);
  if (!body.ok)
    return json({ status: 400, body: { errorMessages: ['Invalid request payload.'], errors: {} } });
  const query = new URL(context.req.url).searchParams;
  const asOf = fault?.kind === 'stale' ? gate.now() - fault.staleMs : null;
  const header = (name: string) => context.req.header(name) ?? null;
  const answer = handled(endpoint, { params, query, body: body.value, files, header, asOf, me, app });
  const said = gate.limits?.headers(limited) ?? {};
  return (
    (await faultAfter(context, fault, gate)) ?? json({ ...answer, headers: { ...said, ...answer.headers } })
  );
}

function handled(endpoint: JiraEndpoint, call: JiraCall): JiraAnswer {
  try {
    return endpoint.handle(call);
  } catch (error) {
    if (error instanceof JiraRefusal) return error.answer;
    throw error;
  }
}

interface Received {
  readonly body: Parsed;
  readonly files: readonly UploadedFile[] | null;
  /** What is remembered of it. */
  readonly seen: unknown;
}

/** The body of a call: JSON, or the files of a form. */
async function received(context: JiraContext): Promise<Received> {
  if (!(context.req.header('content-type') ?? '').startsWith('multipart/form-data')) {
    const text = await context.req.text().catch(() => '');
    const body = parsed(text);
    return { body, files: null, seen: body.ok ? body.value : text };
  }
  try {
    const form = await context.req.formData();
    const parts = form.getAll('file').filter((one) => typeof one !== 'string');
    const files = await Promise.all(
      parts.map(async (one) => ({
        name: one.name,
        type: one.type,
        bytes: new Uint8Array(await one.arrayBuffer()),
      })),
    );
    const seen = { files: files.map(({ name, type, bytes }) => ({ name, type, size: bytes.byteLength })) };
    return { body: { ok: true, value: undefined } as const, files, seen };
  } catch {
    // Cut off on its way, or no form at all: nothing of it counts.
    return { body: { ok: false } as const, files: null, seen: undefined };
  }
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

function parsed(text: string): Parsed {
  if (text === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function unauthorized(endpoint: JiraEndpoint, door: JiraDoor, why: 'nobody' | 'no-scope'): Response {
  if (door === 'gateway') {
    const message = why === 'no-scope' ? 'Unauthorized; scope does not match' : 'Unauthorized';
    return json({ status: 401, body: { code: 401, message } });
  }
  const message = 'Client must be authenticated to access this resource.';
  if (endpoint.path.startsWith('/rest/servicedeskapi/')) {
    return json({ status: 401, body: { errorMessage: message } });
  }
  return new Response(message, { status: 401, headers: { 'content-type': 'text/plain;charset=UTF-8' } });
}

function json({ status, body, bytes, headers = {} }: JiraAnswer): Response {
  if (bytes !== undefined) return new Response(bytes, { status, headers });
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'x-arequestid': 'sandbox' },
  });
}

function tooMany({ reason, limit, retryAfterS }: LimitHit): Response {
  return new Response(JSON.stringify({ errorMessages: ['Rate limit exceeded.'], errors: {} }), {
    status: 429,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'retry-after': String(retryAfterS),
      'ratelimit-reason': reason,
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': '0',
    },
  });
}

const logInPage = () =>
  new Response('<!doctype html><title>Log in with Atlassian account</title>', {
    status: 200,
    headers: { 'content-type': 'text/html;charset=UTF-8' },
  });

async function faultBefore(context: JiraContext, fault: Fault | null, gate: GateOptions) {
  switch (fault?.kind) {
    case 'fail-before':
      return failed(fault.status);
    case 'limit':
      return tooMany({ reason: 'jira-burst-based', limit: 100, retryAfterS: fault.retryAfterS });
    case 'html':
      return logInPage();
    case 'reset-before':
      return cut(context);
    case 'hang':
      return hang(context, gate);
    default:
      return null;
  }
}

async function faultAfter(context: JiraContext, fault: Fault | null, gate: GateOptions) {
  switch (fault?.kind) {
    case 'fail-after':
      return failed(fault.status);
    case 'reset-after':
      return cut(context);
    case 'html-after':
      return logInPage();
    case 'hang-after':
      return hang(context, gate);
    default:
      return null;
  }
}

function failed(status: number): Response {
  return json({ status, body: { errorMessages: [`The sandbox was told to answer ${status}.`], errors: {} } });
}

/** Cuts the caller's connection without a word. */
function cut(context: JiraContext): Response {
  context.env.incoming.socket.destroy();
  return failed(500);
}

/** Says nothing until the caller goes away or the sandbox stops. */
async function hang(context: JiraContext, { stopped }: GateOptions): Promise<Response> {
  const { socket } = context.env.incoming;
  await new Promise<void>((resolve) => {
    if (stopped.aborted || socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    stopped.addEventListener('abort', () => resolve(), { once: true });
  });
  return failed(503);
}
