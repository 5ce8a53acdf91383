import { type Outcome, ok } from '../../model/outcome.ts';
import type { Clock, Clocks } from '../capabilities.ts';
import type { JiraClients } from './clients.ts';
import { readPages } from './desk-pages.ts';
import { isOnDesk, noneIfNoRequest } from './requests.ts';
import { Sla } from './schema-desk.ts';

/** The cycle that runs, else the last one that ended; none before the first begins. */
function clockOf({ name, ongoingCycle, completedCycles }: Sla): readonly Clock[] {
  if (ongoingCycle) {
    const { paused, breached, breachTime, remainingTime } = ongoingCycle;
    const state = breached ? 'breached' : paused ? 'paused' : 'running';
    return [
      { name, state, due: paused ? null : (breachTime ?? null), remainingMs: remainingTime?.millis ?? null },
    ];
  }
  const last = (completedCycles ?? []).toSorted(
    (a, b) => (a.stopTime?.getTime() ?? 0) - (b.stopTime?.getTime() ?? 0),
  );
  const ended = last.at(-1);
  if (ended === undefined) return [];
  const state = ended.breached ? 'breached' : 'met';
  return [{ name, state, due: ended.breachTime ?? null, remainingMs: null }];
}

/** Service levels, which Jira shows to agents of the service desk. */
export function createClocks({ reader }: JiraClients): Clocks {
  return {
    async read(ticket): Promise<Outcome<readonly Clock[]>> {
      const onDesk = await isOnDesk(reader, ticket);
      if (onDesk.kind !== 'ok') return onDesk;
      if (!onDesk.value) return ok([]);
      const all = noneIfNoRequest(
        await readPages(reader, Sla, ({ desk }, page) =>
          desk.request.getSlaInformation({ issueIdOrKey: ticket, ...page }),
        ),
      );
      return all.kind === 'ok' ? ok(all.value.flatMap(clockOf)) : all;
    },
  };
}
