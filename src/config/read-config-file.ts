import { readFileSync, statSync } from 'node:fs';
import { ConfigFile } from './config-file.ts';
import { crossChecks } from './cross-checks.ts';
import { type Problem, pathText } from './problem.ts';
import { schemaFaults } from './schema-faults.ts';
import { type Fault, readYaml } from './yaml-document.ts';

const MAX_BYTES = 4 * 1024 * 1024;

export interface ReadFile {
  /** The checked settings; null when there are problems. */
  readonly settings: ConfigFile | null;
  /** The data as it was written, for checks that go on beside problems. */
  readonly raw: unknown;
  readonly problems: readonly Problem[];
}

/** Reads and checks the configuration file: syntax, schema and everything that settings say about each other. */
export function readConfigFile(file: string): ReadFile {
  const text = readText(file);
  if (typeof text !== 'string') {
    return {
      settings: null,
      raw: undefined,
      problems: [{ source: file, place: null, path: '', message: text.fault }],
    };
  }
  return checkConfigText(file, text);
}

/** The same for a text that is already in memory; `file` is the name that problems carry, and the place from which modules are looked for. */
export function checkConfigText(file: string, text: string): ReadFile {
  const yaml = readYaml(text);
  const found: Problem[] = yaml.faults.map(({ place, path, message }) => ({
    source: file,
    place,
    path: pathText(path),
    message,
  }));
  if (yaml.data === undefined) return { settings: null, raw: undefined, problems: found };

  const faults: readonly Fault[] = [...schemaFaults(ConfigFile, yaml.data), ...crossChecks(yaml.data, file)];
  for (const { path, at, message } of faults) {
    found.push({ source: file, place: yaml.placeOf(path, at), path: pathText(path), message });
  }
  const problems = found.toSorted(byPlace);
  const parsed = ConfigFile.safeParse(yaml.data);
  return { settings: problems.length === 0 && parsed.success ? parsed.data : null, raw: yaml.data, problems };
}

function readText(file: string): string | { readonly fault: string } {
  try {
    if (statSync(file).size > MAX_BYTES)
      return { fault: `is larger than ${MAX_BYTES / 1024 / 1024} MiB; is this the right file?` };
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') {
      return { fault: 'does not exist; copy deskbridge.example.yaml, or name the file with --config' };
    }
    return { fault: `cannot be read (${code}); check its permissions` };
  }
}

function byPlace(a: Problem, b: Problem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
