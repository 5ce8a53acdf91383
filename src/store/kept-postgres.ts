import { setTimeout as delay } from 'node:timers/promises';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres/start-embedded-postgres.ts';
import { claimDatabase, type Ownership } from './ownership.ts';

export interface KeptPostgres {
  readonly url: string;
  readonly dataDir: string;
  /** False when another living process keeps this server: it is only used here, and stays when we go. */
  readonly ours: boolean;
  stop(): Promise<void>;
}

/** Pause between two attempts to bring a dead server back, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * An embedded server that is kept running for as long as this process wants it: when it dies (kill -9, out of memory) it
 * is started again at its address, and the pools of the bridge find it there.
 */
export async function keepEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<KeptPostgres> {
  const first = await startEmbeddedPostgres(options);
  const { url, dataDir } = first;
  const claim = await claimDatabase(url);
  if (claim === null) return { url, dataDir, ours: false, stop: async () => {} };

  let server: EmbeddedPostgres = first;
  let owner: Ownership = claim;
  let stopping = false;

  async function bringBack(): Promise<void> {
    try {
      server = await startEmbeddedPostgres(options);
      if (server.url !== url)
        options.log(`It came back elsewhere, because its port is taken. Restart Deskbridge.`);
      const again = await claimDatabase(server.url);
      if (again === null) throw new Error('another process has claimed it');
      owner = again;
      options.log('The embedded Postgres runs again.');
    } catch (error) {
      options.log(`The embedded Postgres does not start: ${String(error)}. Trying again.`);
      await delay(AGAIN_MS);
    }
  }

  async function watch(): Promise<void> {
    for (;;) {
      await owner.lost;
      if (stopping) return;
      options.log('The embedded Postgres has ended unexpectedly; it is started again.');
      await bringBack();
    }
  }
  const watching = watch();

  return {
    url,
    dataDir,
    ours: true,
    async stop() {
      stopping = true;
      await owner.release();
      await watching;
      await server.stop();
    },
  };
}
