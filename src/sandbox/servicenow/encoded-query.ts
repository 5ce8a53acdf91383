import type { Row } from './rows.ts';
import type { Column } from './tables.ts';
import { fromZone } from './wall-time.ts';

const OPERATORS = [
  '!=',
  '>=',
  '<=',
  '=',
  '>',
  '<',
  'STARTSWITH',
  'LIKE',
  'IN',
  'ISEMPTY',
  'ISNOTEMPTY',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
}

/** `^NQ` separates groups (any), `^` terms (all), `^OR` conditions of one term (any). */
export interface EncodedQuery {
  readonly groups: readonly (readonly (readonly Condition[])[])[];
  readonly order: readonly { readonly field: string; readonly descending: boolean }[];
  /** Parts that are no condition at all; the instance ignores them. */
  readonly malformed: readonly string[];
}

/** What a query is read with: who asks, in which zone, and how a field of a row is found. */
export interface QueryContext {
  readonly user: { readonly sysId: string; readonly userName: string };
  readonly zone: string;
  column(field: string): Column | null;
  value(row: Row, field: string): string;
  /** The property glide.invalid_query.returns_no_rows; off by default, so that a bad condition widens the result. */
  readonly invalidReturnsNoRows: boolean;
}

const CONDITION = /^([a-z0-9_.]+)(!=|>=|<=|=|>|<|STARTSWITH|LIKE|ISNOTEMPTY|ISEMPTY|IN)([\s\S]*)$/;

function readCondition(part: string): Condition | null {
  const match = CONDITION.exec(part);
  const operator = OPERATORS.find((known) => known === match?.[2]);
  if (match?.[1] === undefined || operator === undefined) return null;
  return { field: match[1], operator, value: match[3] ?? '' };
}

export function parseEncodedQuery(text: string): EncodedQuery {
  const groups: Condition[][][] = [[]];
  const order: { field: string; descending: boolean }[] = [];
  const malformed: string[] = [];
  for (const part of text.split('^')) {
    const ordered = /^ORDERBY(DESC)?([a-z0-9_.]+)$/.exec(part);
    if (part === '' || part === 'EQ') continue;
    if (ordered?.[2] !== undefined) {
      order.push({ field: ordered[2], descending: ordered[1] !== undefined });
      continue;
    }
    const joins = part.startsWith('NQ') ? 'NQ' : part.startsWith('OR') ? 'OR' : '';
    const condition = readCondition(part.slice(joins.length));
    if (joins === 'NQ') groups.push([]);
    const group = groups.at(-1) ?? [];
    const term = group.at(-1);
    if (condition === null) malformed.push(part);
    else if (joins === 'OR' && term !== undefined) term.push(condition);
    else group.push([condition]);
  }
  return { groups, order, malformed };
}

/** Evaluates `javascript:` values; only what the guarded-script allow-list keeps is known here. */
function evaluate(value: string, context: QueryContext): string {
  const call = /^javascript:\s*(?:return\s+)?gs\.(\w+)\(([^)]*)\);?$/.exec(value);
  if (call === null) return value.startsWith('javascript:') ? '' : value;
  const words = [...(call[2] ?? '').matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  if (call[1] === 'dateGenerate') return words.join(' ');
  if (call[1] === 'getUserID') return context.user.sysId;
  if (call[1] === 'getUserName') return context.user.userName;
  return '';
}

function compare(left: string, right: string, column: Column): number {
  if (column.kind === 'integer') return Number(left) - Number(right);
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

function matches(row: Row, condition: Condition, context: QueryContext): boolean {
  const column = context.column(condition.field);
  if (column === null) return true;
  const actual = context.value(row, condition.field);
  const evaluated = evaluate(condition.value, context);
  const asked = column.kind === 'datetime' ? (fromZone(evaluated, context.zone) ?? evaluated) : evaluated;
  const [low, lowAsked] = [actual.toLowerCase(), asked.toLowerCase()];
  switch (condition.operator) {
    case '=':
      return low === lowAsked;
    case '!=':
      return low !== lowAsked;
    case '>=':
      return compare(actual, asked, column) >= 0;
    case '<=':
      return compare(actual, asked, column) <= 0;
    case '>':
      return compare(actual, asked, column) > 0;
    case '<':
      return compare(actual, asked, column) < 0;
    case 'LIKE':
      return low.includes(lowAsked);
    case 'STARTSWITH':
      return low.startsWith(lowAsked);
    case 'IN':
      return lowAsked
        .split(',')
        .map((word) => word.trim())
        .includes(low);
    case 'ISEMPTY':
      return actual === '';
    case 'ISNOTEMPTY':
      return actual !== '';
  }
}

/** Conditions on fields that the table does not have are dropped, silently, as on a real instance. */
function known(term: readonly Condition[], context: QueryContext): readonly Condition[] {
  return term.filter((condition) => context.column(condition.field) !== null);
}

function sorted(rows: readonly Row[], query: EncodedQuery, context: QueryContext): readonly Row[] {
  if (query.order.length === 0) return rows;
  // Rows that are equal come as an index would give them: walked backwards for a descending order. What a real
  // instance does is not documented; nobody may rely on more than the fields that he orders by.
  const start = query.order[0]?.descending === true ? [...rows].reverse() : [...rows];
  return start.sort((a, b) => {
    for (const { field, descending } of query.order) {
      const column = context.column(field);
      if (column === null) continue;
      const order = compare(context.value(a, field), context.value(b, field), column);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

/** The rows that a query selects, in its order. */
export function selectRows(rows: readonly Row[], query: EncodedQuery, context: QueryContext): readonly Row[] {
  const conditions = query.groups.flat(2);
  const invalid = query.malformed.length > 0 || conditions.some((c) => context.column(c.field) === null);
  if (invalid && context.invalidReturnsNoRows) return [];
  const groups = query.groups.map((group) =>
    group.map((term) => known(term, context)).filter((term) => term.length > 0),
  );
  const selected = rows.filter((row) =>
    groups.some((group) => group.every((term) => term.some((c) => matches(row, c, context)))),
  );
  return sorted(selected, query, context);
}
