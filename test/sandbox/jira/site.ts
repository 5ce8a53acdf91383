import { once } from 'node:events';
import { createServer } from 'node:http';
import type { HookRequest } from '../../../src/connectors/connector.ts';
import { createClock } from '../../../src/sandbox/clock.ts';
import { createJiraSandbox, type JiraSandboxOptions } from '../../../src/sandbox/jira/jira-sandbox.ts';
import { type Listening, listen } from '../../../src/sandbox/listen.ts';

export const EMAIL = 'deskbridge@example.test';
export const API_TOKEN = 'sandbox-token-0123456789abcdef';
export const HOOK_SECRET = 'sandbox-hook-secret-0123456789';
export const INDEX_LAG_MS = 2000;

/** A simulated Jira behind a real port, which can be cut off and brought back at the same address. */
export async function startSite(options: Partial<JiraSandboxOptions> = {}) {
  const clock = options.clock ?? createClock();
  const sandbox = createJiraSandbox({
    clock,
    email: EMAIL,
    apiToken: API_TOKEN,
    hookSecret: HOOK_SECRET,
    indexLagMs: INDEX_LAG_MS,
    ...options,
  });
  let server: Listening | null = await listen(sandbox.routes);
  const { url: baseUrl, port } = server;
  sandbox.setBaseUrl(baseUrl);
  const cut = async () => {
    await server?.close();
    server = null;
  };
  return {
    clock,
    sandbox,
    baseUrl,
    cut,
    async restore() {
      server ??= await listen(sandbox.routes, port);
    },
    async close() {
      sandbox.stop();
      clock.stop();
      await cut();
    },
  };
}

export type Site = Awaited<ReturnType<typeof startSite>>;

const basic = `Basic ${Buffer.from(`${EMAIL}:${API_TOKEN}`).toString('base64')}`;

/** One raw call, as curl would make it. `call` is "METHOD /path". */
export async function ask(site: Site, call: string, body?: unknown, headers: Record<string, string> = {}) {
  const [method = 'GET', path = '/'] = call.split(' ');
  const answer = await fetch(`${site.baseUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      authorization: basic,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const value: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  return { status: answer.status, headers: answer.headers, text, value };
}

/** One upload, as curl would make it. */
export async function askWithFile(
  site: Site,
  call: string,
  file: { readonly name: string; readonly bytes: string },
  headers: Record<string, string> = { 'x-atlassian-token': 'no-check' },
) {
  const form = new FormData();
  form.append('file', new Blob([file.bytes], { type: 'text/plain' }), file.name);
  const answer = await fetch(`${site.baseUrl}${call.split(' ')[1]}`, {
    method: 'POST',
    headers: { authorization: basic, ...headers },
    body: form,
  });
  const text = await answer.text();
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: answer.status, headers: answer.headers, text, value };
}

/** A place where hooks arrive. It keeps them all and answers what `status` says. */
export async function startReceiver(now: () => Date, status: () => number = () => 204) {
  const hooks: HookRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
      hooks.push({ headers: Object.fromEntries(headers), body: Buffer.concat(chunks), now: now() });
      const code = status();
      if (code === 0) incoming.socket.destroy();
      else outgoing.writeHead(code).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port');
  return {
    hooks,
    url: `http://127.0.0.1:${address.port}/hooks/jira-it`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
