import type { Priority } from '../../model/ticket.ts';
import { type Levels, levelsFor, type Maps, PRIORITIES } from './maps.ts';
import type { ServiceNowTarget } from './schema.ts';

const MIDDLE: Levels = { impact: '2', urgency: '2' };

type Fields = Readonly<Record<string, string>>;

const levelsOf = ({
  impact,
  urgency,
}: {
  impact?: number | undefined;
  urgency?: number | undefined;
}): Fields => ({
  ...(impact === undefined ? {} : { impact: String(impact) }),
  ...(urgency === undefined ? {} : { urgency: String(urgency) }),
});

/** The fields of a new record that a target and a priority decide, apart from the group. */
export function targetFields(target: ServiceNowTarget, priority: Priority, maps: Maps): Fields {
  const wanted = maps[target.table].priorities[priority] ?? PRIORITIES[priority];
  switch (target.table) {
    case 'sc_req_item':
      return { priority: wanted };
    case 'change_request':
      return { priority: wanted, type: target.type, ...levelsOf(target) };
    case 'sn_si_incident':
      return { priority: wanted, ...levelsOf(target), ...categoryOf(target) };
    case 'incident':
      return { ...(levelsFor(wanted, MIDDLE) ?? MIDDLE), ...levelsOf(target), ...categoryOf(target) };
  }
}

const categoryOf = ({ category }: { category?: string | undefined }): Fields =>
  category === undefined ? {} : { category };
