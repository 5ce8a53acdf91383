import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readPostmasterFile } from '../../src/store/embedded-postgres/postmaster-file.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres/start-embedded-postgres.ts';
import { prepareDatabase } from '../crash/crash-database.ts';

/** A Postgres with fsync that nobody else uses, so that it may be killed. */
export interface OwnPostgres {
  /** A fresh database as the first start of a bridge leaves it. */
  database(): Promise<string>;
  /** SIGKILL for the postmaster; its children notice and end themselves. */
  crash(): Promise<void>;
  /** Recovers at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const root = await mkdtemp(path.join(tmpdir(), 'deskbridge-chaos-'));
  await chmod(root, 0o755);
  const place = { dataDir: path.join(root, 'postgres'), sharedDir: path.join(root, 'shared'), log() {} };
  let server = await startEmbeddedPostgres(place);
  let made = 0;
  return {
    async database() {
      made += 1;
      const name = `chaos_${made}`;
      const client = new pg.Client({ connectionString: server.url });
      client.on('error', () => {});
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      await prepareDatabase(url.href);
      return url.href;
    },
    async crash() {
      const file = await readPostmasterFile(path.join(server.dataDir, 'cluster/pgdata'));
      if (typeof file?.pid !== 'number') throw new Error('postmaster.pid names no process');
      process.kill(file.pid, 'SIGKILL');
    },
    async restart() {
      const { url } = server;
      server = await startEmbeddedPostgres(place);
      if (server.url !== url) throw new Error('Postgres came back at another address');
    },
    async stop() {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
