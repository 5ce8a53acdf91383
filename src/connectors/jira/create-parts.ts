import type { Attempt } from '../../model/effect.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import { cannotBeMade } from '../../texts/jira.ts';
import { toAdf } from './adf-write.ts';
import type { JiraClients } from './clients.ts';
import type { CreateMeta } from './create-meta.ts';
import { priorityValue } from './fields.ts';
import type { Accounts, ScreenField } from './form-fields.ts';
import type { JiraMaps } from './maps.ts';
import { isAccount, type Requesters } from './requester.ts';
import { CreatedIssue } from './schema.ts';
import type { JiraTarget } from './targets.ts';
import { descriptionOf, summaryOf } from './ticket-text.ts';

/** Set in the same request that creates the issue, so that the bridge's tickets can be told by anybody. */
const LINK_PROPERTY = 'deskbridge.link';
export interface CreateParts {
  readonly clients: JiraClients;
  readonly requesters: Requesters;
  readonly meta: CreateMeta;
  readonly refOf: (id: string, key: string) => TicketRef;
  readonly maps: JiraMaps;
}

export type Wish = readonly [TicketDraft, Attempt];
/** Values by field id, as Jira takes them. */
export type Values = Readonly<Record<string, unknown>>;

export const unfit = (what: string, fields: Readonly<Record<string, string>> = {}) =>
  rejected('invalid', cannotBeMade(what), fields);

/** What the priority is called there; nothing where the screen has none. */
export function chosenPriority(
  { maps }: CreateParts,
  [draft, target]: readonly [TicketDraft, JiraTarget],
  fields: readonly ScreenField[],
): Values {
  const choices = fields.find(({ id }) => id === 'priority')?.choices ?? [];
  const allowed = choices.map(({ id, label }) => ({ id, name: label }));
  const configured = maps[target.project]?.priorities?.[draft.priority];
  const found = priorityValue(draft.priority, allowed, configured);
  return found === null ? {} : { priority: { id: found.id } };
}

/** Accounts of the people whom the answers name, where exactly one can be meant. */
export async function accountsOf(
  { requesters }: CreateParts,
  names: readonly string[],
  desk: string | null,
): Promise<Outcome<Accounts>> {
  const accounts = new Map<string, string>();
  for (const name of names) {
    const isAddress = name.includes('@');
    const found = isAddress ? await requesters.withAddress(name, desk) : ok(isAccount(name) ? name : null);
    if (found.kind !== 'ok') return found;
    if (found.value !== null) accounts.set(name, found.value);
  }
  return ok(accounts);
}

/**
 * Sends with the people of the ticket; when Jira refuses that, which surely had no effect, without them: whether somebody
 * may be the reporter there only Jira knows, and the description names him anyhow.
 */
export async function withPeople<T>(
  people: Values,
  send: (people: Values) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const sent = await send(people);
  const isRefused = sent.kind === 'rejected' && (sent.code === 'invalid' || sent.code === 'forbidden');
  return isRefused && Object.keys(people).length > 0 ? send({}) : sent;
}

/** The one request that makes an issue and marks it as ours. */
export async function postIssue(
  { clients, refOf }: CreateParts,
  [target, values]: readonly [JiraTarget, Values],
  [draft, attempt]: Wish,
): Promise<Outcome<TicketRef>> {
  const { marker } = attempt;
  const created = await clients.bridge.write(CreatedIssue, ({ cloud }) =>
    cloud.issues.createIssue({
      fields: {
        ...values,
        project: { key: target.project },
        summary: summaryOf(draft),
        description: toAdf(descriptionOf(draft, attempt)),
        labels: [...new Set([...(target.labels ?? []), marker])],
      },
      properties: [{ key: LINK_PROPERTY, value: { marker, permalink: draft.permalink ?? '' } }],
    }),
  );
  return created.kind === 'ok' ? ok(refOf(created.value.id, created.value.key)) : created;
}
