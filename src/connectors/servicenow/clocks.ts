import { z } from 'zod';
import type { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  GRANT_SERVICE_LEVELS,
  NO_SUCH_TICKET,
  SERVICE_LEVEL,
  serviceLevelsHidden,
  TO_READ_SERVICE_LEVELS,
} from '../../texts/servicenow-talk.ts';
import type { Clock, Clocks } from '../capabilities.ts';
import type { ServiceNowClient } from './client.ts';
import { oneLine } from './fields.ts';
import { queryValue } from './query.ts';
import { SysId } from './schema.ts';
import { fromUtcText } from './wall-time.ts';

const SlaRow = z.object({
  sys_id: SysId,
  task: z.string(),
  'sla.name': z.string().default(''),
  stage: z.string().default(''),
  active: z.string().default(''),
  has_breached: z.string().default(''),
  planned_end_time: z.string().default(''),
  business_time_left: z.string().default(''),
});
type SlaRow = z.infer<typeof SlaRow>;

const ENDED = new Set(['achieved', 'completed']);

function stateOf({ stage, has_breached, active }: SlaRow): Clock['state'] {
  if (has_breached === 'true' || stage === 'breached') return 'breached';
  if (stage === 'paused') return 'paused';
  return ENDED.has(stage) || active === 'false' ? 'met' : 'running';
}

/** A duration comes as the time since 1970 that it is. */
const durationMs = (text: string) => fromUtcText(text)?.getTime() ?? null;

function clockOf(row: SlaRow, now: Date): Clock {
  const state = stateOf(row);
  const isOver = ENDED.has(row.stage) || row.active === 'false';
  const due = state === 'paused' ? null : fromUtcText(row.planned_end_time);
  const left = due === null ? null : due.getTime() - now.getTime();
  const paused = state === 'paused' ? durationMs(row.business_time_left) : left;
  return {
    name: oneLine(row['sla.name'] || SERVICE_LEVEL, 100),
    state,
    due,
    remainingMs: isOver ? null : paused,
  };
}

/** Service levels of a ticket, from `task_sla`. A cancelled one says nothing and is left out. */
export function createClocks(client: ServiceNowClient, now: () => Date): Clocks {
  return {
    async read(ticket: TicketId): Promise<Outcome<readonly Clock[]>> {
      const value = queryValue(ticket);
      if (value === null || !SysId.safeParse(ticket).success) return rejected('not-found', NO_SUCH_TICKET);
      const page = await client.list('task_sla', {
        query: { all: [{ field: 'task', is: '=', value }], orderBy: [{ field: 'planned_end_time' }] },
        row: SlaRow,
        fields: Object.keys(SlaRow.shape),
        limit: 50,
        doing: TO_READ_SERVICE_LEVELS,
      });
      if (page.kind !== 'ok') return page;
      const { rows, total } = page.value;
      if (rows.some((row) => row.task !== ticket) || (total !== null && rows.length < Math.min(total, 50))) {
        const advice = GRANT_SERVICE_LEVELS;
        return rejected('forbidden', serviceLevelsHidden(advice));
      }
      return ok(rows.filter((row) => row.stage !== 'cancelled').map((row) => clockOf(row, now())));
    },
  };
}
