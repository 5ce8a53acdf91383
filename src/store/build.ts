import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const manifest = path.resolve(import.meta.dirname, '../../package.json');

/** Which Deskbridge this is: its version. A program that somebody bundled to another place has none beside it. */
export const BUILD: string = existsSync(manifest)
  ? z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version
  : 'bundled';
