import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

const manifest = findPackageJSON(import.meta.url);
if (manifest === undefined) throw new Error('The package.json of Deskbridge is missing');

/** Which Deskbridge this is: its version. */
export const BUILD: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
