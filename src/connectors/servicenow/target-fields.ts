import type { Priority } from '../../model/ticket.ts';
import { type Levels, levelsFor, type Maps, PRIORITIES } from './maps.ts';
import type { ServiceNowTarget } from './schema.ts';

const MIDDLE: Levels = { impact: '2', urgency: '2' };

/** The fields of a new record that a target and a priority decide, apart from the group. */
export function targetFields(
  target: ServiceNowTarget,
  priority: Priority,
  maps: Maps,
): Readonly<Record<string, string>> {
  const wanted = maps[target.table].priorities[priority] ?? PRIORITIES[priority];
  if (target.table === 'sc_req_item') {
    return { priority: wanted, ...(target.cat_item === undefined ? {} : { cat_item: target.cat_item }) };
  }
  const { impact, urgency } = levelsFor(wanted, MIDDLE) ?? MIDDLE;
  return {
    impact: String(target.impact ?? impact),
    urgency: String(target.urgency ?? urgency),
    ...(target.category === undefined ? {} : { category: target.category }),
  };
}
