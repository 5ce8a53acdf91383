import { z } from 'zod';
import { textToAdf } from './adf.ts';
import { deskOf, fromWiki, requestTypeOf, requestView } from './desk-endpoints.ts';
import type { JiraRequestType } from './desk-seed.ts';
import { asked } from './desk-views.ts';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { refuseDesk } from './endpoint.ts';
import { MAX_TEXT } from './issue-endpoints.ts';
import { readScreenValue, type ScreenParts, TEXTAREA } from './screen-fields.ts';
import type { JiraProject } from './seed.ts';

const NewRequest = z.strictObject({
  serviceDeskId: z.string(),
  requestTypeId: z.string(),
  requestFieldValues: z.record(z.string(), z.unknown()),
  requestParticipants: z.array(z.string()).optional(),
  raiseOnBehalfOf: z.string().optional(),
  channel: z.string().optional(),
});

/** What accounts of people with a licence look like; a desk that is open to its organisation serves them all. */
const AGENT_ACCOUNT = /^712020:/;
/** What the form was given, and what its administrator has filled in. */
function formValues(
  parts: ScreenParts,
  type: JiraRequestType,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const fields = asked(parts.project, type);
  const known = [
    'summary',
    'description',
    ...fields.filter((one) => one.preset === undefined).map((one) => one.field.id),
  ];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refuseDesk(400, `The field '${unknown}' is not on the form of this request type.`);
  }
  const values: Record<string, unknown> = {};
  for (const { field, required, preset } of fields) {
    const value = preset === undefined ? given[field.id] : preset.map((name) => ({ name }));
    if (value === undefined || value === null) {
      if (required) throw refuseDesk(400, `${field.name} is required.`);
      continue;
    }
    const isText = field.schema.custom === TEXTAREA && typeof value === 'string';
    const read = isText ? { value: textToAdf(fromWiki(value)) } : readScreenValue(parts, field, value);
    if ('problem' in read) throw refuseDesk(400, `${field.name}: ${read.problem}`);
    values[field.id] = read.value;
  }
  return values;
}

/** Whom a request is for, and who takes part: agents alone may say so, and only of people whom the desk serves. */
function peopleOf(
  project: JiraProject,
  { me }: JiraCall,
  { raiseOnBehalfOf, requestParticipants = [] }: z.infer<typeof NewRequest>,
) {
  const named = [...(raiseOnBehalfOf === undefined ? [] : [raiseOnBehalfOf]), ...requestParticipants];
  if (named.length > 0 && me.accountType === 'atlassian' && !me.agent) {
    throw refuseDesk(403, 'Only an agent can raise a request on behalf of somebody.');
  }
  const customers = project.desk?.customers ?? [];
  const stranger = named.find((id) => !customers.includes(id) && !AGENT_ACCOUNT.test(id));
  if (stranger !== undefined) throw refuseDesk(400, 'The customer does not belong to this service desk.');
  return {
    participants: requestParticipants,
    ...(raiseOnBehalfOf === undefined ? {} : { reporterId: raiseOnBehalfOf }),
  };
}

export function requestEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [
    {
      method: 'POST',
      path: '/rest/servicedeskapi/request',
      handle(call) {
        const parsed = NewRequest.safeParse(call.body);
        if (!parsed.success) throw refuseDesk(400, 'The request is not valid.');
        const { serviceDeskId, requestTypeId, requestFieldValues: values } = parsed.data;
        const project = deskOf(world, serviceDeskId);
        const type = requestTypeOf(project, requestTypeId);
        const { summary, description = '' } = values;
        const bad = typeof summary !== 'string' || summary.trim() === '' || /[\r\n]/.test(summary);
        if (bad || summary.length > 255) throw refuseDesk(400, 'You must specify a valid summary.');
        if (typeof description !== 'string' || description.length > MAX_TEXT) {
          throw refuseDesk(400, 'The description is not valid.');
        }
        const { components, ...filled } = formValues({ state: world.state, project }, type, values);
        const issue = world.acts.create(call.me, {
          project,
          issueTypeId: type.issueTypeId,
          requestTypeId: type.id,
          summary,
          description: textToAdf(fromWiki(description)),
          labels: [],
          priority: project.priority ? 'Medium' : null,
          assigneeId: null,
          properties: { 'request-channel-type': { value: 'API' } },
          values: filled,
          components: z.array(z.string()).catch([]).parse(components),
          ...peopleOf(project, call, parsed.data),
        });
        return { status: 201, body: requestView(world, project, issue) };
      },
    },
  ];
}
