import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { list, refuse, visibleProject, whole } from './endpoint.ts';
import type { JiraUser } from './seed.ts';

/** People whose name or shown address begins with the query, as Jira's searches match. */
function matching(world: JiraWorld, call: JiraCall): readonly JiraUser[] {
  const query = (call.query.get('query') ?? '').toLowerCase();
  if (query === '') throw refuse(400, ['query is required.']);
  return world.state.users.filter(({ displayName, email }) =>
    [...displayName.split(' '), displayName, email ?? ''].some((word) =>
      word.toLowerCase().startsWith(query),
    ),
  );
}

export function peopleEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  const view = (user: JiraUser) => world.views.user(user);
  return [
    {
      method: 'GET',
      path: '/rest/api/3/myself',
      handle: ({ me }) => ({ status: 200, body: view(me) }),
    },
    {
      method: 'GET',
      path: '/rest/api/3/user/search',
      handle: (call) => ({ status: 200, body: matching(world, call).map(view) }),
    },
    {
      method: 'GET',
      path: '/rest/api/3/user/bulk',
      handle(call) {
        const ids = list(call, 'accountId');
        if (ids === null) throw refuse(400, ['accountId is required.']);
        const maxResults = Math.min(whole(call, 'maxResults', 10), 200);
        const found = world.state.users.filter(({ accountId }) => ids.includes(accountId));
        const values = found.slice(0, maxResults).map(view);
        const isLast = values.length === found.length;
        return { status: 200, body: { startAt: 0, maxResults, total: found.length, isLast, values } };
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/user/assignable/search',
      handle(call) {
        const issue = world.state.issue(call.query.get('issueKey') ?? '', call.asOf);
        const project = visibleProject(world, call.query.get('project') ?? issue?.projectKey);
        if (project === null) throw refuse(404, ['The project or issue does not exist.']);
        const hits = matching(world, call).filter(({ agent }) => agent);
        return { status: 200, body: hits.map(view) };
      },
    },
  ];
}
