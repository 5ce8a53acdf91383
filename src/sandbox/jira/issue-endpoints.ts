import { z } from 'zod';
import type { IssueEdit } from './acts.ts';
import { AdfDoc, adfProblem } from './adf.ts';
import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { param, record, refuse, visibleProject } from './endpoint.ts';
import {
  CUSTOMER_FIELDS,
  customType,
  readScreenValue,
  type ScreenParts,
  screenMeta,
} from './screen-fields.ts';
import type { JiraProject } from './seed.ts';
import { PRIORITY_NAMES } from './seed.ts';

export const MAX_TEXT = 32_767;
const MAX_SUMMARY = 255;

const Properties = z.array(z.strictObject({ key: z.string().min(1).max(255), value: z.unknown() }));

/** Entity properties as they come with a create or a comment; refused like Jira refuses them. */
export function readProperties(value: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  const parsed = Properties.safeParse(value);
  if (!parsed.success) throw refuse(400, ['The entity property is not valid.']);
  return Object.fromEntries(parsed.data.map((one) => [one.key, one.value]));
}

export function readAdf(value: unknown, field: string): AdfDoc {
  const problem = adfProblem(value);
  if (problem !== null) throw refuse(400, [], { [field]: problem });
  if (JSON.stringify(value).length > 4 * MAX_TEXT) {
    throw refuse(400, [], { [field]: 'CONTENT_LIMIT_EXCEEDED' });
  }
  return AdfDoc.parse(value);
}

const offScreen = (field: string) =>
  `Field '${field}' cannot be set. It is not on the appropriate screen, or unknown.`;

/** Reads the fields that an issue can be given, collecting every complaint before refusing. */
export function readFields(parts: ScreenParts, fields: Readonly<Record<string, unknown>>): IssueEdit {
  const { project } = parts;
  const errors: Record<string, string> = {};
  const known = ['project', 'issuetype', 'summary', 'description', 'labels', 'priority', 'assignee'];
  const own = new Set([...project.fields, ...project.extras].map((field) => field.id));
  for (const name of Object.keys(fields)) {
    if (!known.includes(name) && !own.has(name)) errors[name] = offScreen(name);
  }
  const edit: { -readonly [K in keyof IssueEdit]: IssueEdit[K] } = {};
  if ('summary' in fields) {
    const { summary } = fields;
    if (typeof summary !== 'string' || summary.trim() === '')
      errors['summary'] = 'You must specify a summary of the issue.';
    else if (summary.length > MAX_SUMMARY) errors['summary'] = 'Summary can not exceed 255 characters.';
    else if (/[\r\n]/.test(summary))
      errors['summary'] = 'The summary is invalid because it contains newline characters.';
    else edit.summary = summary;
  }
  if (fields['description'] !== undefined && fields['description'] !== null) {
    edit.description = readAdf(fields['description'], 'description');
  }
  if ('labels' in fields) {
    const labels = z.array(z.string().min(1).max(255)).safeParse(fields['labels']);
    if (!labels.success) errors['labels'] = 'Labels must be strings.';
    else if (labels.data.some((label) => /\s/.test(label)))
      errors['labels'] = "The label contains spaces, which isn't allowed.";
    else edit.labels = labels.data;
  }
  if (fields['priority'] !== undefined) {
    const { id, name } = record(fields['priority']);
    const found = PRIORITY_NAMES.find((one, index) => one === name || String(index + 1) === id);
    if (!project.priority) errors['priority'] = offScreen('priority');
    else if (found === undefined) errors['priority'] = 'Specify the Priority (name) string.';
    else edit.priority = found;
  }
  const custom = readCustom(project, fields, errors);
  if (Object.keys(custom).length > 0) edit.custom = custom;
  Object.assign(edit, readExtras(parts, fields, errors));
  if (Object.keys(errors).length > 0) throw refuse(400, [], errors);
  return edit;
}

const Accounts = z.array(z.string()).catch([]);

/** The other fields of the screens; some of them are members of an issue of their own. */
function readExtras(
  parts: ScreenParts,
  fields: Readonly<Record<string, unknown>>,
  errors: Record<string, string>,
): IssueEdit {
  const values: Record<string, unknown> = {};
  for (const field of parts.project.extras) {
    const given = fields[field.id];
    if (given === undefined || given === null) continue;
    const read = readScreenValue(parts, field, given);
    if ('problem' in read) errors[field.id] = read.problem;
    else values[field.id] = read.value;
  }
  const { reporter, components, ...others } = values;
  const { participants, organizations, requestType } = CUSTOMER_FIELDS;
  const { [participants]: taking, [organizations]: sharing, [requestType]: raised, ...rest } = others;
  return {
    ...(typeof reporter === 'string' ? { reporterId: reporter } : {}),
    ...(components === undefined ? {} : { components: Accounts.parse(components) }),
    ...(taking === undefined ? {} : { participants: Accounts.parse(taking) }),
    ...(sharing === undefined ? {} : { organizations: Accounts.parse(sharing) }),
    ...(typeof raised === 'string' ? { requestTypeId: raised } : {}),
    ...(Object.keys(rest).length === 0 ? {} : { values: rest }),
  };
}

/** Choices of the project's own fields, by option id or value. */
function readCustom(
  project: JiraProject,
  fields: Readonly<Record<string, unknown>>,
  errors: Record<string, string>,
): Record<string, string> {
  const custom: Record<string, string> = {};
  for (const { id, options } of project.fields) {
    if (fields[id] === undefined) continue;
    const wanted = record(fields[id]);
    const option = options.find((one, at) => one === wanted['value'] || String(at + 1) === wanted['id']);
    if (option === undefined) errors[id] = "Specify a valid 'id' or 'value' for the field";
    else custom[id] = option;
  }
  return custom;
}

function createIssue(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/api/3/issue',
    handle({ body, me }) {
      const input = record(body);
      const fields = record(input['fields']);
      const place = record(fields['project']);
      const project = visibleProject(world, place['key'] ?? place['id']);
      if (project === null) {
        throw refuse(400, [], { project: 'Specify a valid project ID or key' });
      }
      const wanted = record(fields['issuetype']);
      const type = project.issueTypes.find((one) => one.id === wanted['id'] || one.name === wanted['name']);
      if (type === undefined) throw refuse(400, [], { issuetype: 'Specify a valid issue type' });
      const read = readFields({ state: world.state, project }, fields);
      if (read.summary === undefined) {
        throw refuse(400, [], { summary: 'You must specify a summary of the issue.' });
      }
      const missing = project.extras.filter(({ id, required }) => required && fields[id] === undefined);
      if (missing.length > 0) {
        throw refuse(
          400,
          [],
          Object.fromEntries(missing.map(({ id, name }) => [id, `${name} is required.`])),
        );
      }
      const { reporterId, components, custom, values, participants, organizations } = read;
      const issue = world.acts.create(me, {
        ...(reporterId === undefined ? {} : { reporterId }),
        ...(components === undefined ? {} : { components }),
        ...(custom === undefined ? {} : { custom }),
        ...(values === undefined ? {} : { values }),
        ...(participants === undefined ? {} : { participants }),
        ...(organizations === undefined ? {} : { organizations }),
        project,
        issueTypeId: type.id,
        requestTypeId: read.requestTypeId ?? null,
        summary: read.summary,
        description: read.description ?? null,
        labels: read.labels ?? [],
        priority: read.priority ?? (project.priority ? 'Medium' : null),
        assigneeId: null,
        properties: readProperties(input['properties']),
      });
      return {
        status: 201,
        body: { id: issue.id, key: issue.key, self: `${world.baseUrl()}/rest/api/3/issue/${issue.id}` },
      };
    },
  };
}

const operations = ['set'];

function createMeta(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes';
  const meta = (fieldId: string, [name, type, required]: readonly [string, string, boolean]) => ({
    fieldId,
    key: fieldId,
    name,
    required,
    hasDefaultValue: fieldId === 'priority',
    operations,
    schema: { type, system: fieldId, ...(type === 'array' ? { items: 'string' } : {}) },
  });
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const project = visibleProject(world, param(call, 'projectIdOrKey'));
        if (project === null) throw refuse(404, ['No project could be found with that id or key.']);
        const issueTypes = project.issueTypes.map((type) => ({
          self: `${world.baseUrl()}/rest/api/3/issuetype/${type.id}`,
          ...type,
          description: '',
          subtask: false,
        }));
        return {
          status: 200,
          body: { startAt: 0, maxResults: 50, total: issueTypes.length, issueTypes },
        };
      },
    },
    {
      method: 'GET',
      path: `${path}/{issueTypeId}`,
      handle(call) {
        const project = visibleProject(world, param(call, 'projectIdOrKey'));
        const type = project?.issueTypes.find((one) => one.id === param(call, 'issueTypeId'));
        if (project === null || type === undefined) throw refuse(404, ['Issue type not found.']);
        const allowedValues = PRIORITY_NAMES.map((name) => world.views.priority(name));
        const fields = [
          meta('summary', ['Summary', 'string', true]),
          meta('description', ['Description', 'string', false]),
          meta('labels', ['Labels', 'array', false]),
          ...(project.priority
            ? [{ ...meta('priority', ['Priority', 'priority', false]), allowedValues }]
            : []),
          ...project.fields.map((field) => ({
            fieldId: field.id,
            ...screenMeta({
              ...field,
              required: false,
              schema: { type: 'option', custom: customType('select') },
            }),
          })),
          ...project.extras.map((field) => ({ fieldId: field.id, ...screenMeta(field) })),
        ];
        return { status: 200, body: { startAt: 0, maxResults: 50, total: fields.length, fields } };
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/project/{projectIdOrKey}',
      handle(call) {
        const project = visibleProject(world, param(call, 'projectIdOrKey'));
        if (project === null) throw refuse(404, ['No project could be found with that id or key.']);
        return { status: 200, body: world.views.project(project) };
      },
    },
  ];
}

export function issueEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [createIssue(world), ...createMeta(world)];
}
