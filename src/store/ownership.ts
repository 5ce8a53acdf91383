import pg from 'pg';

const OWNER_LOCK = 7_265_100;

export interface Ownership {
  /** Resolves when the connection that holds the claim is gone: the server died, or we released it. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/**
 * Claims an embedded database for this process until `release`, or until the process ends. Null when another living
 * process has claimed it: it would be cut off when we stop the server.
 */
export async function claimDatabase(url: string): Promise<Ownership | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'deskbridge-owner' });
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', () => {});
  await client.connect();
  const claimed = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
    OWNER_LOCK,
  ]);
  if (claimed.rows[0]?.mine === true) return { lost, release: () => client.end() };
  await client.end();
  return null;
}
