import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

const manifest = findPackageJSON(import.meta.url);

/** Which Deskbridge this is: its version. A program that somebody bundled to another place has none beside it. */
export const BUILD: string =
  manifest === undefined
    ? 'bundled'
    : z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
