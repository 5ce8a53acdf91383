import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { SandboxClock } from './clock.ts';

/** A Hono app, or anything that answers requests the way one does. */
export interface RequestHandler {
  fetch(request: Request, env: object): Response | Promise<Response>;
}

export interface Listening {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Ends open connections too: simulated vendors have nothing to finish. */
  close(): Promise<void>;
}

/**
 * Serves a simulated vendor on this machine only; port 0 takes a free one. Rejects when the port is taken. With a clock
 * the Date header of every answer is the sandbox's time.
 */
export async function listen(app: RequestHandler, port = 0, clock?: SandboxClock): Promise<Listening> {
  const answer = getRequestListener((request, env) => app.fetch(request, env));
  const server = createServer((incoming, outgoing) => {
    if (clock !== undefined) outgoing.setHeader('date', clock.now().toUTCString());
    void answer(incoming, outgoing);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox server has no TCP port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    server,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
