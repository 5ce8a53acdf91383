import type { Effect } from '../../model/effect.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { isReached, type TicketChange, waysTo } from '../../model/ticket.ts';
import type { ServiceNowClient } from './client.ts';
import { categoryOf, oneLine, stateFor } from './fields.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import { listValues, queryValue } from './query.ts';
import { ChoiceRow, RawRecord } from './schema.ts';
import type { FoundRecord, Tickets } from './tickets.ts';

export interface StateParts {
  readonly client: ServiceNowClient;
  readonly tickets: Tickets;
}

/** Resolution codes differ by release; the first of these that the instance has is taken. */
const CLOSE_CODES = ['Solution provided', 'Solved (Permanently)', 'Resolved by request'];

async function readCloseCode(client: ServiceNowClient): Promise<Outcome<string>> {
  const fallback = CLOSE_CODES[0] ?? '';
  const element = queryValue('close_code');
  const isInactive = queryValue('false');
  if (element === null || isInactive === null) return ok(fallback);
  const page = await client.list('sys_choice', {
    query: {
      all: [
        { field: 'name', is: 'IN', values: listValues(['incident', 'task']) },
        { field: 'element', is: '=', value: element },
        { field: 'inactive', is: '=', value: isInactive },
      ],
      orderBy: [{ field: 'sequence' }],
    },
    row: ChoiceRow,
    fields: Object.keys(ChoiceRow.shape),
    limit: 100,
    doing: 'to read its resolution codes',
  });
  if (page.kind === 'retry') return page;
  const rows = page.kind === 'ok' ? page.value.rows : [];
  const codes = rows
    .filter((row) => row.element === 'close_code' && row.value !== '')
    .map((row) => row.value);
  return ok(CLOSE_CODES.find((code) => codes.includes(code)) ?? codes[0] ?? fallback);
}

const categoryNow = ({ table, record }: FoundRecord) =>
  categoryOf(table, record.state.value, record.active?.value);

/** What a change sends beside the state: who asked, and what the data policies demand. */
async function valuesFor(
  change: TicketChange,
  table: FoundRecord['table'],
  closeCode: () => Promise<Outcome<string>>,
): Promise<Outcome<Readonly<Record<string, string>>>> {
  const [best = 'active'] = waysTo(change.status);
  const state = stateFor(table, best);
  const actor = oneLine(change.actor, 100);
  if (change.status !== 'done') return ok({ state, work_notes: `${actor} asked in Slack for this state.` });
  const close_notes = `Resolved from Slack by ${actor}.`;
  if (table !== 'incident') return ok({ state, close_notes });
  const code = await closeCode();
  return code.kind === 'ok' ? ok({ state, close_code: code.value, close_notes }) : code;
}

async function sendChange(
  parts: StateParts,
  change: TicketChange,
  closeCode: () => Promise<Outcome<string>>,
): Promise<Outcome<null>> {
  const found = await parts.tickets.read(change.ticket);
  if (found.kind !== 'ok') return found;
  const { table, sysId, record } = found.value;
  if (isReached(categoryNow(found.value), change.status)) return ok(null);
  const values = await valuesFor(change, table, closeCode);
  if (values.kind !== 'ok') return values;
  const written = await parts.client.update(table, sysId, {
    values: values.value,
    row: RawRecord,
    fields: ['sys_id', 'state', 'active'],
    doing: `to change the state of ${record.number.value}`,
  });
  if (written.kind !== 'ok') return written;
  const state = written.value['state'] ?? '';
  if (isReached(categoryOf(table, state, written.value['active']), change.status)) return ok(null);
  const what = `ServiceNow took the change of ${record.number.value} and kept its state`;
  const advice =
    'A closed record cannot be reopened; else its administrator must let the integration user write state';
  return rejected('forbidden', `${what}. ${advice}.`);
}

/** Moves a ticket to a category. Proof: compare and set; a ticket that is there already is left alone. */
export function createStateEffect(parts: StateParts): Effect<TicketChange, null> {
  let known: string | null = null;
  const closeCode = async (): Promise<Outcome<string>> => {
    if (known !== null) return ok(known);
    const code = await readCloseCode(parts.client);
    if (code.kind === 'ok') known = code.value;
    return code;
  };

  return {
    proof: 'compare-and-set',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: SETTLE_MS,
    send: (change) => sendChange(parts, change, closeCode),
    async find(change) {
      const found = await parts.tickets.read(change.ticket);
      if (found.kind !== 'ok') return found;
      // ok(null) cannot tell "there" from "not there" for an effect without a result; sending again is harmless.
      return ok(null);
    },
  };
}
