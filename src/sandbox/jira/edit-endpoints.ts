import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { issueOf, list, record, refuse } from './endpoint.ts';
import { readFields } from './issue-endpoints.ts';
import { screenMeta } from './screen-fields.ts';
import { PRIORITY_NAMES } from './seed.ts';

function readAndWrite(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/{issueIdOrKey}';
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const fields = list(call, 'fields');
        const only = fields === null || fields.includes('*all') ? null : fields;
        const keys = list(call, 'properties');
        const properties = Object.entries(issue.properties).filter(([key]) => keys?.includes(key));
        return {
          status: 200,
          body: {
            ...world.views.issue(issue, 3, only),
            ...(keys === null ? {} : { properties: Object.fromEntries(properties) }),
          },
        };
      },
    },
    {
      method: 'PUT',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const project = world.state.project(issue.projectKey);
        if (project === null) throw refuse(404, []);
        const edit = readFields({ state: world.state, project }, record(record(call.body)['fields']));
        const custom = { ...issue.custom, ...edit.custom };
        const values = { ...issue.values, ...edit.values };
        world.acts.edit(call.me, issue, { ...edit, custom, values });
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path,
      handle(call) {
        world.acts.remove(call.me, issueOf(world, call));
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: `${path}/assignee`,
      handle(call) {
        const issue = issueOf(world, call);
        const { accountId } = record(call.body);
        const user = typeof accountId === 'string' ? world.state.user(accountId) : null;
        if (user === null && accountId !== null) {
          throw refuse(400, [], { assignee: 'The user does not exist or cannot be assigned.' });
        }
        world.acts.edit(call.me, issue, { assigneeId: user?.accountId ?? null });
        return { status: 204 };
      },
    },
  ];
}

/** What the edit screen of an issue offers. */
function editMeta(world: JiraWorld): JiraEndpoint {
  const field = (
    key: string,
    [name, required]: readonly [string, boolean],
    schema: Record<string, unknown>,
  ) => ({
    key,
    name,
    required,
    operations: ['set'],
    schema,
  });
  return {
    method: 'GET',
    path: '/rest/api/3/issue/{issueIdOrKey}/editmeta',
    handle(call) {
      const project = world.state.project(issueOf(world, call).projectKey);
      const priorities = PRIORITY_NAMES.map((name) => world.views.priority(name));
      const own = (project?.fields ?? []).map(({ id, name, options }) => [
        id,
        {
          ...field(id, [name, false], {
            type: 'option',
            custom: 'select',
            customId: Number(id.split('_')[1]),
          }),
          allowedValues: options.map((value, at) => ({ id: String(at + 1), value })),
        },
      ]);
      const priority = {
        ...field('priority', ['Priority', false], { type: 'priority', system: 'priority' }),
        allowedValues: priorities,
      };
      const fields = {
        summary: field('summary', ['Summary', true], { type: 'string', system: 'summary' }),
        description: field('description', ['Description', false], { type: 'string', system: 'description' }),
        labels: field('labels', ['Labels', false], { type: 'array', items: 'string', system: 'labels' }),
        ...(project?.priority === true ? { priority } : {}),
        ...Object.fromEntries(own),
        ...Object.fromEntries((project?.extras ?? []).map((one) => [one.id, screenMeta(one)])),
      };
      return { status: 200, body: { fields } };
    },
  };
}

export function editEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [...readAndWrite(world), editMeta(world)];
}
