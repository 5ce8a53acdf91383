import pg from 'pg';

const OWNER_LOCK = 7_265_100;

/**
 * Claims an embedded database for this process until `release`, or until the process ends. Null when another living
 * process has claimed it: it would be cut off when we stop the server.
 */
export async function claimDatabase(url: string): Promise<{ release(): Promise<void> } | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'deskbridge-owner' });
  client.on('error', () => {});
  await client.connect();
  const claimed = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
    OWNER_LOCK,
  ]);
  if (claimed.rows[0]?.mine === true) return { release: () => client.end() };
  await client.end();
  return null;
}
