import { z } from 'zod';
import { settingsJsonSchema, targetJsonSchemas } from './json-schema.ts';

/** What we read of a JSON Schema. */
interface Schema {
  readonly type?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly default?: unknown;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    default: z.unknown().optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    items: Schema.optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
  }),
);

interface Row {
  readonly setting: string;
  readonly value: string;
  readonly fallback: string;
  readonly meaning: string;
  /** The variant that has this setting, e.g. `jira`; null for all. */
  readonly only: string | null;
}

/** Every setting of the file as Markdown tables, one per part. */
export function optionTables(): string {
  const root = Schema.parse(settingsJsonSchema());
  const rows = rowsBelow(root, '');
  const parts = Object.keys(root.properties ?? {});
  const tables = parts.map((part) => {
    const own = rows.filter(({ setting }) => setting === part || setting.startsWith(`${part}.`));
    return `### ${part}\n\n${tableOf(own)}`;
  });
  const targets = targetJsonSchemas().map(({ title, schema }) => {
    return `### Targets: ${title}\n\n${variantTables(Schema.parse(schema))}`;
  });
  return [...tables, ...targets].join('\n\n');
}

function variantTables(schema: Schema): string {
  const variants = variantsOf(schema);
  return (variants.length > 0 ? variants : [schema])
    .map((variant) => tableOf(rowsBelow(variant, '')))
    .join('\n\nor\n\n');
}

function rowsBelow(schema: Schema, prefix: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const setting = `${prefix}${name}`;
    const required = schema.required?.includes(name) === true;
    return [rowOf(setting, property, required), ...rowsInside(property, setting)];
  });
}

function rowsInside(schema: Schema, setting: string): readonly Row[] {
  const { additionalProperties: named, items } = schema;
  return [
    ...rowsBelow(schema, `${setting}.`),
    ...variantRows(schema, `${setting}.`),
    ...(typeof named === 'object' && !isPlain(named) ? rowsInside(named, `${setting}.<name>`) : []),
    ...(items === undefined || isPlain(items) ? [] : rowsInside(items, `${setting}[]`)),
  ];
}

/** Settings of all variants, each marked with the variant that has it; what every variant has stands once. */
function variantRows(schema: Schema, prefix: string): readonly Row[] {
  const variants = variantsOf(schema);
  const rows = variants.flatMap((variant) =>
    rowsBelow(variant, prefix).map((row) => ({ ...row, only: row.only ?? variantName(variant) })),
  );
  return [...Map.groupBy(rows, ({ setting }) => setting).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const values = new Set(same.map(({ value }) => value));
    const names = same.map(({ only }) => only).join(', ');
    return [
      { ...first, value: [...values].join(', '), only: same.length === variants.length ? null : names },
    ];
  });
}

/** The value that tells a variant apart, e.g. `jira` for `system: jira`. */
function variantName({ properties }: Schema): string | null {
  const fixed = Object.values(properties ?? {}).find((property) => property.const !== undefined);
  return fixed === undefined ? null : `\`${String(fixed.const)}\``;
}

/** The variants of a group that exclude each other, as connectors by system do. */
function variantsOf(schema: Schema): readonly Schema[] {
  return [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter(
    ({ properties }) => properties !== undefined,
  );
}

function isPlain(schema: Schema): boolean {
  return schema.properties === undefined && variantsOf(schema).length === 0;
}

function rowOf(setting: string, schema: Schema, required: boolean): Row {
  return {
    setting,
    value: valueText(schema),
    fallback: required ? 'required' : shownDefault(schema),
    meaning: schema.description ?? '',
    only: null,
  };
}

function shownDefault(schema: Schema): string {
  const value = schema.default;
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
  return value === undefined || isGroup ? '' : `\`${JSON.stringify(value)}\``;
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'group',
  null: 'null',
};

function valueText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const variants = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (variants.length > 0) return [...new Set(variants.map(valueText))].join(' or ');
  if (schema.type === 'array')
    return schema.items === undefined ? 'list' : `list of ${valueText(schema.items)}`;
  return NAMES[schema.type ?? ''] ?? 'any';
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ setting, value, fallback, meaning, only }) => {
    const cells = [`\`${setting}\``, value, fallback, only === null ? meaning : `Only ${only}. ${meaning}`];
    return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell.trim()} `)).join('|')}|`;
  });
  return ['| Setting | Value | Default | Meaning |', '|---|---|---|---|', ...lines].join('\n');
}
