import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { noIssueType } from '../../texts/jira.ts';
import type { JiraClient } from './client.ts';
import { fieldOfForm, fieldOfScreen, type ScreenField } from './form-fields.ts';
import { CreateMetaTypes } from './schema.ts';
import { CreateMetaFields, RequestType, RequestTypeFields } from './schema-forms.ts';
import type { DeskTarget, PlatformTarget } from './targets.ts';

/** What can be filled in when a ticket is made; null where Jira refuses to tell, which is no obstacle. */
export interface Screen {
  readonly name: string;
  readonly fields: readonly ScreenField[];
}

export interface RequestForm extends Screen {
  readonly issueType: string;
  readonly canRaiseFor: boolean;
  readonly canAddParticipants: boolean;
  /** The create screen that agents see of the same issue type; null where it is not shown to our account. */
  readonly screen: readonly ScreenField[] | null;
}

export interface CreateMeta {
  platform(target: PlatformTarget, how?: Reading): Promise<Outcome<Screen | null>>;
  desk(target: DeskTarget, how?: Reading): Promise<Outcome<RequestForm | null>>;
  /** Forgets what was read before `since` (performance.now()); answers whether there was any such thing. */
  forget(target: PlatformTarget | DeskTarget, since: number): boolean;
}

/** `anew`: Jira is asked, whatever is remembered. */
type Reading = 'anew' | 'remembered';

/** Forms change rarely; whatever is refused by an old memory is tried once more with what is true now. */
const REMEMBER_MS = 10 * 60_000;
const PAGE = 200;
const MAX_FIELDS = 2000;

/** All fields of a create screen. */
async function screenFields(
  client: JiraClient,
  project: string,
  issueType: string,
): Promise<Outcome<readonly ScreenField[]>> {
  const found: ScreenField[] = [];
  while (found.length < MAX_FIELDS) {
    const page = await client.read(CreateMetaFields, ({ cloud }) =>
      cloud.issues.getCreateIssueMetaIssueTypeId({
        projectIdOrKey: project,
        issueTypeId: issueType,
        startAt: found.length,
        maxResults: PAGE,
      }),
    );
    if (page.kind !== 'ok') return page;
    const { fields, total } = page.value;
    found.push(...fields.map(fieldOfScreen));
    if (fields.length === 0 || found.length >= (total ?? 0)) break;
  }
  return ok(found);
}

/** A refusal to tell is nothing; an outage is one. */
function orNothing<T>(outcome: Outcome<T>): Outcome<T | null> {
  return outcome.kind === 'rejected' ? ok(null) : outcome;
}

async function readScreen(client: JiraClient, target: PlatformTarget): Promise<Outcome<Screen | null>> {
  const types = await client.read(CreateMetaTypes, ({ cloud }) =>
    cloud.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: target.project, maxResults: PAGE }),
  );
  if (types.kind !== 'ok') return orNothing(types);
  const wanted = target.issue_type.toLowerCase();
  const type = types.value.find((one) => one.name.toLowerCase() === wanted);
  if (type === undefined) {
    const names = types.value.map((one) => one.name).join(', ');
    return rejected('invalid', noIssueType(target.project, target.issue_type, names || 'none'));
  }
  const fields = orNothing(await screenFields(client, target.project, type.id));
  if (fields.kind !== 'ok' || fields.value === null) return fields.kind === 'ok' ? ok(null) : fields;
  return ok({ name: `${target.project}: ${type.name}`, fields: fields.value });
}

async function readForm(client: JiraClient, target: DeskTarget): Promise<Outcome<RequestForm | null>> {
  const { service_desk: serviceDeskId, request_type: requestTypeId } = target;
  const form = await client.read(RequestTypeFields, ({ desk }) =>
    desk.servicedesk.getRequestTypeFields({ serviceDeskId, requestTypeId: Number(requestTypeId) }),
  );
  if (form.kind !== 'ok') return orNothing(form);
  const type = await client.read(RequestType, ({ desk }) =>
    desk.servicedesk.getRequestTypeById({ serviceDeskId, requestTypeId }),
  );
  if (type.kind !== 'ok') return orNothing(type);
  const { name, issueTypeId } = type.value;
  const screen = orNothing(await screenFields(client, target.project, issueTypeId));
  if (screen.kind !== 'ok') return screen;
  const { requestTypeFields, canRaiseOnBehalfOf, canAddRequestParticipants } = form.value;
  return ok({
    name,
    issueType: issueTypeId,
    fields: requestTypeFields.map(fieldOfForm),
    canRaiseFor: canRaiseOnBehalfOf,
    canAddParticipants: canAddRequestParticipants,
    screen: screen.value,
  });
}

function createMemory<T>() {
  const known = new Map<string, { readonly at: number; readonly value: T }>();
  return {
    async get(key: string, how: Reading, ask: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
      const memory = known.get(key);
      if (how === 'remembered' && memory !== undefined && performance.now() < memory.at + REMEMBER_MS)
        return ok(memory.value);
      const answer = await ask();
      if (answer.kind !== 'ok') return answer;
      // What Jira refuses to tell may be allowed at any moment.
      if (answer.value !== null) known.set(key, { at: performance.now(), value: answer.value });
      return answer;
    },
    forget: (key: string, since: number) => (known.get(key)?.at ?? since) < since && known.delete(key),
  };
}

const screenKey = ({ project, issue_type: type }: PlatformTarget) => `${project} ${type}`;
const formKey = (target: DeskTarget) => `${target.service_desk} ${target.request_type} ${target.project}`;

export function createMetaReader(client: JiraClient): CreateMeta {
  const screens = createMemory<Screen | null>();
  const forms = createMemory<RequestForm | null>();
  return {
    platform: (target, how = 'remembered') =>
      screens.get(screenKey(target), how, () => readScreen(client, target)),
    desk: (target, how = 'remembered') => forms.get(formKey(target), how, () => readForm(client, target)),
    forget: (target, since) =>
      'service_desk' in target
        ? forms.forget(formKey(target), since)
        : screens.forget(screenKey(target), since),
  };
}
