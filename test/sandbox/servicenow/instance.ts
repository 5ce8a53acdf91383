import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { z } from 'zod';
import { createClock } from '../../../src/sandbox/clock.ts';
import {
  createServiceNowSandbox,
  type ServiceNowSandboxOptions,
} from '../../../src/sandbox/servicenow/sandbox.ts';

export const USER = 'deskbridge.bot';
export const PASSWORD = 'sandbox-password-0123456789';
export const HOOK_SECRET = 'sandbox-hook-secret-0123456789abcdef';
export const OAUTH = { clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret-0123456789' };

/** Closes a server and every connection to it. */
export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  const closed = once(server, 'close');
  server.close();
  await closed;
}

export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port');
  return address.port;
}

/** A simulated instance behind a real port, which can be cut off and brought back on the same port. */
export async function startInstance(options: Partial<ServiceNowSandboxOptions> = {}) {
  const clock = options.clock ?? createClock();
  const sandbox = createServiceNowSandbox({
    clock,
    user: USER,
    password: PASSWORD,
    hookSecret: HOOK_SECRET,
    oauth: OAUTH,
    ...options,
  });
  const listener = getRequestListener((request, env) => sandbox.routes.fetch(request, env));
  let requests = 0;
  const open = () =>
    createServer((incoming, outgoing) => {
      requests += 1;
      void listener(incoming, outgoing);
    });
  let server: Server | null = open();
  const port = await listenOnLoopback(server);
  const baseUrl = `http://127.0.0.1:${port}`;
  const cut = async () => {
    if (server !== null) await closeServer(server);
    server = null;
  };

  return {
    clock,
    sandbox,
    baseUrl,
    requests: () => requests,
    cut,
    async restore() {
      server ??= open();
      if (!server.listening) await listenOnLoopback(server, port);
    },
    async close() {
      sandbox.stop();
      clock.stop();
      await cut();
    },
  };
}

export type Instance = Awaited<ReturnType<typeof startInstance>>;

const Result = z.object({ result: z.unknown() });
const FlatRecord = z.record(z.string(), z.string());

/** The `result` of an answer. */
export function resultOf(text: string): unknown {
  return Result.parse(JSON.parse(text)).result;
}

/** A single record whose fields are plain strings (no links, or one display mode). */
export function recordOf(text: string): Readonly<Record<string, string>> {
  return FlatRecord.parse(resultOf(text));
}

const basic = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;

/** One raw call, as curl would make it. */
export async function call(instance: Instance, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${instance.baseUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: basic, accept: 'application/json', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

export interface ReceivedHook {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A place for hooks to arrive at: keeps them, and answers what `answer` says. */
export async function startReceiver(answer: (hook: ReceivedHook) => number = () => 204) {
  const hooks: ReceivedHook[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
      const hook = { headers: Object.fromEntries(headers), body: Buffer.concat(chunks) };
      hooks.push(hook);
      outgoing.writeHead(answer(hook)).end();
    });
  });
  const port = await listenOnLoopback(server);
  return { hooks, url: `http://127.0.0.1:${port}/hooks/snow`, close: () => closeServer(server) };
}
