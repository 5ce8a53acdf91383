import { z } from 'zod';
import { type Backend, postgresBackend, redisBackend } from '../../src/queues/backends.ts';

/** How a test tells another process where the backend is. */
export const BackendAddress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('postgres'), connectionString: z.string(), schema: z.string() }),
  z.object({ kind: z.literal('redis'), url: z.string(), prefix: z.string() }),
]);
export type BackendAddress = z.infer<typeof BackendAddress>;

export function backendAt(address: BackendAddress): Backend {
  return address.kind === 'postgres' ? postgresBackend(address) : redisBackend(address);
}

/** The same backend behind another port of this machine. */
export function atPort(address: BackendAddress, port: number): BackendAddress {
  const moved = (text: string) => {
    const url = new URL(text);
    url.port = String(port);
    return url.href;
  };
  return address.kind === 'postgres'
    ? { ...address, connectionString: moved(address.connectionString) }
    : { ...address, url: moved(address.url) };
}

export function portOf(address: BackendAddress): number {
  return Number(new URL(address.kind === 'postgres' ? address.connectionString : address.url).port);
}
