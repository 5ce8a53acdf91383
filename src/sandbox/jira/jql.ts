import { refuse } from './endpoint.ts';
import type { JiraIssue, JiraState } from './state.ts';

/** What this sandbox understands of JQL: conditions joined by AND, and an order. Anything else is refused, not guessed. */
export interface JqlQuery {
  readonly matches: (issue: JiraIssue) => boolean;
  readonly compare: (a: JiraIssue, b: JiraIssue) => number;
}

type Test = (issue: JiraIssue) => boolean;

const CONDITION =
  /^\s*(project|labels|key|id|created|updated)\s*(=|>=|<=|>|<|in\b)\s*(\([^()]*\)|"(?:[^"\\]|\\.)*"|[^\s()]+)\s*$/i;
const RELATIVE = /^-(\d+)([mhdw])$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const problem = (what: string) => refuse(400, [`Error in the JQL Query: ${what}`]);

function unquote(text: string): string {
  const value = text.trim();
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** Epoch milliseconds, or a relative time such as "-5m". Wall-clock literals depend on a profile's zone: not here. */
function instant(literal: string, now: number): number {
  const value = unquote(literal);
  if (/^\d{12,14}$/.test(value)) return Number(value);
  const [, amount, unit] = RELATIVE.exec(value) ?? [];
  if (amount === undefined || (unit !== 'm' && unit !== 'h' && unit !== 'd' && unit !== 'w')) {
    throw problem(`Date value '${value}' is invalid.`);
  }
  return now - Number(amount) * UNIT_MS[unit];
}

function dateTest(field: 'created' | 'updated', operator: string, at: number): Test {
  if (operator === '>=') return (issue) => issue[field] >= at;
  if (operator === '<=') return (issue) => issue[field] <= at;
  if (operator === '>') return (issue) => issue[field] > at;
  if (operator === '<') return (issue) => issue[field] < at;
  throw problem(`The operator '${operator}' is not supported by the '${field}' field.`);
}

function condition(state: JiraState, text: string): Test {
  const [, name, operator, literal] = CONDITION.exec(text) ?? [];
  if (name === undefined || operator === undefined || literal === undefined) {
    throw problem(`'${text.trim()}' is not understood.`);
  }
  const field = name.toLowerCase();
  if (field === 'created' || field === 'updated') {
    return dateTest(field, operator, instant(literal, state.now()));
  }
  const inside = operator.toLowerCase() === 'in';
  if (!inside && operator !== '=') {
    throw problem(`The operator '${operator}' is not supported by the '${field}' field.`);
  }
  const values = inside
    ? literal
        .replaceAll(/^\(|\)$/g, '')
        .split(',')
        .map(unquote)
    : [unquote(literal)];
  if (field === 'labels') return (issue) => issue.labels.some((label) => values.includes(label));
  if (field === 'project') return projectTest(state, values);
  return (issue) => values.includes(issue.key) || values.includes(issue.id);
}

function projectTest(state: JiraState, values: readonly string[]): Test {
  for (const value of values) {
    if (state.project(value)?.visible !== true) {
      throw problem(`The value '${value}' does not exist for the field 'project'.`);
    }
  }
  return (issue) => values.includes(issue.projectKey);
}

type Compare = (a: JiraIssue, b: JiraIssue) => number;

const COMPARE: Readonly<Record<string, Compare>> = {
  created: (a, b) => a.created - b.created,
  updated: (a, b) => a.updated - b.updated,
  id: (a, b) => Number(a.id) - Number(b.id),
  key: (a, b) =>
    a.projectKey.localeCompare(b.projectKey) ||
    Number(a.key.split('-').at(-1)) - Number(b.key.split('-').at(-1)),
};

function ordering(text: string): Compare {
  const parts = text.split(',').map((part) => {
    const [, field, direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? [];
    const compare = field === undefined ? undefined : COMPARE[field.toLowerCase()];
    if (compare === undefined) throw problem(`Not able to sort using '${part.trim()}'.`);
    return direction?.toLowerCase() === 'desc' ? (a: JiraIssue, b: JiraIssue) => compare(b, a) : compare;
  });
  return (a, b) => parts.map((compare) => compare(a, b)).find((order) => order !== 0) ?? 0;
}

export function parseJql(jql: string, state: JiraState): JqlQuery {
  const [where = '', order, ...rest] = jql.split(/\border\s+by\b/i);
  if (rest.length > 0) throw problem('there are two ORDER BY clauses.');
  if (where.trim() === '') {
    throw refuse(400, ['Unbounded JQL queries are not allowed here. Please add a search restriction.']);
  }
  const tests = where.split(/\band\b/i).map((text) => condition(state, text));
  return {
    matches: (issue) => tests.every((test) => test(issue)),
    compare: order === undefined ? (a, b) => b.created - a.created : ordering(order),
  };
}
