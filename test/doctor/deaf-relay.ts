import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

/** One message from Postgres: a type, four bytes of length (which count themselves), and the rest. */
const HEAD = 5;
const NOTIFICATION = 'A'.charCodeAt(0);

/**
 * A way to Postgres on which notifications get lost, as they do behind a pooler in transaction mode, which gives the
 * connection that listens to somebody else. Answers the URL of the way; it ends with `close`.
 */
export async function createDeafRelay(url: string): Promise<{ readonly url: string; close(): void }> {
  const target = new URL(url);
  const { port, hostname } = target;
  const server = createServer((inbound) => {
    const outbound = createConnection(Number(port), hostname);
    let waiting = Buffer.alloc(0);
    inbound.pipe(outbound);
    outbound.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= HEAD) {
        const size = waiting.readInt32BE(1) + 1;
        if (waiting.length < size) return;
        if (waiting[0] !== NOTIFICATION) inbound.write(waiting.subarray(0, size));
        waiting = waiting.subarray(size);
      }
    });
    for (const socket of [inbound, outbound]) socket.on('error', () => {});
    inbound.on('close', () => outbound.destroy());
    outbound.on('close', () => inbound.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The relay has no port');
  target.port = String(address.port);
  target.hostname = '127.0.0.1';
  return { url: target.href, close: () => void server.close() };
}
