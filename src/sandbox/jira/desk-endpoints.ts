import { z } from 'zod';
import { textToAdf } from './adf.ts';
import { adfToText } from './adf-words.ts';
import { deskDate, deskPaged, deskUser } from './desk-views.ts';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { findIssue, param, record, refuseDesk, visibleProject } from './endpoint.ts';
import { MAX_TEXT } from './issue-endpoints.ts';
import type { JiraProject, JiraRequestType } from './seed.ts';
import type { JiraComment, JiraIssue } from './state.ts';

const NewRequest = z.strictObject({
  serviceDeskId: z.string(),
  requestTypeId: z.string(),
  requestFieldValues: z.record(z.string(), z.unknown()),
  requestParticipants: z.array(z.string()).optional(),
  raiseOnBehalfOf: z.string().optional(),
  channel: z.string().optional(),
});

/** The forms of these request types ask for nothing else. */
const FORM_FIELDS = ['summary', 'description'];
/** A backslash before a mark of the wiki syntax shows the mark itself. */
const fromWiki = (text: string) => text.replaceAll(/\\([^A-Za-z0-9\s\\])/g, '$1');

function requestView(world: JiraWorld, project: JiraProject, issue: JiraIssue) {
  const status = world.views.statusOf(issue);
  const base = world.baseUrl();
  const { author: reporter } = deskUser(world, world.state.user(issue.reporterId));
  return {
    issueId: issue.id,
    issueKey: issue.key,
    requestTypeId: issue.requestTypeId ?? '',
    serviceDeskId: project.desk?.id ?? '',
    createdDate: deskDate(issue.created),
    ...(reporter === undefined ? {} : { reporter }),
    requestFieldValues: [
      { fieldId: 'summary', label: 'Summary', value: issue.summary },
      { fieldId: 'description', label: 'Description', value: adfToText(issue.description) },
    ],
    currentStatus: {
      status: status.name,
      statusCategory: status.category.toUpperCase(),
      statusDate: deskDate(issue.updated),
    },
    _links: {
      self: `${base}/rest/servicedeskapi/request/${issue.id}`,
      jiraRest: `${base}/rest/api/2/issue/${issue.id}`,
      web: `${base}/servicedesk/customer/portal/${project.desk?.id ?? ''}/${issue.key}`,
      agent: `${base}/browse/${issue.key}`,
    },
  };
}

function deskIssue(world: JiraWorld, call: JiraCall): readonly [JiraProject, JiraIssue] {
  const issue = findIssue(world, call);
  const project = issue === null ? null : world.state.project(issue.projectKey);
  if (issue === null || project === null || project.desk === null) {
    throw refuseDesk(
      404,
      'The request you are trying to view does not exist or you do not have permission to see it.',
    );
  }
  return [project, issue];
}

function deskOf(world: JiraWorld, id: string): JiraProject {
  const project = world.state.projects.find((one) => one.desk?.id === id);
  if (project === undefined || visibleProject(world, project.key) === null) {
    throw refuseDesk(404, 'The Service Desk you are trying to view does not exist.');
  }
  return project;
}

function requestTypeOf(project: JiraProject, id: string): JiraRequestType {
  const type = project.desk?.requestTypes.find((one) => one.id === id);
  if (type === undefined) throw refuseDesk(404, 'The request type does not exist.');
  return type;
}

function createRequest(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/servicedeskapi/request',
    handle({ body, me }) {
      const parsed = NewRequest.safeParse(body);
      if (!parsed.success) throw refuseDesk(400, 'The request is not valid.');
      const { serviceDeskId, requestTypeId, requestFieldValues: values } = parsed.data;
      const project = deskOf(world, serviceDeskId);
      const type = requestTypeOf(project, requestTypeId);
      const unknown = Object.keys(values).find((name) => !FORM_FIELDS.includes(name));
      if (unknown !== undefined) {
        throw refuseDesk(400, `The field '${unknown}' is not on the form of this request type.`);
      }
      const { summary, description = '' } = values;
      const bad = typeof summary !== 'string' || summary.trim() === '' || /[\r\n]/.test(summary);
      if (bad || summary.length > 255) throw refuseDesk(400, 'You must specify a valid summary.');
      if (typeof description !== 'string' || description.length > MAX_TEXT) {
        throw refuseDesk(400, 'The description is not valid.');
      }
      const issue = world.acts.create(me, {
        project,
        issueTypeId: type.issueTypeId,
        requestTypeId: type.id,
        summary,
        description: textToAdf(fromWiki(description)),
        labels: [],
        priority: project.priority ? 'Medium' : null,
        assigneeId: null,
        properties: { 'request-channel-type': { value: 'API' } },
      });
      return { status: 201, body: requestView(world, project, issue) };
    },
  };
}

function comments(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/servicedeskapi/request/{issueIdOrKey}/comment';
  const view = (issue: JiraIssue, comment: JiraComment) => ({
    id: comment.id,
    body: adfToText(comment.body),
    public: comment.jsdPublic,
    ...deskUser(world, world.state.user(comment.authorId)),
    created: deskDate(comment.created),
    _links: { self: `${world.baseUrl()}/rest/servicedeskapi/request/${issue.id}/comment/${comment.id}` },
  });
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const [, issue] = deskIssue(world, call);
        const wanted = (one: JiraComment) =>
          call.query.get(one.jsdPublic ? 'public' : 'internal') !== 'false' && one.visibility === null;
        return {
          status: 200,
          body: deskPaged(
            call,
            issue.comments.filter(wanted).map((one) => view(issue, one)),
          ),
        };
      },
    },
    {
      method: 'POST',
      path,
      handle(call) {
        const [, issue] = deskIssue(world, call);
        const input = record(call.body);
        if (typeof input['public'] !== 'boolean' || typeof input['body'] !== 'string') {
          throw refuseDesk(400, 'body and public are required.');
        }
        if (input['body'].trim() === '') throw refuseDesk(400, 'Comment body can not be empty!');
        const comment = world.acts.comment(call.me, issue, {
          body: textToAdf(fromWiki(input['body'])),
          visibility: null,
          properties: input['public'] ? {} : { 'sd.public.comment': { internal: true } },
        });
        return { status: 201, body: view(issue, comment) };
      },
    },
  ];
}

function desks(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/servicedeskapi/servicedesk';
  const deskView = (project: JiraProject) => ({
    id: project.desk?.id ?? '',
    projectId: project.id,
    projectName: project.name,
    projectKey: project.key,
    _links: { self: `${world.baseUrl()}${path}/${project.desk?.id ?? ''}` },
  });
  const field = (fieldId: string, [name, type, required]: readonly [string, string, boolean]) => ({
    fieldId,
    name,
    description: '',
    required,
    visible: true,
    defaultValues: [],
    validValues: [],
    presetValues: [],
    jiraSchema: { type, system: fieldId },
  });
  return [
    {
      method: 'GET',
      path,
      handle: (call) => ({
        status: 200,
        body: deskPaged(
          call,
          world.state.projects.filter((one) => one.visible && one.desk !== null).map(deskView),
        ),
      }),
    },
    {
      method: 'GET',
      path: `${path}/{serviceDeskId}/requesttype`,
      handle(call) {
        const project = deskOf(world, param(call, 'serviceDeskId'));
        const types = (project.desk?.requestTypes ?? []).map((type) => ({
          ...type,
          helpText: '',
          serviceDeskId: project.desk?.id ?? '',
          groupIds: ['1'],
        }));
        return { status: 200, body: deskPaged(call, types) };
      },
    },
    {
      method: 'GET',
      path: `${path}/{serviceDeskId}/requesttype/{requestTypeId}/field`,
      handle(call) {
        requestTypeOf(deskOf(world, param(call, 'serviceDeskId')), param(call, 'requestTypeId'));
        const requestTypeFields = [
          field('summary', ['Summary', 'string', true]),
          field('description', ['Description', 'string', false]),
        ];
        return {
          status: 200,
          body: { requestTypeFields, canRaiseOnBehalfOf: true, canAddRequestParticipants: true },
        };
      },
    },
  ];
}

export function deskEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [
    createRequest(world),
    {
      method: 'GET',
      path: '/rest/servicedeskapi/request/{issueIdOrKey}',
      handle(call) {
        const [project, issue] = deskIssue(world, call);
        return { status: 200, body: requestView(world, project, issue) };
      },
    },
    ...comments(world),
    ...desks(world),
  ];
}
