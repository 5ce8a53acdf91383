import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { queueNeedsField, queueSearchUnreadable, queueWantsValue } from '../../texts/jira.ts';
import type { JiraClient } from './client.ts';
import { setBy } from './fill.ts';
import { type Clause, type FieldList, FieldList as Fields, ParsedQueries, Queue } from './schema-desk.ts';
import type { DeskTarget } from './targets.ts';
import { isTagLabel } from './yields.ts';

export interface QueueField {
  /** Field id; the name in the query where Jira has no such field. */
  readonly id: string;
  readonly name: string;
  /**
   * `target`: the queue's target sets it. `rule`: a rule of the routing table may. `workflow`: Jira fills it in. `nobody`: a
   * ticket of ours has it only by chance.
   */
  readonly by: 'target' | 'rule' | 'workflow' | 'nobody';
}

/** Do the tickets of a target appear in the queue that it names? */
export interface QueueFit {
  readonly name: string;
  /** A queue is a saved search: these are the fields that its JQL reads. */
  readonly reads: readonly QueueField[];
  /** Why a ticket would not appear, each a sentence that says what to change; empty when nothing speaks against it. */
  readonly problems: readonly string[];
}

/** Conditions on these are true or false by themselves: a new ticket is open, and agents move it on. */
const WORKFLOW = new Set([
  ...['status', 'statuscategory', 'resolution', 'assignee', 'created', 'createddate', 'updated'],
  ...['updateddate', 'resolved', 'resolutiondate', 'due', 'duedate', 'creator', 'key', 'id', 'issuekey'],
]);
/** What every ticket of a service desk's target has, by the names that a query knows. */
const GIVEN = new Set(['project', 'issuetype', 'type', 'request type', 'customer request type']);
const SOMETIMES = new Set(['priority', 'reporter']);
const REQUEST_TYPE = 'com.atlassian.servicedesk:vp-origin';

function leavesOf(clause: Clause): readonly Clause[] {
  return clause.clauses === undefined ? [clause] : clause.clauses.flatMap(leavesOf);
}

/** The conditions that must all be true; what lies below OR and NOT is not judged. */
function demandsOf(clause: Clause): readonly Clause[] {
  if (clause.clauses === undefined) return [clause];
  return clause.operator === 'and' ? clause.clauses.flatMap(demandsOf) : [];
}

function resolve(fields: FieldList, name: string) {
  const wanted = name.toLowerCase();
  return (
    fields.find(({ clauseNames }) => clauseNames?.some((one) => one.toLowerCase() === wanted) === true) ??
    fields.find((field) => field.id.toLowerCase() === wanted || field.name.toLowerCase() === wanted) ??
    null
  );
}

interface Judged {
  readonly fields: FieldList;
  readonly target: DeskTarget;
  /** Ids that rules may set. */
  readonly byRules: ReadonlySet<string>;
}

function describe({ fields, target, byRules }: Judged, name: string): QueueField {
  const field = resolve(fields, name);
  const id = field?.id ?? name;
  const shown = { id, name: field?.name || name };
  const names = [name, id, ...(field?.clauseNames ?? [])].map((one) => one.toLowerCase());
  const given = names.some((one) => GIVEN.has(one)) || field?.schema?.custom === REQUEST_TYPE;
  if (given || setBy(target).has(id) || names.some((one) => SOMETIMES.has(one)))
    return { ...shown, by: 'target' };
  if (byRules.has(id)) return { ...shown, by: 'rule' };
  return { ...shown, by: names.some((one) => WORKFLOW.has(one)) ? 'workflow' : 'nobody' };
}

function valuesOf(target: DeskTarget, id: string): readonly string[] | null {
  if (id === 'labels') return target.labels ?? [];
  if (id === 'components') return target.components ?? [];
  const value = target.fields?.[id];
  if (value === undefined) return null;
  return typeof value === 'string' ? [value] : value;
}

/** A condition that a ticket of this target surely misses; null when it may be true. */
function missed(judged: Judged, { field, operator, operand }: Clause): string | null {
  if (field === undefined || (operator !== '=' && operator !== 'in')) return null;
  const { id, name, by } = describe(judged, field.name);
  const asked = (operand?.values ?? (operand?.value === undefined ? [] : [operand]))
    .map((one) => one.value)
    .filter((one) => one !== undefined);
  const lower = asked.map((one) => one.toLowerCase());
  // What the target lacks a rule may bring.
  if (judged.byRules.has(id) || (id === 'labels' && lower.some(isTagLabel))) return null;
  if (by === 'nobody') {
    return queueNeedsField(name, id);
  }
  const set = valuesOf(judged.target, id);
  if (set === null || asked.length === 0) return null;
  if (set.some((one) => lower.includes(one.toLowerCase()))) return null;
  return queueWantsValue(name, asked.join(' or '), set.join(', ') || 'none');
}

/** Reads the queue that a target names; null when it names none. Changes nothing. */
export async function fitOfQueue(
  client: JiraClient,
  target: DeskTarget,
  byRules: ReadonlySet<string>,
): Promise<Outcome<QueueFit | null>> {
  const { queue: id, service_desk: serviceDeskId } = target;
  if (id === undefined) return ok(null);
  const queue = await client.read(Queue, ({ desk }) =>
    desk.servicedesk.getQueue({ serviceDeskId, queueId: Number(id) }),
  );
  if (queue.kind !== 'ok') return queue;
  const { name, jql } = queue.value;
  if (typeof jql !== 'string' || jql.trim() === '') return ok({ name, reads: [], problems: [] });
  // Jira's own parser: the language has more corners than are worth knowing here.
  const parsed = await client.read(ParsedQueries, ({ cloud }) =>
    cloud.jql.parseJqlQueries({ queries: [jql], validation: 'none' }),
  );
  if (parsed.kind !== 'ok') return parsed;
  const where = parsed.value.queries[0]?.structure?.where;
  if (where == null) {
    return rejected('invalid', queueSearchUnreadable(name));
  }
  const fields = await client.read(Fields, ({ cloud }) => cloud.issueFields.getFields());
  if (fields.kind !== 'ok') return fields;
  const names = leavesOf(where).flatMap(({ field }) => (field === undefined ? [] : [field.name]));
  const judged = { fields: fields.value, target, byRules };
  const reads = new Map(names.map((one) => describe(judged, one)).map((field) => [field.id, field]));
  const problems = demandsOf(where)
    .map((clause) => missed(judged, clause))
    .filter((problem) => problem !== null);
  return ok({ name, reads: [...reads.values()], problems });
}
