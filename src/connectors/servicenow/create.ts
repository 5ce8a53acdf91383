import type { Attempt, Effect } from '../../model/effect.ts';
import type { Log } from '../../model/log.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import type { ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { CORRELATION_DISPLAY, descriptionText, plainWords, summaryText } from './fields.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import type { Maps } from './maps.ts';
import { queryValue } from './query.ts';
import { FoundTicket, RawRecord, ServiceNowTarget, SysId } from './schema.ts';
import { targetFields } from './target-fields.ts';
import type { Tickets } from './tickets.ts';

export interface CreateParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly tickets: Tickets;
  readonly maps: Maps;
  readonly log: Log;
}

type Values = Readonly<Record<string, string>>;

const badTarget = () =>
  rejected(
    'invalid',
    'The queue names no ServiceNow table and group. Correct its target in the configuration: table incident or sc_req_item, and assignment_group.',
  );

function factsOf(draft: TicketDraft): readonly string[] {
  const { name, email } = draft.requester;
  return [
    `Requested by ${name}${email === null ? '' : ` (${email})`}`,
    `Why here: ${draft.reason}`,
    ...(draft.permalink === null ? [] : [`Slack: ${draft.permalink}`]),
  ];
}

async function valuesOf(
  parts: CreateParts,
  target: ServiceNowTarget,
  draft: TicketDraft,
): Promise<Outcome<Values>> {
  const group = await parts.directory.group(target.assignment_group);
  if (group.kind !== 'ok') return group;
  const { email } = draft.requester;
  const person = email === null ? ok(null) : await parts.directory.personByEmail(email);
  if (person.kind !== 'ok') return person;
  const role = target.table === 'incident' ? 'caller_id' : 'requested_for';
  return ok({
    short_description: summaryText(draft.summary),
    description: descriptionText(plainWords(draft.description), factsOf(draft)),
    assignment_group: group.value,
    ...targetFields(target, draft.priority, parts.maps),
    ...(person.value === null ? {} : { [role]: person.value }),
    correlation_display: CORRELATION_DISPLAY,
  });
}

/**
 * The instance drops fields that we may not write and says nothing. Without marker or group the ticket would be lost
 * to us or to its agents; the rest is worth a line in the log.
 */
function checkTaken(parts: CreateParts, sent: Values, record: Values): Outcome<null> {
  const dropped = Object.keys(sent).filter((field) => (record[field] ?? '') === '' && sent[field] !== '');
  const changed = Object.keys(sent).filter(
    (field) => !dropped.includes(field) && record[field] !== sent[field],
  );
  const lost = dropped.filter((field) => field.startsWith('correlation_') || field === 'assignment_group');
  if (lost.length > 0) {
    const what = `ServiceNow created ${record['number'] ?? 'a ticket'} but did not take ${lost.join(' and ')}`;
    const advice =
      'Its administrator must let the integration user write them and remove or complete that ticket';
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

async function sendCreate(
  parts: CreateParts,
  draft: TicketDraft,
  attempt: Attempt,
): Promise<Outcome<TicketRef>> {
  const target = ServiceNowTarget.safeParse(draft.target);
  if (!target.success) return badTarget();
  const { table } = target.data;
  const prepared = await valuesOf(parts, target.data, draft);
  if (prepared.kind !== 'ok') return prepared;
  const values = { ...prepared.value, correlation_id: attempt.marker };
  const created = await parts.client.insert(table, {
    values,
    row: RawRecord,
    fields: ['sys_id', 'number', ...Object.keys(values)],
    doing: `to create a record in ${table}`,
  });
  if (created.kind !== 'ok') return created;
  const sysId = SysId.safeParse(created.value['sys_id']);
  if (!sysId.success)
    return unknownEffect('ServiceNow created a record and did not name it; it is looked up.');
  parts.tickets.remember({ table, sysId: sysId.data });
  const taken = checkTaken(parts, values, created.value);
  if (taken.kind !== 'ok') return taken;
  return ok(parts.tickets.ref({ table, sysId: sysId.data }, created.value['number'] ?? ''));
}

async function findCreated(
  parts: CreateParts,
  draft: TicketDraft,
  attempt: Attempt,
): Promise<Outcome<TicketRef | null>> {
  const target = ServiceNowTarget.safeParse(draft.target);
  const marker = queryValue(attempt.marker);
  if (!target.success || marker === null) return badTarget();
  const { table } = target.data;
  const page = await parts.client.list(table, {
    query: {
      all: [{ field: 'correlation_id', is: '=', value: marker }],
      orderBy: [{ field: 'sys_created_on' }, { field: 'sys_id' }],
    },
    row: FoundTicket,
    fields: Object.keys(FoundTicket.shape),
    limit: 10,
    doing: `to look up a record in ${table}`,
  });
  if (page.kind !== 'ok') return page;
  const { rows, total } = page.value;
  const found = rows.filter((row) => row.correlation_id === marker);
  // A widened or hidden result says nothing about absence, and absence is what allows another create.
  if (found.length < rows.length || (rows.length === 0 && total !== null && total > 0)) {
    const advice = `Let the integration user read all of ${table}, with correlation_id`;
    return rejected('forbidden', `ServiceNow does not let us look for our own tickets. ${advice}.`);
  }
  const [first] = found;
  if (first === undefined) return ok(null);
  if (found.length > 1)
    parts.log.warn({ number: first.number }, 'Several ServiceNow records carry one marker');
  parts.tickets.remember({ table, sysId: first.sys_id });
  return ok(parts.tickets.ref({ table, sysId: first.sys_id }, first.number));
}

/** Opens a record. Proof: our marker in correlation_id. */
export function createTicketEffect(parts: CreateParts): Effect<TicketDraft, TicketRef> {
  return {
    proof: 'marker',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: SETTLE_MS,
    send: (draft, attempt) => sendCreate(parts, draft, attempt),
    find: (draft, attempt) => findCreated(parts, draft, attempt),
  };
}
