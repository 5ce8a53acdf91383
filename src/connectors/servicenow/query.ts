import { QueryValue } from './schema.ts';

/**
 * Encoded queries from typed parts. A value that could end its condition (`^`), begin another line or be evaluated
 * (`javascript:`) is no QueryValue and never gets here. What the server does with a condition that it does
 * not know is to drop it and answer with all rows, so every caller also checks the rows that it gets.
 */
type Operator = '=' | '!=' | '>=' | '<=' | 'LIKE' | 'STARTSWITH';

type Condition =
  | { readonly field: string; readonly is: Operator; readonly value: QueryValue }
  | { readonly field: string; readonly is: 'IN'; readonly values: readonly QueryValue[] }
  | { readonly field: string; readonly is: '=' | '>='; readonly script: Script };

/** Server-side expressions that the allow-list for guarded scripts keeps. */
type Script =
  | { readonly kind: 'ourselves' }
  /** A wall time "yyyy-MM-dd HH:mm:ss" in the zone of the integration user. */
  | { readonly kind: 'time'; readonly wallTime: string };

export interface Query {
  readonly all: readonly Condition[];
  readonly orderBy?: readonly { readonly field: string; readonly descending?: boolean }[];
}

const FIELD = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
const WALL_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;

function fieldName(field: string): string {
  if (!FIELD.test(field)) throw new Error(`"${field}" cannot be the name of a field in an encoded query`);
  return field;
}

function scriptText(script: Script): string {
  if (script.kind === 'ourselves') return 'javascript:gs.getUserID()';
  const match = WALL_TIME.exec(script.wallTime);
  if (match === null) throw new Error(`"${script.wallTime}" is no wall time for an encoded query`);
  return `javascript:gs.dateGenerate('${match[1]}','${match[2]}')`;
}

function conditionText(condition: Condition): string {
  const start = `${fieldName(condition.field)}${condition.is}`;
  if ('script' in condition) return start + scriptText(condition.script);
  if (condition.is === 'IN') return start + condition.values.join(',');
  return start + condition.value;
}

/** The text for `sysparm_query`. Throws only when our own code names a field or a time wrongly. */
export function encodeQuery(query: Query): string {
  const order = (query.orderBy ?? []).map(
    ({ field, descending }) => `ORDERBY${descending === true ? 'DESC' : ''}${fieldName(field)}`,
  );
  return [...query.all.map(conditionText), ...order].join('^');
}

/** A value that may stand in a query; null when it may not, and then nothing on the server can equal it for us. */
export function queryValue(text: string): QueryValue | null {
  const parsed = QueryValue.safeParse(text);
  return parsed.success ? parsed.data : null;
}

/** Values for IN, which a comma separates; those that hold one are left out. */
export function listValues(texts: readonly string[]): readonly QueryValue[] {
  return texts.flatMap((text) => {
    const value = text.includes(',') ? null : queryValue(text);
    return value === null ? [] : [value];
  });
}
