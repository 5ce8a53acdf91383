import { textToAdf } from './adf.ts';
import { adfToText } from './adf-words.ts';
import type { JiraRequestType } from './desk-seed.ts';
import { asked, deskDate, deskPaged, deskUser } from './desk-views.ts';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { findIssue, param, record, refuseDesk, visibleProject } from './endpoint.ts';
import { type JiraScreenField, screenMeta } from './screen-fields.ts';
import type { JiraProject } from './seed.ts';
import type { JiraComment, JiraIssue } from './state.ts';

/** A backslash before a mark of the wiki syntax shows the mark itself. */
export const fromWiki = (text: string) => text.replaceAll(/\\([^A-Za-z0-9\s\\])/g, '$1');

export function requestView(world: JiraWorld, project: JiraProject, issue: JiraIssue) {
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

export function deskIssue(world: JiraWorld, call: JiraCall): readonly [JiraProject, JiraIssue] {
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

export function deskOf(world: JiraWorld, id: string): JiraProject {
  const project = world.state.projects.find((one) => one.desk?.id === id);
  if (project === undefined || visibleProject(world, project.key) === null) {
    throw refuseDesk(404, 'The Service Desk you are trying to view does not exist.');
  }
  return project;
}

export function requestTypeOf(project: JiraProject, id: string): JiraRequestType {
  const type = project.desk?.requestTypes.find((one) => one.id === id);
  if (type === undefined) throw refuseDesk(404, 'The request type does not exist.');
  return type;
}

export function commentView(world: JiraWorld, issue: JiraIssue, comment: JiraComment) {
  return {
    id: comment.id,
    body: adfToText(comment.body),
    public: comment.jsdPublic,
    ...deskUser(world, world.state.user(comment.authorId)),
    created: deskDate(comment.created),
    _links: { self: `${world.baseUrl()}/rest/servicedeskapi/request/${issue.id}/comment/${comment.id}` },
  };
}

function comments(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/servicedeskapi/request/{issueIdOrKey}/comment';
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
            issue.comments.filter(wanted).map((one) => commentView(world, issue, one)),
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
        return { status: 201, body: commentView(world, issue, comment) };
      },
    },
  ];
}

const typeView = (project: JiraProject, { asks: _, ...type }: JiraRequestType) => ({
  ...type,
  helpText: '',
  serviceDeskId: project.desk?.id ?? '',
  groupIds: ['1'],
});

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
  const askedField = (
    one: JiraScreenField,
    {
      required,
      preset = [],
    }: { readonly required: boolean; readonly preset?: readonly string[] | undefined },
  ) => ({
    fieldId: one.id,
    name: one.name,
    description: one.hint ?? '',
    required,
    visible: preset.length === 0,
    defaultValues: [],
    validValues: (one.options ?? []).map((label, at) => ({ value: String(at + 1), label, children: [] })),
    presetValues: preset,
    jiraSchema: screenMeta(one).schema,
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
        const types = (project.desk?.requestTypes ?? []).map((type) => typeView(project, type));
        return { status: 200, body: deskPaged(call, types) };
      },
    },
    {
      method: 'GET',
      path: `${path}/{serviceDeskId}/requesttype/{requestTypeId}`,
      handle(call) {
        const project = deskOf(world, param(call, 'serviceDeskId'));
        const type = requestTypeOf(project, param(call, 'requestTypeId'));
        return { status: 200, body: typeView(project, type) };
      },
    },
    {
      method: 'GET',
      path: `${path}/{serviceDeskId}/requesttype/{requestTypeId}/field`,
      handle(call) {
        const project = deskOf(world, param(call, 'serviceDeskId'));
        const type = requestTypeOf(project, param(call, 'requestTypeId'));
        const requestTypeFields = [
          field('summary', ['Summary', 'string', true]),
          field('description', ['Description', 'string', false]),
          ...asked(project, type).map(({ field: one, ...how }) => askedField(one, how)),
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
