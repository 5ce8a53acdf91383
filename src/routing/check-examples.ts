import { decide } from './decide.ts';
import type { Conditions, RoutingRequest, RoutingTable } from './table.ts';

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
      const { rule: takenBy } = decide(table, requestFor(when, example));
      return takenBy === rule ? [] : [{ rule, example, index, takenBy }];
    }),
  );
}

function requestFor(when: Conditions, text: string): RoutingRequest {
  const form = Object.entries(when.form ?? {}).map(([field, wanted]) => [field, firstOf(wanted) ?? '']);
  return {
    text,
    channel: firstOf(when.channel) ?? null,
    form: Object.fromEntries(form),
    requester: when.requester?.[0] ?? null,
  };
}

function firstOf<T extends string>(value: T | readonly T[] | undefined): T | undefined {
  return typeof value === 'object' ? value[0] : value;
}
