import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { postgresBackend } from '../../src/queues/backends.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type TestDatabase, testDatabase, testTemplate } from './database.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Whatever changes one of these changes what a start makes of a database. */
const MADE_BY = ['src/store/migrate.ts', 'src/store/migrations/*.ts', 'package-lock.json'];

/** Makes a database what the first start of a bridge makes of it. */
export async function migrateAll(url: string): Promise<void> {
  const db = openDatabase(url, { max: 1 });
  await migrate(db, () => postgresBackend({ connectionString: url, schema: 'bullmq' }).migrate());
  await db.destroy();
}

let name: Promise<string> | null = null;

/** An empty database as the first start of a bridge leaves it; dropped with the test, where one is given. */
export async function migratedDatabase(t?: Parameters<typeof testDatabase>[0]): Promise<TestDatabase> {
  name ??= testTemplate(keyOfSources(), migrateAll);
  return await testDatabase(t, { template: await name });
}

function keyOfSources(): string {
  const hash = createHash('sha256');
  for (const file of globSync(MADE_BY, { cwd: ROOT }).sort())
    hash.update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}
