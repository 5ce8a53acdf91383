import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/store/embedded-postgres/free-port.ts';
import { until } from './until.ts';

export interface TestRedis {
  readonly url: string;
  /** Sends one command in plain text, e.g. `FLUSHALL`, and answers the reply as it came. */
  command(text: string): Promise<string>;
  /** SIGKILL: everything in it is gone. */
  crash(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Redis of its own on a free port of this machine, without persistence. Null where redis-server is not installed:
 * that is said loudly, and with DESKBRIDGE_NO_SKIP=1 it is an error.
 */
export async function startRedis(): Promise<TestRedis | null> {
  const dir = await mkdtemp(path.join(tmpdir(), 'deskbridge-redis-'));
  const port = await freePort(null);
  const settings = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  let server = spawn('redis-server', settings, { stdio: 'ignore' });
  const killServer = () => server.kill('SIGKILL');
  process.once('exit', killServer);
  let ended = once(server, 'exit').catch(() => []);
  const installed = await once(server, 'spawn').then(
    () => true,
    () => false,
  );
  if (!installed) {
    process.off('exit', killServer);
    await rm(dir, { recursive: true, force: true });
    const text = 'NOT RUN: redis-server is not installed, so nothing was tested on Redis.';
    if (process.env['DESKBRIDGE_NO_SKIP'] === '1') throw new Error(text);
    console.error(`\n*** ${text} Install it (apt-get install redis-server) and run again. ***\n`);
    return null;
  }

  const command = (text: string) => ask(port, text);
  const answers = () =>
    until('redis-server answers', 10_000, async () =>
      (await command('PING').catch(() => '')).startsWith('+PONG'),
    );
  await answers();
  return {
    url: `redis://127.0.0.1:${port}/0`,
    command,
    async crash() {
      server.kill('SIGKILL');
      await ended;
    },
    async restart() {
      server = spawn('redis-server', settings, { stdio: 'ignore' });
      ended = once(server, 'exit').catch(() => []);
      await answers();
    },
    async stop() {
      server.kill('SIGTERM');
      await ended;
      process.off('exit', killServer);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function ask(port: number, text: string): Promise<string> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    socket.write(`${text}\r\n`);
    const [reply] = await once(socket, 'data');
    return String(reply);
  } finally {
    socket.destroy();
  }
}
