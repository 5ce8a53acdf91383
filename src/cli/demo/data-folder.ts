import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { choosePlace } from '../../store/embedded-postgres/place.ts';
import { findEmbeddedPostgres } from '../../store/embedded-postgres/start-embedded-postgres.ts';
import { claimDatabase } from '../../store/ownership.ts';

/** Everything that the demo writes, in one folder. */
export interface DataFolder {
  readonly path: string;
  readonly secrets: string;
  readonly ports: string;
  readonly vendors: string;
  readonly configuration: string;
  readonly log: string;
  readonly postgres: string;
}

export function openDataFolder(folder: string): DataFolder {
  const inside = (name: string) => path.join(folder, name);
  mkdirSync(folder, { recursive: true });
  return {
    path: folder,
    secrets: inside('secrets.json'),
    ports: inside('ports.json'),
    vendors: inside('vendors.json'),
    configuration: inside('deskbridge.yaml'),
    log: inside('bridge.log'),
    postgres: inside('postgres'),
  };
}

/**
 * Removes what the demo wrote, by name, and nothing else that may lie there. A Postgres that a killed demo left is
 * stopped. Throws when another demo is using it.
 */
export async function resetDataFolder(data: DataFolder): Promise<void> {
  const options = { dataDir: data.postgres, sharedDir: '/var/lib/deskbridge', log: () => {} };
  const { home } = await choosePlace(options);
  const postgres = await findEmbeddedPostgres(options);
  if (postgres !== null) {
    const owner = await claimDatabase(postgres.url);
    if (owner === null) {
      throw new Error(
        `Another demo is running with the data in ${data.path}. Stop it with Ctrl-C, then reset.`,
      );
    }
    await owner.release();
    await postgres.stop();
  }
  for (const place of [home, data.postgres]) rmSync(place, { recursive: true, force: true });
  for (const file of [data.secrets, data.ports, data.vendors, data.configuration, data.log]) {
    rmSync(file, { force: true });
  }
}
