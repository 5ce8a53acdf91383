import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

/** One message from Postgres: a type, four bytes of length (which count themselves), and the rest. */
const HEAD = 5;
const NOTIFICATION = 'A'.charCodeAt(0);
const ROW = 'D'.charCodeAt(0);
/** Where the first value of a row begins: behind its head, the number of values and its own length. */
const FIRST = HEAD + 2 + 4;

interface Relay {
  readonly url: string;
  close(): void;
}

/** Notifications get lost on it, as behind a pooler in transaction mode, which gives the connection that listens to another. */
export const createDeafRelay = (url: string): Promise<Relay> =>
  createRelay(url, (message) => (message[0] === NOTIFICATION ? null : message));

/** Behind it Postgres is 12, as far as a query can tell: in a row the number of its version is one of that time. */
export const createAgedRelay = (url: string): Promise<Relay> =>
  createRelay(url, (message) => {
    if (message[0] !== ROW || !/^1[4-9]00\d\d$/.test(message.toString('latin1', FIRST, FIRST + 6)))
      return message;
    const aged = Buffer.from(message);
    aged.write('120017', FIRST, 'latin1');
    return aged;
  });

/** A way to Postgres that hands on what `pass` makes of each message; null for nothing. It ends with `close`. */
async function createRelay(url: string, pass: (message: Buffer) => Buffer | null): Promise<Relay> {
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
        const passed = pass(waiting.subarray(0, size));
        if (passed !== null) inbound.write(passed);
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
