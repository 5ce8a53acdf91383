import { z } from 'zod';
import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { refuse } from './endpoint.ts';
import { JqlProblem, readJql } from './jql-parse.ts';
import { screenMeta } from './screen-fields.ts';

const Queries = z.object({ queries: z.array(z.string()).min(1) });

/** Names of system fields, with the names that a query knows them by. */
const SYSTEM: readonly (readonly [string, string, readonly string[]])[] = [
  ['summary', 'Summary', ['summary']],
  ['description', 'Description', ['description']],
  ['labels', 'Labels', ['labels']],
  ['issuetype', 'Issue Type', ['issuetype', 'type']],
  ['project', 'Project', ['project']],
  ['priority', 'Priority', ['priority']],
  ['status', 'Status', ['status']],
  ['statusCategory', 'Status Category', ['statusCategory']],
  ['resolution', 'Resolution', ['resolution']],
  ['assignee', 'Assignee', ['assignee']],
  ['created', 'Created', ['created', 'createdDate']],
  ['updated', 'Updated', ['updated', 'updatedDate']],
];

function fieldList(world: JiraWorld): unknown[] {
  const system = SYSTEM.map(([id, name, clauseNames]) => ({
    id,
    key: id,
    name,
    custom: false,
    orderable: true,
    navigable: true,
    searchable: true,
    clauseNames,
  }));
  const own = world.state.projects.flatMap((project) => [
    ...project.extras.map((field) => ({ id: field.id, name: field.name, schema: screenMeta(field).schema })),
    ...project.fields.map(({ id, name }) => ({ id, name, schema: { type: 'option' } })),
  ]);
  const once = [...new Map(own.map((field) => [field.id, field])).values()];
  return [
    ...system,
    ...once.map(({ id, name, schema }) => {
      const [, digits] = /^customfield_(\d+)$/.exec(id) ?? [];
      const clauseNames =
        digits === undefined ? [id === 'components' ? 'component' : id] : [`cf[${digits}]`, name];
      return {
        ...{ id, key: id, name, schema, clauseNames, custom: digits !== undefined },
        ...{ orderable: true, navigable: true, searchable: true },
      };
    }),
  ];
}

/** One query as Jira's parser describes it; what is wrong with it stands beside it, in a success. */
function parsed(query: string): unknown {
  try {
    const { where, orderBy } = readJql(query);
    const order = orderBy.length === 0 ? {} : { orderBy: { fields: orderBy } };
    return { query, structure: { ...(where === null ? {} : { where }), ...order } };
  } catch (error) {
    if (error instanceof JqlProblem) return { query, errors: [`Error in the JQL Query: ${error.message}`] };
    throw error;
  }
}

export function fieldEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [
    {
      method: 'GET',
      path: '/rest/api/3/field',
      handle: () => ({ status: 200, body: fieldList(world) }),
    },
    {
      method: 'POST',
      path: '/rest/api/3/jql/parse',
      handle(call) {
        const input = Queries.safeParse(call.body);
        if (!input.success) throw refuse(400, ['queries is required.']);
        return { status: 200, body: { queries: input.data.queries.map(parsed) } };
      },
    },
  ];
}
