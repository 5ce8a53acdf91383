import { z } from 'zod';
import { ConfigFile, QueueTarget } from './config-file.ts';
import { TARGETS } from './connector-settings.ts';

/** What a module wants only the module knows; what any other system wants is none of it. */
const OF_A_MODULE = {
  type: 'object' as const,
  properties: { project: false, service_desk: false, table: false, queue: false },
};

const OPTIONS = { target: 'draft-7', io: 'input' } as const;

/** The file's format as JSON Schema (draft 7). What it says of a target is what the connectors say. */
export function configJsonSchema() {
  return z.toJSONSchema(ConfigFile, {
    ...OPTIONS,
    override({ zodSchema, jsonSchema }) {
      if (zodSchema !== QueueTarget) return;
      const targets = Object.values(TARGETS).map(({ schema }) => {
        const { $schema: _, ...target } = z.toJSONSchema(schema, OPTIONS);
        return target;
      });
      jsonSchema.anyOf = [...targets, OF_A_MODULE];
    },
  });
}

/** The same for the tables of the guide, which tell targets apart: `target` stays open here. */
export function settingsJsonSchema() {
  return z.toJSONSchema(ConfigFile, OPTIONS);
}

/** What a target must hold, by system. */
export function targetJsonSchemas() {
  return Object.values(TARGETS).map(({ title, schema }) => ({
    title,
    schema: z.toJSONSchema(schema, OPTIONS),
  }));
}
