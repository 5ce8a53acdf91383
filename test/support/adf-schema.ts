import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { z } from 'zod';

/** Atlassian's own schema of its documents, read as data: nothing of the package that brings it runs here. */
const FILE = new URL('../../node_modules/@atlaskit/adf-schema/json-schema/v1/full.json', import.meta.url);
const Schema = z.looseObject({ $schema: z.string(), definitions: z.record(z.string(), z.unknown()) });

// It names draft 4, which ajv no longer carries; what it uses of it means the same in draft 7.
const { $schema, ...schema } = Schema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const validate = new Ajv({ strict: false }).compile(schema);

/** What is wrong with a value as a document of Jira; null when Atlassian's schema takes it. */
export function adfSchemaProblem(value: unknown): string | null {
  if (validate(value)) return null;
  // The deepest place is the one that is wrong; those above it only hold it.
  const errors = (validate.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  return errors
    .slice(0, 3)
    .map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`)
    .join('; ');
}
