import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../src/store/embedded-postgres/free-port.ts';

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

export interface Relay {
  readonly port: number;
  /** From now on new connections reach the target. */
  open(): Promise<void>;
  /** Cuts every connection and refuses new ones. */
  cut(): Promise<void>;
}

/** A cable that can be pulled: passes a port of this machine on to another one. Begins cut. */
export async function createRelay(targetPort: number): Promise<Relay> {
  const port = await freePort(null);
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  return {
    port,
    async open() {
      server = createServer((inbound) => {
        const outbound = keep(createConnection(targetPort, '127.0.0.1'));
        keep(inbound).pipe(outbound).pipe(inbound);
        inbound.on('close', () => outbound.destroy());
        outbound.on('close', () => inbound.destroy());
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async cut() {
      const closing = server;
      server = null;
      if (closing === null) return;
      closing.close();
      for (const socket of sockets) socket.destroy();
      await once(closing, 'close');
    },
  };
}

/** A server that takes connections and never says a word. */
export async function createSilence(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
