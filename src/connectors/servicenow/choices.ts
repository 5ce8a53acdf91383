import { mapped, type Outcome, ok } from '../../model/outcome.ts';
import { TO_READ_CHOICES } from '../../texts/servicenow-tickets.ts';
import type { ServiceNowClient } from './client.ts';
import { listValues, queryValue } from './query.ts';
import { ChoiceRow } from './schema.ts';
import type { TicketTable } from './tables.ts';

export type ChoiceField = 'state' | 'close_code' | 'hold_reason' | 'priority' | 'impact' | 'urgency';

/** What the choice fields of an instance may hold. The API itself stores any value there, whether it means something or not. */
export interface Choices {
  /** In the order of the form; empty when the instance does not tell, and then nothing can be checked. Remembered. */
  of(table: TicketTable, element: ChoiceField): Promise<Outcome<readonly string[]>>;
  /** The same with what agents read. */
  labelled(table: TicketTable, element: ChoiceField): Promise<Outcome<readonly Choice[]>>;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

async function readChoices(
  client: ServiceNowClient,
  table: TicketTable,
  element: string,
): Promise<Outcome<readonly Choice[]>> {
  const [value, isInactive] = [queryValue(element), queryValue('false')];
  if (value === null || isInactive === null) return ok([]);
  const page = await client.list('sys_choice', {
    query: {
      all: [
        { field: 'name', is: 'IN', values: listValues([table, 'task']) },
        { field: 'element', is: '=', value },
        { field: 'inactive', is: '=', value: isInactive },
      ],
      orderBy: [{ field: 'sequence' }],
    },
    row: ChoiceRow,
    fields: Object.keys(ChoiceRow.shape),
    limit: 200,
    doing: TO_READ_CHOICES,
  });
  if (page.kind === 'retry') return page;
  const rows = page.kind === 'ok' ? page.value.rows.filter((row) => row.element === element) : [];
  // A table's own choices replace those that it inherits.
  const own = rows.filter((row) => row.name === table);
  const there = (own.length > 0 ? own : rows).filter((row) => row.value !== '');
  return ok(there.map(({ value: choice, label }) => ({ value: choice, label: label || choice })));
}

export function createChoices(client: ServiceNowClient): Choices {
  const known = new Map<string, readonly Choice[]>();
  async function labelled(table: TicketTable, element: ChoiceField): Promise<Outcome<readonly Choice[]>> {
    const kept = known.get(`${table}.${element}`);
    if (kept !== undefined) return ok(kept);
    const read = await readChoices(client, table, element);
    if (read.kind === 'ok') known.set(`${table}.${element}`, read.value);
    return read;
  }
  return {
    labelled,
    of: async (table, element) =>
      mapped(await labelled(table, element), (choices) => choices.map(({ value }) => value)),
  };
}
