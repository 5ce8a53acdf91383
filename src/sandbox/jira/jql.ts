import { refuse } from './endpoint.ts';
import { type JqlClause, JqlProblem, type JqlStructure, type JqlTest, readJql } from './jql-parse.ts';
import { CUSTOMER_FIELDS } from './screen-fields.ts';
import type { JiraIssue, JiraState } from './state.ts';

/** What this sandbox understands of JQL. Anything else is refused, not guessed. */
export interface JqlQuery {
  readonly matches: (issue: JiraIssue) => boolean;
  readonly compare: (a: JiraIssue, b: JiraIssue) => number;
}

type Test = (issue: JiraIssue) => boolean;

const RELATIVE = /^-(\d+)([mhdw])$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const problem = (what: string) => refuse(400, [`Error in the JQL Query: ${what}`]);

/** Epoch milliseconds, or a relative time such as "-5m". Wall-clock literals depend on a profile's zone: not here. */
function instant(value: string, now: number): number {
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

/** What a field of an issue says, in every form in which a query may name it. */
type Words = (issue: JiraIssue) => readonly string[];

function systemWords(state: JiraState): Readonly<Record<string, Words>> {
  const some = (...words: readonly (string | null | undefined)[]) =>
    words.filter((word) => typeof word === 'string');
  const home = (issue: JiraIssue) => state.project(issue.projectKey);
  const status = (issue: JiraIssue) => home(issue)?.statuses.find((one) => one.id === issue.statusId);
  const type: Words = (issue) => {
    const found = home(issue)?.issueTypes.find((one) => one.id === issue.issueTypeId);
    return some(found?.name, found?.id);
  };
  const requestType: Words = (issue) => {
    const found = home(issue)?.desk?.requestTypes.find((one) => one.id === issue.requestTypeId);
    return some(found?.name, found === undefined ? null : `${found.name} (${issue.projectKey})`);
  };
  const CATEGORY = { new: 'To Do', indeterminate: 'In Progress', done: 'Done' } as const;
  return {
    project: (issue) => some(issue.projectKey, home(issue)?.id, home(issue)?.name),
    labels: (issue) => issue.labels,
    key: (issue) => [issue.key, issue.id],
    id: (issue) => [issue.key, issue.id],
    component: (issue) => issue.components,
    components: (issue) => issue.components,
    issuetype: type,
    type,
    'request type': requestType,
    status: (issue) => some(status(issue)?.name, issue.statusId),
    statuscategory: (issue) => {
      const found = status(issue);
      return found === undefined ? [] : [CATEGORY[found.category], found.category];
    },
    resolution: (issue) => some(issue.resolution, issue.resolution === null ? 'Unresolved' : null),
    priority: (issue) => some(issue.priority),
    assignee: (issue) => some(issue.assigneeId),
    reporter: (issue) => some(issue.reporterId),
    creator: (issue) => some(issue.creatorId),
  };
}

/** Custom fields by id, `cf[n]` or name. */
function customWords(state: JiraState, name: string): Words | null {
  const [, digits] = /^(?:cf\[(\d+)\]|customfield_(\d+))$/.exec(name) ?? [];
  for (const project of state.projects) {
    const own = [...project.fields, ...project.extras].find(
      (field) =>
        (digits !== undefined && field.id === `customfield_${digits}`) ||
        field.name.toLowerCase() === name ||
        field.id === name,
    );
    if (own === undefined || own.id === CUSTOMER_FIELDS.requestType) continue;
    return (issue) => {
      const option = issue.custom[own.id];
      const value = option ?? issue.values[own.id];
      return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
    };
  }
  return null;
}

function test(state: JiraState, { field, operator, operand }: JqlTest): Test {
  const name = field.name.toLowerCase();
  if (name === 'created' || name === 'updated') {
    if (!('value' in operand)) throw problem(`The field '${field.name}' takes one date.`);
    return dateTest(name, operator, instant(operand.value, state.now()));
  }
  const words = systemWords(state)[name] ?? customWords(state, name);
  if (words === undefined || words === null) {
    throw problem(`Field '${field.name}' does not exist or you do not have permission to view it.`);
  }
  if ('keyword' in operand) {
    const isEmpty: Test = (issue) => words(issue).length === 0;
    return operator === 'is' || operator === '=' ? isEmpty : (issue) => !isEmpty(issue);
  }
  if ('function' in operand) throw problem(`The function '${operand.function}' is not known here.`);
  const wanted = 'values' in operand ? operand.values.map((one) => one.value) : [operand.value];
  if (name === 'project') knownProjects(state, wanted);
  const lower = wanted.map((one) => one.toLowerCase());
  const isIn: Test = (issue) => words(issue).some((word) => lower.includes(word.toLowerCase()));
  if (operator === '=' || operator === 'in') return isIn;
  // As in Jira, an issue without a value matches no negation.
  if (operator === '!=' || operator === 'not in') return (issue) => words(issue).length > 0 && !isIn(issue);
  throw problem(`The operator '${operator}' is not supported by the '${field.name}' field.`);
}

function knownProjects(state: JiraState, values: readonly string[]): void {
  for (const value of values) {
    const found =
      state.project(value) ?? state.projects.find(({ name }) => name.toLowerCase() === value.toLowerCase());
    if (found?.visible !== true) {
      throw problem(`The value '${value}' does not exist for the field 'project'.`);
    }
  }
}

function clauseTest(state: JiraState, clause: JqlClause): Test {
  if (!('clauses' in clause)) return test(state, clause);
  const tests = clause.clauses.map((one) => clauseTest(state, one));
  if (clause.operator === 'or') return (issue) => tests.some((one) => one(issue));
  if (clause.operator === 'and') return (issue) => tests.every((one) => one(issue));
  return (issue) => !tests.some((one) => one(issue));
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

function ordering({ orderBy }: JqlStructure): Compare {
  const parts = orderBy.map(({ field, direction }) => {
    const compare = COMPARE[field.name.toLowerCase()];
    if (compare === undefined) throw problem(`Not able to sort using '${field.name}'.`);
    return direction === 'desc' ? (a: JiraIssue, b: JiraIssue) => compare(b, a) : compare;
  });
  if (parts.length === 0) return (a, b) => b.created - a.created;
  return (a, b) => parts.map((compare) => compare(a, b)).find((order) => order !== 0) ?? 0;
}

function structureOf(jql: string): JqlStructure {
  try {
    return readJql(jql);
  } catch (error) {
    if (error instanceof JqlProblem) throw problem(error.message);
    throw error;
  }
}

export function parseJql(jql: string, state: JiraState): JqlQuery {
  const structure = structureOf(jql);
  if (structure.where === null) {
    throw refuse(400, ['Unbounded JQL queries are not allowed here. Please add a search restriction.']);
  }
  return { matches: clauseTest(state, structure.where), compare: ordering(structure) };
}
