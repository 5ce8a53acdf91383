/**
 * A process that owns an embedded server, for tests that kill it. Arguments: data folder, folder for what cannot lie
 * there. Prints one JSON line when the server runs. On SIGINT it asks the server something, stops it, and says so.
 */
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres/start-embedded-postgres.ts';

const [dataDir, sharedDir] = process.argv.slice(2);
if (dataDir === undefined || sharedDir === undefined) throw new Error('Usage: <data folder> <shared folder>');

const server = await startEmbeddedPostgres({ dataDir, sharedDir, log() {} });
const alive = setInterval(() => {}, 60_000);

async function leave(): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ answer: number }>('select 42 as answer');
  await client.end();
  await server.stop();
  clearInterval(alive);
  console.log(JSON.stringify({ answer: rows[0]?.answer }));
}

process.once('SIGINT', () => void leave());
console.log(JSON.stringify({ url: server.url, adopted: server.adopted }));
