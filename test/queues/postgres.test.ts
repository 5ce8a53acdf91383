import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { PostgresConnection } from 'bullmq';
import { migrate, postgresBackend } from '../../src/queues/backends.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres/start-embedded-postgres.ts';
import { survives } from '../conformance/queue-rules/outages.ts';
import { queuesConformance, withBench } from '../conformance/queues.ts';
import { testDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { type BackendAddress, backendAt } from './backend-address.ts';

const database = await testDatabase();
after(() => database.drop());

let benches = 0;
async function unmigrated(connectionString = database.url): Promise<BackendAddress> {
  benches += 1;
  return { kind: 'postgres', connectionString, schema: `bullmq_${benches}` };
}
async function fresh(connectionString?: string): Promise<BackendAddress> {
  const address = await unmigrated(connectionString);
  await migrate(backendAt(address));
  return address;
}

queuesConformance('Postgres', () => fresh());

async function run(sql: string, connectionString = database.url): Promise<void> {
  const connection = new PostgresConnection({ connectionString, max: 1 });
  try {
    await connection.pool.query(sql);
  } finally {
    await connection.close();
  }
}

test('Postgres restarted under a running worker: rings and ticks come back', {
  timeout: 90_000,
}, async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'deskbridge-queues-'));
  await chmod(dir, 0o755); // As root, Postgres runs as somebody else, who has to get in.
  const options = { dataDir: path.join(dir, 'postgres'), sharedDir: dir, log() {} };
  let server = await startEmbeddedPostgres(options);
  try {
    await withBench(
      () => fresh(server.url),
      (bench) =>
        survives(bench, async () => {
          const { url } = server;
          await server.stop();
          server = await startEmbeddedPostgres(options);
          assert.equal(server.url, url, 'the port must be the old one, else this test proves nothing');
        }),
    );
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
});

test('a worker refuses a schema that was not migrated, and takes it afterwards', async () => {
  const address = await unmigrated();
  const backend = backendAt(address);
  await assert.rejects(backend.check(), /^QueueUnavailable: .* are missing or older .* Run the migrations/);
  await Promise.all([migrate(backend), migrate(backend)]);
  assert.deepEqual(await backend.check(), []);
  if (address.kind === 'postgres') {
    await run(`delete from ${address.schema}.migration where version > 3`);
  }
  await assert.rejects(backend.check(), /^QueueUnavailable: .* are missing or older/);
});

test('a schema that vanishes under a running job makes no storm of errors', { timeout: 60_000 }, () =>
  withBench(
    () => fresh(),
    async (bench) => {
      const { address, recorder } = bench;
      assert.ok(address.kind === 'postgres');
      const drop = () => run(`drop schema ${address.schema} cascade`);
      let runs = 0;
      const work = async () => {
        runs += 1;
        if (runs === 1) await drop();
      };
      // With a single slot the worker never hears that the queue is empty, and so never waits by itself.
      await bench.worker({ 'shard.ring': work }, { concurrency: 1 });
      const bell = bench.bell();
      bell.ring(0);
      const errors = () => recorder.counted('deskbridge_queue_errors');
      await until('the worker fails again and again', 10_000, () => errors() >= 5);
      const begin = performance.now();
      const before = errors();
      await until('and again', 10_000, () => errors() >= before + 4);
      const perSecond = (4_000 / (performance.now() - begin)) | 0;
      assert.ok(perSecond <= 5, `${perSecond} errors a second`);
      assert.ok(recorder.lines.length <= 10, recorder.lines.join('\n'));

      await migrate(bench.backend);
      await until('it works again', 10_000, () => {
        bell.ring(1);
        return runs > 1;
      });
    },
  ),
);

test('`options` in the URL do not replace the schema', async () => {
  const address = await unmigrated();
  assert.ok(address.kind === 'postgres');
  const url = new URL(address.connectionString);
  url.searchParams.set('options', '-c statement_timeout=30000 -c search_path=public');
  const backend = postgresBackend({ connectionString: url.href, schema: address.schema });
  await migrate(backend);
  assert.deepEqual(await backend.check(), []);
  await withBench(
    async () => ({ ...address, connectionString: url.href }),
    async (bench) => {
      let runs = 0;
      await bench.worker({
        'shard.ring': async () => {
          runs += 1;
        },
      });
      bench.bell().ring(0);
      await until('a ring is handled', 5_000, () => runs === 1);
    },
  );
});

test('a Postgres address that is no URL is refused without being shown', () => {
  assert.throws(
    () => postgresBackend({ connectionString: 'secret', schema: 'bullmq' }),
    (error: Error) => {
      assert.match(error.message, /DATABASE_URL is not a URL/);
      return !error.message.includes('secret');
    },
  );
});
