/** What keepers sign of a configuration, and the file in which their signatures lie. */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Json } from '../approvals/canonical.ts';
import { type PolicyState, policyState, SignedPolicies } from '../approvals/keepers.ts';
import type { ConfigFile } from './config-file.ts';
import { ConfigError } from './problem.ts';
import { at, entriesAt, listAt } from './raw-settings.ts';
import { readConfigFile } from './read-config-file.ts';

const MAX_BYTES = 16 * 1024 * 1024;

const SignatureFile = z.strictObject({ version: z.literal(1), signed: z.array(SignedPolicies) });

/** The policies of a file, and what was signed of them. */
export interface Keeping {
  readonly state: PolicyState;
  readonly signed: readonly SignedPolicies[];
}

/**
 * Everything in a file that decides approvals, as it is written there: a default is the program's, and changes with it.
 * The file has to be a valid one.
 */
function decidingPart(raw: unknown): Json {
  const approvals = entriesAt(raw, 'approvals').filter(([name]) => name !== 'signatures');
  const destinations = [...listAt(raw, 'routing', 'rules'), at(raw, 'routing', 'default')];
  const part = {
    install: at(raw, 'install', 'name'),
    approvals: Object.fromEntries(approvals),
    routes: destinations.flatMap((one) =>
      at(one, 'approval') === undefined
        ? []
        : [picked(one, ['name', 'when', 'queue', 'approval'], { name: 'default' })],
    ),
    queues: Object.fromEntries(
      entriesAt(raw, 'queues')
        .map(([name, queue]) => [name, picked(queue, ['native_approvals', 'ask_when'])] as const)
        .filter(([, settings]) => Object.keys(settings).length > 0),
    ),
    // Without a page and a sign-in there, what is grave is decided in Slack alone.
    page: {
      sign_in: at(raw, 'slack', 'sign_in') ?? null,
      public_url: at(raw, 'server', 'public_url') ?? null,
    },
  };
  return z.json().parse(part);
}

function picked(group: unknown, names: readonly string[], defaults: Readonly<Record<string, unknown>> = {}) {
  const found = names.map((name) => [name, at(group, name) ?? defaults[name]] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** A sentence when the signatures cannot be read. A file that is not there yet holds none. */
export function readKeeping(
  file: string,
  { approvals: { signatures } }: Pick<ConfigFile, 'approvals'>,
  raw: unknown,
): Keeping | string {
  const part = decidingPart(raw);
  if (!isWellFormed(part)) return 'cannot be used: half a character stands in the policies or in a route';
  const state = policyState(part);
  if (signatures === undefined) return { state, signed: [] };
  try {
    const place = path.join(path.dirname(file), signatures);
    if (statSync(place).size > MAX_BYTES) return 'names a file that is too large; begin a new one';
    const read = SignatureFile.safeParse(JSON.parse(readFileSync(place, 'utf8')));
    if (!read.success || !read.data.signed.every(isReadable))
      return 'names a file that holds no signatures of "deskbridge policy sign"; restore it';
    return { state, signed: read.data.signed };
  } catch (error) {
    if (error instanceof SyntaxError) return 'names a file that is no JSON; restore it';
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return code === 'ENOENT'
      ? { state, signed: [] }
      : `names a file that cannot be read (${code}); check its permissions`;
  }
}

const isWellFormed = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.isWellFormed()
    : typeof value !== 'object' || value === null || Object.entries(value).flat().every(isWellFormed);

/** What somebody wrote into the file by hand may be no policies at all. */
function isReadable({ policies }: SignedPolicies): boolean {
  try {
    policyState(policies);
    return true;
  } catch {
    return false;
  }
}

/** The same for a command that works on the file alone. @throws ConfigError with every problem of the file */
export function readPolicies(file: string): Keeping & { readonly settings: ConfigFile } {
  const { settings, raw, problems } = readConfigFile(file);
  if (settings === null) throw new ConfigError(problems);
  const keeping = readKeeping(file, settings, raw);
  if (typeof keeping !== 'string') return { ...keeping, settings };
  throw new ConfigError([{ source: file, place: null, path: 'approvals.signatures', message: keeping }]);
}

/** Writes all of it anew; whoever reads meanwhile sees the old file or the new one. */
export function writeSignatures(place: string, signed: readonly SignedPolicies[]): void {
  const fresh = `${place}.new`;
  writeFileSync(fresh, `${JSON.stringify({ version: 1, signed }, null, 2)}\n`);
  renameSync(fresh, place);
}
