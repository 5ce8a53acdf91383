import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { FaultPlan } from '../faults.ts';
import { breakAfter, breakBefore, type SlackFault, tooMany } from './broken-answers.ts';
import type { InstalledApp } from './installed-app.ts';
import type { JsonObject } from './message-store.ts';
import { type ApiResult, fail, type Method, type MethodContext, TIERS } from './method.ts';
import type { RateLimits } from './rate-limits.ts';
import { readArguments } from './read-arguments.ts';
import { refuseToken, type Tokens } from './tokens.ts';

/** One Web API call as it came in; the token is never kept. */
export interface ReceivedCall {
  readonly method: string;
  readonly args: JsonObject;
  readonly at: Date;
}

export interface WebApiDeps {
  readonly methods: Readonly<Record<string, Method>>;
  readonly context: MethodContext;
  readonly tokens: Tokens;
  readonly installed: InstalledApp;
  /** Null switches the limits off. */
  readonly limits: RateLimits | null;
  /** By method name. */
  readonly faults: FaultPlan<SlackFault>;
  readonly received: (call: ReceivedCall) => void;
}

interface ReadRequest {
  readonly method: Method;
  readonly scope: string | null;
  readonly name: string;
  readonly args: JsonObject;
  readonly token: string | null;
  readonly fault: SlackFault | null;
}

function body(result: ApiResult, scope: string | null, granted: readonly string[]): JsonObject {
  if (result.ok) return { ok: true, ...result.fields };
  const scopes = { needed: scope, provided: granted.join(',') };
  return {
    ok: false,
    error: result.error,
    ...(result.error === 'missing_scope' ? scopes : {}),
    ...(result.messages.length === 0 ? {} : { response_metadata: { messages: result.messages } }),
  };
}

function answer(result: ApiResult, scope: string | null, { scopes: granted }: InstalledApp): Response {
  const headers = {
    'x-oauth-scopes': granted.join(','),
    'x-accepted-oauth-scopes': scope ?? '',
  };
  return Response.json(body(result, scope, granted), { headers });
}

function secondsToWait(deps: WebApiDeps, { name, method, args }: ReadRequest): number {
  if (deps.limits === null) return 0;
  const wait = deps.limits.take(name, TIERS[method.tier]);
  if (wait > 0 || name !== 'chat.postMessage') return wait;
  return deps.limits.takePost(String(args['channel']));
}

function perform(deps: WebApiDeps, request: ReadRequest): Response {
  const { method, scope, args, fault } = request;
  const refusal = refuseToken(deps.tokens, deps.installed, request);
  if (refusal !== null) return answer(refusal, scope, deps.installed);
  const wait = secondsToWait(deps, request);
  if (wait > 0) return tooMany(wait);
  const { clock } = deps.context.world;
  const context =
    fault?.kind === 'stale' ? { ...deps.context, asOf: clock.now().getTime() - fault.staleMs } : deps.context;
  return answer(method.call(args, context), scope, deps.installed);
}

export function bearer(header: string | undefined): string | null {
  return header?.match(/^Bearer\s+(\S+)$/i)?.[1] ?? null;
}

/** The Web API below /api/: POST (and GET, as Slack allows) of form or JSON, answered with HTTP 200 and `ok`. */
export function createWebApi(deps: WebApiDeps): Hono<{ Bindings: HttpBindings }> {
  async function handle(c: Context<{ Bindings: HttpBindings }, '/api/:method'>): Promise<Response> {
    const name = c.req.param('method');
    const { world } = deps.context;
    if (world.baseUrl() === null) world.setBaseUrl(c.req.url.slice(0, c.req.url.indexOf('/api/')));
    const raw = await readArguments(c.req.raw);
    const { token, ...args } = raw ?? {};
    deps.received({ method: name, args, at: world.clock.now() });
    const { socket } = c.env.incoming;
    const fault = deps.faults.take(name);
    const broken = breakBefore(fault, socket);
    if (broken !== null) return broken;
    const method = Object.hasOwn(deps.methods, name) ? deps.methods[name] : undefined;
    if (method === undefined) return Response.json({ ok: false, error: 'unknown_method' });
    const scope = method.scopeOf(args, world);
    if (raw === null) return answer(fail('invalid_json'), scope, deps.installed);
    const inBody = typeof token === 'string' && method.token === 'bot' ? token : null;
    const response = perform(deps, {
      method,
      scope,
      name,
      args,
      token: bearer(c.req.header('authorization')) ?? inBody,
      fault,
    });
    return breakAfter(fault, socket) ?? response;
  }

  return new Hono<{ Bindings: HttpBindings }>().on(['GET', 'POST'], '/api/:method', handle);
}
