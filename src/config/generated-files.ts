import type { ConfigFile } from './config-file.ts';
import { envExample, variableTable } from './env-example.ts';
import { configJsonSchema } from './json-schema.ts';
import { optionTables } from './option-tables.ts';

export const GUIDE_FILE = 'docs/configuration.md';
export const EXAMPLE_FILE = 'deskbridge.example.yaml';

const BEGIN = '<!-- generated: deskbridge config docs --write -->';
const END = '<!-- end of generated -->';

export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly content: string;
}

export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

/** The reference part of the guide: variables and settings. */
export function referenceText(): string {
  return `## Environment variables\n\n${variableTable()}\n\n## Settings of the file\n\n${optionTables()}\n`;
}

/**
 * What is written from the schema, so that it cannot drift: the JSON Schema for editors, .env.example and the tables in
 * the guide, whose hand-written part stays.
 * @throws when the guide lost the two marks between which the tables stand
 */
export function generatedFiles(example: ConfigFile, guide: string): readonly GeneratedFile[] {
  return [
    { path: 'docs/deskbridge.schema.json', content: schemaText() },
    { path: '.env.example', content: envExample(example) },
    refreshed({ path: GUIDE_FILE, content: guide }, referenceText()),
  ];
}

/**
 * A guide with its generated part made anew; what was written by hand stays.
 * @throws when the guide lost the two marks between which that part stands
 */
export function refreshed({ path, content: guide }: GeneratedFile, part: string): GeneratedFile {
  const begin = guide.indexOf(BEGIN);
  const end = guide.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${path} must hold the lines "${BEGIN}" and "${END}"`);
  return { path, content: `${guide.slice(0, begin)}${BEGIN}\n\n${part}\n${guide.slice(end)}` };
}
