import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { issueOf, list, param, record, refuse } from './endpoint.ts';
import type { JiraTransition } from './seed.ts';
import { RESOLUTIONS } from './seed.ts';
import type { JiraIssue } from './state.ts';

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
  return {
    id: step.id,
    name: step.name,
    ...(target === undefined ? {} : { to: world.views.status(target) }),
    hasScreen: step.resolution,
    isGlobal: step.from === null,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    looped: false,
    ...(withFields ? { fields: step.resolution ? { resolution } : {} } : {}),
  };
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
        const input = record(call.body);
        const { id } = record(input['transition']);
        const to = world.acts.transitions(issue).find((step) => step.id === id);
        if (to === undefined) {
          throw refuse(400, [
            'It seems that you have tried to perform a workflow operation that is not valid.',
          ]);
        }
        const { resolution, ...others } = record(input['fields']);
        for (const name of Object.keys(others)) {
          throw refuse(400, [], { [name]: `Field '${name}' cannot be set. It is not on the screen.` });
        }
        const given = record(resolution);
        if (resolution !== undefined && !to.resolution) {
          throw refuse(400, [], { resolution: "Field 'resolution' cannot be set. It is not on the screen." });
        }
        const chosen =
          RESOLUTIONS.find((one, at) => one === given['name'] || String(at + 1) === given['id']) ?? null;
        if (to.resolution && chosen === null) {
          throw refuse(400, [], { resolution: 'Resolution is required.' });
        }
        world.acts.transition(call.me, issue, { to, resolution: chosen });
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

function remoteLinks(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/api/3/issue/{issueIdOrKey}/remotelink',
    handle(call) {
      const issue = issueOf(world, call);
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

export function workflowEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [...transitions(world), ...properties(world), remoteLinks(world)];
}
