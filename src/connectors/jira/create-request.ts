import { type Outcome, ok } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import { FORM_HOLDS_NO_MARK, FORM_TAKES_NO_LABELS, FORM_TAKES_NO_ORGANIZATIONS } from '../../texts/jira.ts';
import type { RequestForm } from './create-meta.ts';
import {
  accountsOf,
  type CreateParts,
  chosenPriority,
  postIssue,
  unfit,
  type Values,
  type Wish,
  withPeople,
} from './create-parts.ts';
import { fill, peopleIn, setBy, type Wanted, wantedOf } from './fill.ts';
import type { Accounts, ScreenField } from './form-fields.ts';
import { CreatedRequest } from './schema.ts';
import type { DeskTarget } from './targets.ts';
import { formDescriptionOf, summaryOf } from './ticket-text.ts';
import { withYields } from './yields.ts';

const REQUEST_TYPE = 'com.atlassian.servicedesk:vp-origin';
const PARTICIPANTS = 'com.atlassian.servicedesk:sd-request-participants';
const ORGANIZATIONS = 'com.atlassian.servicedesk:sd-customer-organizations';

const fieldOf = (fields: readonly ScreenField[], custom: string) =>
  fields.find(({ type }) => type.custom === custom) ?? null;

/** Everything that was found out before a request is sent. */
interface Ready {
  readonly target: DeskTarget;
  readonly form: RequestForm;
  readonly wanted: Wanted;
  readonly accounts: Accounts;
  /** Account of whoever it is for; null when Jira cannot tell. */
  readonly requester: string | null;
  readonly participants: readonly string[];
  readonly organizations: readonly string[];
}

/**
 * The create screen that agents see takes the request type as a field (its id, as a plain string): one request then
 * carries the label, the property and everything else. It needs the request type, the labels and all that is to be filled
 * in on that screen, and nothing that only the form's administrator knows. Null where that is not so.
 */
function agentsScreen({ form, wanted, organizations }: Ready): readonly ScreenField[] | null {
  const { screen } = form;
  if (screen === null || fieldOf(screen, REQUEST_TYPE) === null) return null;
  const has = (id: string) => screen.some((field) => field.id === id);
  const isComplete = has('labels') && [...wanted.keys()].every(has);
  const canShare = organizations.length === 0 || fieldOf(screen, ORGANIZATIONS) !== null;
  return isComplete && canShare && !form.fields.some(({ isPreset }) => isPreset) ? screen : null;
}

async function sendAsAgent(
  parts: CreateParts,
  [ready, screen]: readonly [Ready, readonly ScreenField[]],
  wish: Wish,
): Promise<Outcome<TicketRef>> {
  const { target, form, wanted, accounts, requester, participants, organizations } = ready;
  const known = setBy(target);
  const demands = [...form.fields, ...screen];
  const filled = fill(wanted, { fields: screen, demands, known, wiki: false, accounts });
  if ('problem' in filled) return unfit(filled.problem, filled.fields);
  const requestType = fieldOf(screen, REQUEST_TYPE);
  const sharing = fieldOf(screen, ORGANIZATIONS);
  const taking = fieldOf(screen, PARTICIPANTS);
  const values: Values = {
    issuetype: { id: form.issueType },
    ...chosenPriority(parts, [wish[0], target], screen),
    ...filled.values,
    ...(requestType === null ? {} : { [requestType.id]: target.request_type }),
    ...(sharing === null || organizations.length === 0 ? {} : { [sharing.id]: organizations.map(Number) }),
  };
  const takesReporter = screen.some(({ id }) => id === 'reporter');
  const people: Values = {
    ...(requester === null || !takesReporter ? {} : { reporter: { accountId: requester } }),
    ...(taking === null || participants.length === 0
      ? {}
      : { [taking.id]: participants.map((accountId) => ({ accountId })) }),
  };
  return withPeople(people, (some) => postIssue(parts, [target, { ...values, ...some }], wish));
}

/** The portal's own way: plain words, and nothing that is not on the form. */
async function sendAsForm(
  parts: CreateParts,
  ready: Ready,
  [draft, attempt]: Wish,
): Promise<Outcome<TicketRef>> {
  const { target, form, wanted, accounts, requester, participants, organizations } = ready;
  const { fields } = form;
  const takesLabels = fields.some(({ id, isPreset }) => id === 'labels' && !isPreset);
  if (target.labels !== undefined && !takesLabels) return unfit(FORM_TAKES_NO_LABELS);
  const takesWords = fields.some(({ id }) => id === 'description');
  if (!takesWords && !takesLabels) {
    return unfit(FORM_HOLDS_NO_MARK);
  }
  if (organizations.length > 0) return unfit(FORM_TAKES_NO_ORGANIZATIONS);
  const open = fields.filter(({ isPreset }) => !isPreset);
  const filled = fill(wanted, { fields: open, demands: fields, known: setBy(target), wiki: true, accounts });
  if ('problem' in filled) return unfit(filled.problem, filled.fields);
  const people: Values = {
    ...(requester === null || !form.canRaiseFor ? {} : { raiseOnBehalfOf: requester }),
    ...(participants.length === 0 || !form.canAddParticipants
      ? {}
      : { requestParticipants: [...participants] }),
  };
  return withPeople(people, async (some) => {
    const created = await parts.clients.bridge.write(CreatedRequest, ({ desk }) =>
      desk.request.createCustomerRequest({
        serviceDeskId: target.service_desk,
        requestTypeId: target.request_type,
        requestFieldValues: {
          ...filled.values,
          ...chosenPriority(parts, [draft, target], open),
          summary: summaryOf(draft),
          ...(takesWords ? { description: formDescriptionOf(draft, attempt) } : {}),
          ...(takesLabels ? { labels: [...new Set([...(target.labels ?? []), attempt.marker])] } : {}),
        },
        ...some,
      }),
    );
    return created.kind === 'ok' ? ok(parts.refOf(created.value.issueId, created.value.issueKey)) : created;
  });
}

/** A form that Jira does not show to us asks for a summary and a description, as every form does. */
const PLAIN_FORM: RequestForm = {
  name: '',
  issueType: '',
  fields: ['summary', 'description'].map((id) => ({
    id,
    name: id,
    required: false,
    hint: '',
    type: { type: 'string' },
    choices: null,
    isPreset: false,
  })),
  canRaiseFor: false,
  canAddParticipants: false,
  screen: null,
};

/** Accounts of those who shall hear of it, as far as Jira shows exactly one. */
async function participantsOf(
  { requesters }: CreateParts,
  target: DeskTarget,
  { participants = [] }: TicketDraft,
): Promise<Outcome<readonly string[]>> {
  const accounts = new Set<string>();
  for (const person of participants) {
    const found = await requesters.person(person, target.service_desk);
    if (found.kind !== 'ok') return found;
    if (found.value !== null) accounts.add(found.value);
  }
  return ok([...accounts]);
}

async function readied(parts: CreateParts, target: DeskTarget, draft: TicketDraft): Promise<Outcome<Ready>> {
  const read = await parts.meta.desk(target);
  if (read.kind !== 'ok') return read;
  const form = read.value ?? PLAIN_FORM;
  const wanted = wantedOf(target, draft);
  const names = peopleIn(wanted, [...form.fields, ...(form.screen ?? [])]);
  const accounts = await accountsOf(parts, names, target.service_desk);
  if (accounts.kind !== 'ok') return accounts;
  const participants = await participantsOf(parts, target, draft);
  if (participants.kind !== 'ok') return participants;
  const requester = form.canRaiseFor ? await parts.requesters.of(draft, target.service_desk) : ok(null);
  if (requester.kind !== 'ok') return requester;
  return ok({
    target,
    form,
    wanted,
    accounts: accounts.value,
    requester: requester.value,
    participants: participants.value,
    organizations: [...new Set([...(target.organizations ?? []), ...(draft.organizations ?? [])])].filter(
      (id) => /^\d{1,19}$/.test(id),
    ),
  });
}

/** A request of a service desk, by the way that carries more. */
export async function sendRequest(
  parts: CreateParts,
  target: DeskTarget,
  wish: Wish,
): Promise<Outcome<TicketRef>> {
  const ready = await readied(parts, target, wish[0]);
  if (ready.kind !== 'ok') return ready;
  const screen = agentsScreen(ready.value);
  const { form } = ready.value;
  const takesLabels = form.fields.some(({ id, isPreset }) => id === 'labels' && !isPreset);
  const placed = withYields(target, wish[0], {
    maps: parts.maps[target.project],
    fields: screen ?? form.fields,
    takesLabels: screen !== null || takesLabels,
  });
  const wanted = wantedOf(placed.target, placed.draft);
  const full: Ready = { ...ready.value, target: placed.target, wanted };
  const said: Wish = [placed.draft, wish[1]];
  return screen === null ? sendAsForm(parts, full, said) : sendAsAgent(parts, [full, screen], said);
}
