import { z } from 'zod';
import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { issueOf, list, param, record, refuse } from './endpoint.ts';
import { readScreenValue, screenMeta } from './screen-fields.ts';
import type { JiraTransition } from './seed.ts';
import { RESOLUTIONS } from './seed.ts';
import type { JiraIssue } from './state.ts';
import { jiraTime } from './views.ts';

function transitionView(world: JiraWorld, issue: JiraIssue, step: JiraTransition, withFields: boolean) {
  const target = world.state.project(issue.projectKey)?.statuses.find((one) => one.name === step.to);
  const resolution = {
    required: true,
    schema: { type: 'resolution', system: 'resolution' },
    name: 'Resolution',
    key: 'resolution',
    hasDefaultValue: false,
    operations: ['set'],
    allowedValues: RESOLUTIONS.map((name) => world.views.resolution(name)),
  };
  const home = world.state.project(issue.projectKey);
  const demanded = (home?.extras ?? []).filter(({ id }) => step.demands.includes(id));
  const screen = {
    ...(step.resolution ? { resolution } : {}),
    ...Object.fromEntries(demanded.map((one) => [one.id, { ...screenMeta(one), required: true }])),
  };
  return {
    id: step.id,
    name: step.name,
    ...(target === undefined ? {} : { to: world.views.status(target) }),
    hasScreen: step.resolution || demanded.length > 0,
    isGlobal: step.from === null,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    looped: false,
    ...(withFields ? { fields: screen } : {}),
  };
}

/** What the screen of a transition was given; all that it demands must be there, and nothing else. */
function screenValues(
  world: JiraWorld,
  issue: JiraIssue,
  { to, given }: { readonly to: JiraTransition; readonly given: Readonly<Record<string, unknown>> },
): Record<string, unknown> {
  const project = world.state.project(issue.projectKey);
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const field = project?.extras.find(({ id }) => id === name && to.demands.includes(id));
    if (project === null || field === undefined) {
      throw refuse(400, [], { [name]: `Field '${name}' cannot be set. It is not on the screen.` });
    }
    const read = readScreenValue({ state: world.state, project }, field, given[name]);
    if ('problem' in read) throw refuse(400, [], { [name]: read.problem });
    values[name] = read.value;
  }
  const missing = to.demands.find((name) => values[name] === undefined);
  if (missing !== undefined) throw refuse(400, [], { [missing]: 'This field is required.' });
  return values;
}

function transitions(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/{issueIdOrKey}/transitions';
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const withFields = list(call, 'expand')?.includes('transitions.fields') === true;
        const steps = world.acts
          .transitions(issue)
          .map((step) => transitionView(world, issue, step, withFields));
        return { status: 200, body: { expand: 'transitions', transitions: steps } };
      },
    },
    {
      method: 'POST',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        if (world.isBusy(issue)) throw refuse(409, ['The issue is being updated by another request.']);
        const input = record(call.body);
        const { id } = record(input['transition']);
        const to = world.acts.transitions(issue).find((step) => step.id === id);
        const all = world.state.project(issue.projectKey)?.transitions ?? [];
        if (to === undefined && all.some((step) => step.id === id)) {
          // It was offered while the issue was in another state: somebody was faster.
          throw refuse(409, ['The issue is in another state than the transition begins from.']);
        }
        if (to === undefined) {
          throw refuse(400, [
            'It seems that you have tried to perform a workflow operation that is not valid.',
          ]);
        }
        const { resolution, ...others } = record(input['fields']);
        const values = screenValues(world, issue, { to, given: others });
        const given = record(resolution);
        if (resolution !== undefined && !to.resolution) {
          throw refuse(400, [], { resolution: "Field 'resolution' cannot be set. It is not on the screen." });
        }
        const chosen =
          RESOLUTIONS.find((one, at) => one === given['name'] || String(at + 1) === given['id']) ?? null;
        if (to.resolution && chosen === null) {
          throw refuse(400, [], { resolution: 'Resolution is required.' });
        }
        world.acts.transition(call.me, issue, { to, resolution: chosen, values });
        return { status: 204 };
      },
    },
  ];
}

/** Longest value of an entity property, as JSON. */
const MAX_PROPERTY = 32_768;

function properties(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}';
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const key = param(call, 'propertyKey');
        if (!(key in issue.properties)) throw refuse(404, [`The property ${key} does not exist.`]);
        return { status: 200, body: { key, value: issue.properties[key] } };
      },
    },
    {
      method: 'PUT',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const key = param(call, 'propertyKey');
        if (call.body === undefined || key.length > 255 || JSON.stringify(call.body).length > MAX_PROPERTY) {
          throw refuse(400, ['The property is not valid.']);
        }
        world.acts.setProperty(issue, key, call.body);
        return { status: key in issue.properties ? 200 : 201, body: {} };
      },
    },
  ];
}

function remoteLinks(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/{issueIdOrKey}/remotelink';
  const view = (issue: JiraIssue, { id, globalId, link }: JiraIssue['remoteLinks'][number]) => {
    const { application, object, relationship } = record(link);
    const self = `${world.baseUrl()}/rest/api/3/issue/${issue.id}/remotelink/${id}`;
    return { id, self, globalId, application, object, relationship };
  };
  const read: JiraEndpoint = {
    method: 'GET',
    path,
    handle(call) {
      const issue = issueOf(world, call);
      const wanted = call.query.get('globalId');
      if (wanted === null) {
        return { status: 200, body: issue.remoteLinks.map((one) => view(issue, one)) };
      }
      const found = issue.remoteLinks.find((one) => one.globalId === wanted);
      if (found === undefined) throw refuse(404, ['No remote issue link found with the given global ID.']);
      return { status: 200, body: view(issue, found) };
    },
  };
  return [read, writeRemoteLink(world, path)];
}

function writeRemoteLink(world: JiraWorld, path: string): JiraEndpoint {
  return {
    method: 'POST',
    path,
    handle(call) {
      const issue = issueOf(world, call);
      if (!world.granted(call.me, 'LINK_ISSUES')) {
        throw refuse(403, ['You do not have the permission to link issues.']);
      }
      const input = record(call.body);
      const object = record(input['object']);
      if (typeof object['url'] !== 'string' || typeof object['title'] !== 'string') {
        throw refuse(400, [], { object: 'url and title are required.' });
      }
      const given = typeof input['globalId'] === 'string' ? input['globalId'] : object['url'];
      if (given.length > 255) throw refuse(400, [], { globalId: 'globalId is too long.' });
      const known = issue.remoteLinks.some((link) => link.globalId === given);
      const id = world.acts.setRemoteLink(issue, given, input);
      return {
        status: known ? 200 : 201,
        body: { id, self: `${world.baseUrl()}/rest/api/3/issue/${issue.id}/remotelink/${id}` },
      };
    },
  };
}

/** Oldest first; all of it stands on one page here. */
function changelogs(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/api/3/changelog/bulkfetch',
    handle(call) {
      const asked = Wanted.safeParse(call.body);
      if (!asked.success)
        throw refuse(400, ['Provide between 1 and 1000 issue ids, and at most 10 field ids.']);
      const { issueIdsOrKeys, fieldIds } = asked.data;
      const issueChangeLogs = world.state
        .issues(call.asOf)
        .filter(({ id, key }) => issueIdsOrKeys.includes(id) || issueIdsOrKeys.includes(key))
        .map(({ id, history }) => ({ issueId: id, changeHistories: shownHistory(world, history, fieldIds) }));
      return { status: 200, body: { issueChangeLogs } };
    },
  };
}

const Wanted = z.object({
  issueIdsOrKeys: z.array(z.string()).min(1).max(1000),
  fieldIds: z.array(z.string()).max(10).default([]),
});

function shownHistory(world: JiraWorld, history: JiraIssue['history'], fieldIds: readonly string[]) {
  return history.flatMap(({ id, by, at, items }) => {
    const shown = items.filter(({ field }) => fieldIds.length === 0 || fieldIds.includes(field));
    if (shown.length === 0) return [];
    const person = world.state.user(by);
    const author = person === null ? null : world.views.user({ ...person, email: null });
    return [
      {
        ...{ id, author, created: jiraTime(at) },
        items: shown.map((one) => ({
          ...Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)),
          // Every object inherits one of this name, so it is always its own.
          ...{ fieldtype: 'jira', fieldId: one.field, toString: one.toString ?? '' },
        })),
      },
    ];
  });
}

export function workflowEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [...transitions(world), ...properties(world), ...remoteLinks(world), changelogs(world)];
}
