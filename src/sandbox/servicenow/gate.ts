import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { SandboxClock } from '../clock.ts';
import type { Fault, FaultPlan } from '../faults.ts';

/** `incoming` is there when the app runs under @hono/node-server; connection faults need it. */
export interface SandboxEnv {
  readonly Bindings: { readonly incoming?: IncomingMessage };
}

export type SandboxContext = Context<SandboxEnv>;

/** The instance's error envelope. */
export function failure(message: string, detail: string | null = null): Record<string, unknown> {
  return { error: { message, detail }, status: 'failure' };
}

export interface FaultGateOptions {
  readonly clock: SandboxClock;
  readonly faults: FaultPlan<Fault>;
  readonly stopping: AbortSignal;
}

/** Lets a call meet its planned fault; `work` does the call, reading as of `at` when the replica lags. */
export type FaultGate = (
  c: SandboxContext,
  names: readonly string[],
  work: (at: Date | undefined) => Promise<Response>,
) => Promise<Response>;

const HIBERNATING =
  '<!doctype html><html><head><title>Instance Hibernating page</title></head><body></body></html>';

function cut(c: SandboxContext): Response {
  c.env?.incoming?.socket.resetAndDestroy();
  return c.body(null, 502);
}

async function hang(c: SandboxContext, stopping: AbortSignal): Promise<Response> {
  const gone = AbortSignal.any([c.req.raw.signal, stopping]);
  if (!gone.aborted) {
    await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }));
  }
  return cut(c);
}

function plannedFailure(status: number): Response {
  const body = JSON.stringify(failure('Transaction cancelled: maximum execution time exceeded'));
  return new Response(body, { status, headers: { 'content-type': 'application/json;charset=UTF-8' } });
}

function limited(c: SandboxContext, clock: SandboxClock, retryAfterS: number): Response {
  const reset = Math.ceil(clock.now().getTime() / 1000) + retryAfterS;
  c.header('Retry-After', String(retryAfterS));
  c.header('X-RateLimit-Limit', '1');
  c.header('X-RateLimit-Reset', String(reset));
  c.header('X-RateLimit-Rule', 'a7b1f4a2c3d44e5f8a9b0c1d2e3f4a5b');
  return c.json(failure('Rate limit exceeded', 'Too many requests for this rule'), 429);
}

export function createFaultGate(options: FaultGateOptions): FaultGate {
  return async (c, names, work) => {
    const fault = names.reduce<Fault | null>((found, name) => found ?? options.faults.take(name), null);
    switch (fault?.kind) {
      case undefined:
        return work(undefined);
      case 'stale':
        return work(new Date(options.clock.now().getTime() - fault.staleMs));
      case 'limit':
        return limited(c, options.clock, fault.retryAfterS);
      case 'html':
        return c.html(HIBERNATING);
      case 'html-after':
        await work(undefined);
        return c.html(HIBERNATING);
      case 'fail-before':
        return plannedFailure(fault.status);
      case 'reset-before':
        return cut(c);
      case 'hang':
        return hang(c, options.stopping);
      case 'fail-after':
        await work(undefined);
        return plannedFailure(fault.status);
      case 'reset-after':
        await work(undefined);
        return cut(c);
      case 'hang-after':
        await work(undefined);
        return hang(c, options.stopping);
    }
  };
}
