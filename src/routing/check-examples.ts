import { type Conditions, listOf } from './conditions.ts';
import { decide } from './decide.ts';
import { isWithin } from './hours.ts';
import { type RoutingRequest, type RoutingTable, textAlone } from './table.ts';

/** An example that another rule catches. */
export interface MisroutedExample {
  /** The rule that promises to take it, or `default`. */
  readonly rule: string;
  readonly example: string;
  /** Position in the rule's `examples`. */
  readonly index: number;
  /** The rule that takes it instead, or `default`. */
  readonly takenBy: string;
}

/** Routes every example of the table, in the channel, form and name that its own rule asks for; answers all that miss. */
export function checkExamples(table: RoutingTable): readonly MisroutedExample[] {
  const promises = [
    ...table.rules.map(({ name, when, examples }) => ({ rule: name, when, examples })),
    { rule: 'default', when: {}, examples: table.default.examples },
  ];
  return promises.flatMap(({ rule, when, examples }) =>
    examples.flatMap((example, index) => {
      const { rule: takenBy } = decide(table, requestFor(table, when, example));
      return takenBy === rule ? [] : [{ rule, example, index, takenBy }];
    }),
  );
}

/** A request that holds every condition of a rule but those on its words. */
function requestFor(table: RoutingTable, when: Conditions, text: string): RoutingRequest {
  const form = Object.entries(when.form ?? {}).map(([field, wanted]) => [field, listOf(wanted)[0] ?? '']);
  const { door, channel, area, kind, department, groups, tier } = when;
  const first = <T extends string>(value: T | readonly T[] | undefined): T | null =>
    value === undefined ? null : (listOf(value)[0] ?? null);
  return {
    ...textAlone(text),
    door: first(door),
    channel: first(channel),
    form: { ...Object.fromEntries(form), ...(area === undefined ? {} : { area: first(area) ?? '' }) },
    requester: when.requester?.[0] ?? null,
    person: {
      department: first(department),
      groups: groups === undefined ? [] : listOf(groups),
      tier: first(tier),
    },
    urgent: when.urgent ?? false,
    at: momentFor(table, when) ?? new Date(0),
    kind: first(kind),
  };
}

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 7 * 24;
/** A Monday; every hour of the week after it is tried, and weeks are alike but for holidays. */
const SOME_MONDAY = Date.UTC(2024, 0, 1);

/** A moment at which the conditions on time hold; null when there is none in a week. */
export function momentFor({ hours }: RoutingTable, when: Conditions): Date | null {
  const within = when.hours === undefined ? undefined : hours[when.hours];
  const outside = when.outside_hours === undefined ? undefined : hours[when.outside_hours];
  const moments = Array.from({ length: WEEK_HOURS * 2 }, (_, n) => new Date(SOME_MONDAY + (n * HOUR_MS) / 2));
  const fits = (at: Date) =>
    (within === undefined || isWithin(within, at)) && (outside === undefined || !isWithin(outside, at));
  return moments.find(fits) ?? null;
}
