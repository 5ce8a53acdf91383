import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { list, param, refuse, visibleProject } from './endpoint.ts';

/** Permissions by key, with the names that forms show. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  ADMINISTER: 'Administer Jira',
  BROWSE_PROJECTS: 'Browse Projects',
  CREATE_ISSUES: 'Create Issues',
  EDIT_ISSUES: 'Edit Issues',
  ASSIGN_ISSUES: 'Assign Issues',
  TRANSITION_ISSUES: 'Transition Issues',
  ADD_COMMENTS: 'Add Comments',
  EDIT_OWN_COMMENTS: 'Edit Own Comments',
  DELETE_OWN_COMMENTS: 'Delete Own Comments',
  CREATE_ATTACHMENTS: 'Create Attachments',
  DELETE_OWN_ATTACHMENTS: 'Delete Own Attachments',
  LINK_ISSUES: 'Link Issues',
  SERVICEDESK_AGENT: 'Service Project Agent',
};
/** How the bridge's account stands with the site. */
export interface JiraStanding {
  /** What it may do beyond or short of a member of a project, by the permission's key. */
  readonly permissions?: Readonly<Record<string, boolean>>;
  /** Every answer says that the rate limit is nearly used up. */
  readonly nearLimit?: boolean;
}

/** Everybody has what a member of a project has; the bridge's account, what was said otherwise. */
export const grantsOf =
  (bridge: string, { permissions = {} }: JiraStanding): JiraWorld['granted'] =>
  ({ accountId }, key) =>
    (accountId === bridge ? permissions[key] : undefined) ?? key !== 'ADMINISTER';

const GLOBAL = new Set(['ADMINISTER']);

export function permissionEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [
    {
      method: 'GET',
      path: '/rest/api/3/mypermissions',
      handle(call) {
        const keys = list(call, 'permissions');
        if (keys === null) throw refuse(400, ['The permissions query parameter is required.']);
        const unknown = keys.filter((key) => !(key in PERMISSIONS));
        if (unknown.length > 0) throw refuse(400, [`Unrecognized permission: ${unknown.join(', ')}`]);
        const project = call.query.get('projectKey');
        if (project !== null && visibleProject(world, project) === null) {
          throw refuse(404, [`No project could be found with key '${project}'.`]);
        }
        const permissions = keys.map((key, at) => [
          key,
          {
            id: String(at + 1),
            key,
            name: PERMISSIONS[key],
            type: GLOBAL.has(key) ? 'GLOBAL' : 'PROJECT',
            description: '',
            havePermission: world.granted(call.me, key),
          },
        ]);
        return { status: 200, body: { permissions: Object.fromEntries(permissions) } };
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/project/{projectIdOrKey}/statuses',
      handle(call) {
        const project = visibleProject(world, param(call, 'projectIdOrKey'));
        if (project === null) throw refuse(404, ['No project could be found with that id or key.']);
        const statuses = project.statuses.map((status) => world.views.status(status));
        const types = project.issueTypes.map(({ id, name }) => ({
          self: `${world.baseUrl()}/rest/api/3/issuetype/${id}`,
          id,
          name,
          subtask: false,
          statuses,
        }));
        return { status: 200, body: types };
      },
    },
  ];
}
