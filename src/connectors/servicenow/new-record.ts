import { z } from 'zod';
import type { Log } from '../../model/log.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { tagsIn } from '../../model/route.ts';
import type { TicketDraft } from '../../model/ticket.ts';
import {
  createdWithout,
  INSTALL_PLUGIN,
  LET_WRITE_THEM,
  noTable,
  requestedBy,
  toList,
  whyHere,
} from '../../texts/servicenow-tickets.ts';
import { TAG_LABELS } from '../../texts/tags.ts';
import type { ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { CORRELATION_DISPLAY, descriptionText, oneLine, plainWords, summaryText } from './fields.ts';
import type { Maps } from './maps.ts';
import type { People } from './people.ts';
import type { ServiceNowTarget, SysId } from './schema.ts';
import { PLUGINS, type TicketTable } from './tables.ts';
import { targetFields } from './target-fields.ts';
import type { Tickets } from './tickets.ts';

export interface CreateParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly people: People;
  readonly tickets: Tickets;
  readonly maps: Maps;
  readonly log: Log;
}

export type Values = Readonly<Record<string, string>>;

/** Where a table names whom a record is for. */
const ROLES: Readonly<Partial<Record<TicketTable, string>>> = {
  incident: 'caller_id',
  sc_req_item: 'requested_for',
  change_request: 'requested_by',
};

/** Tags that have a field of their own here, and those that have to be said in words. */
function tagsOf(table: TicketTable, { tags = {} }: TicketDraft, maps: Maps) {
  const fields = maps[table].tags;
  const all = tagsIn(tags).map(([name, value]) => ({ name, value, field: fields[name] }));
  return {
    values: Object.fromEntries(
      all.flatMap(({ field, value }) => (field === undefined ? [] : [[field, oneLine(value)]])),
    ),
    words: all.flatMap(({ name, value, field }) =>
      field === undefined ? [`${TAG_LABELS[name]}: ${value}`] : [],
    ),
  };
}

function factsOf(draft: TicketDraft, words: readonly string[]): readonly string[] {
  const { name, email } = draft.requester;
  return [
    requestedBy(name, email === null ? '' : ` (${email})`),
    whyHere(draft.reason),
    ...words,
    ...(draft.permalink === null ? [] : [`Slack: ${draft.permalink}`]),
  ];
}

/** The user whom a ticket is for: by his linked account, else the only one with his address; null when nobody is proven. */
export async function requesterOf(
  { people, directory }: Pick<CreateParts, 'people' | 'directory'>,
  { account = null, email }: TicketDraft['requester'],
): Promise<Outcome<SysId | null>> {
  const linked = account === null ? ok(null) : await people.byAccount(account);
  if (linked.kind === 'retry') return linked;
  if (linked.kind === 'ok' && linked.value !== null) return ok(linked.value.sys_id);
  return email === null ? ok(null) : directory.personByEmail(email);
}

/** Those who shall hear of it, as far as the instance knows exactly one user for each. */
async function watchersOf(
  parts: CreateParts,
  { participants = [] }: TicketDraft,
): Promise<Outcome<readonly SysId[]>> {
  const watchers = new Set<SysId>();
  for (const person of participants) {
    const found = await requesterOf(parts, person);
    if (found.kind !== 'ok') return found;
    if (found.value !== null) watchers.add(found.value);
  }
  return ok([...watchers]);
}

/** What a new record holds, apart from our marker. */
export async function valuesOf(
  parts: CreateParts,
  target: ServiceNowTarget,
  draft: TicketDraft,
): Promise<Outcome<Values>> {
  const group = await parts.directory.group(draft.group ?? target.assignment_group);
  if (group.kind !== 'ok') return group;
  const person = await requesterOf(parts, draft.requester);
  if (person.kind !== 'ok') return person;
  const role = ROLES[target.table];
  const watchers = await watchersOf(parts, draft);
  if (watchers.kind !== 'ok') return watchers;
  const tags = tagsOf(target.table, draft, parts.maps);
  return ok({
    short_description: summaryText(draft.summary),
    description: descriptionText(plainWords(draft.description), factsOf(draft, tags.words)),
    assignment_group: group.value,
    ...targetFields(target, draft.priority, parts.maps),
    ...tags.values,
    ...(person.value === null || role === undefined ? {} : { [role]: person.value }),
    ...(watchers.value.length === 0 ? {} : { watch_list: watchers.value.join(',') }),
    correlation_display: CORRELATION_DISPLAY,
  });
}

/**
 * The instance drops fields that we may not write and says nothing. Without marker or group the ticket would be lost
 * to us or to its agents; the rest is worth a line in the log.
 */
export function checkTaken(parts: Pick<CreateParts, 'log'>, sent: Values, record: Values): Outcome<null> {
  const dropped = Object.keys(sent).filter((field) => (record[field] ?? '') === '' && sent[field] !== '');
  const changed = Object.keys(sent).filter(
    (field) => !dropped.includes(field) && record[field] !== sent[field],
  );
  const lost = dropped.filter((field) => field.startsWith('correlation_') || field === 'assignment_group');
  if (lost.length > 0) {
    const what = createdWithout(record['number'] ?? 'a ticket', lost.join(' and '));
    const advice = LET_WRITE_THEM;
    return rejected('forbidden', `${what}. ${advice}.`);
  }
  if (dropped.length + changed.length > 0) {
    parts.log.warn(
      { number: record['number'], dropped, changed },
      'ServiceNow did not take some fields of a new ticket',
    );
  }
  return ok(null);
}

/** A refusal of a table that only a plugin brings: is the table there at all? */
export async function namedAbsence<T>(
  client: ServiceNowClient,
  table: TicketTable,
  outcome: Outcome<T>,
): Promise<Outcome<T>> {
  const plugin = PLUGINS[table];
  if (plugin === undefined || outcome.kind !== 'rejected' || outcome.code !== 'invalid') return outcome;
  const probe = { query: { all: [] }, row: z.object({}), fields: ['sys_id'], limit: 1 } as const;
  const seen = await client.list(table, { ...probe, doing: toList(table) });
  if (seen.kind !== 'rejected' || seen.code !== 'invalid') return outcome;
  const advice = INSTALL_PLUGIN;
  return rejected('invalid', noTable(table, plugin, advice));
}
