import type { TicketId } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { PRIORITIES, type Priority } from '../../model/ticket.ts';
import type { Priorities } from '../capabilities.ts';
import type { Choice, Choices } from './choices.ts';
import type { Maps } from './maps.ts';
import type { Tickets } from './tickets.ts';

interface PriorityParts {
  readonly tickets: Tickets;
  readonly choices: Choices;
  readonly maps: Maps;
}

/** What a label means: by its value as the maps say, or by where it stands in the instance's own order. */
export function createPriorities({ tickets, choices, maps }: PriorityParts): Priorities {
  return {
    async meaning(
      ticket: TicketId,
      names: readonly string[],
    ): Promise<Outcome<ReadonlyMap<string, Priority>>> {
      const found = await tickets.read(ticket);
      if (found.kind !== 'ok') return found;
      const { table, record } = found.value;
      const read = await choices.labelled(table, 'priority');
      if (read.kind !== 'ok') return read;
      const { value: now = '', display_value: shown = '' } = record.priority ?? {};
      // Where the choices may not be read, the record itself still says what its own label stands for.
      const all = [...read.value, ...(now === '' ? [] : [{ value: now, label: shown || now }])];
      const byValue = new Map<string, Priority>(
        PRIORITIES.flatMap((priority) => {
          const value = maps[table].priorities[priority];
          return value === undefined ? [] : [[value, priority]];
        }),
      );
      return ok(
        new Map(
          names.flatMap((name): (readonly [string, Priority])[] => {
            const value = all.find(({ label }) => label === name)?.value ?? name;
            const meant = byValue.get(value) ?? between(value, read.value, byValue);
            return meant === null ? [] : [[name, meant]];
          }),
        ),
      );
    },
  };
}

/** One that the maps leave out is as urgent as the next one above it in the instance's list, which goes from the most urgent on. */
function between(
  value: string,
  choices: readonly Choice[],
  byValue: ReadonlyMap<string, Priority>,
): Priority | null {
  const at = choices.findIndex((choice) => choice.value === value);
  if (at < 0) return null;
  const known = choices.map((choice) => byValue.get(choice.value));
  return (
    known.slice(0, at).findLast((one) => one !== undefined) ??
    known.slice(at).find((one) => one !== undefined) ??
    null
  );
}
