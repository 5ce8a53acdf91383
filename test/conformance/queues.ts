import { describe, test } from 'node:test';
import type { BackendAddress } from '../queues/backend-address.ts';
import { createBench, type QueueBench } from '../queues/bench.ts';
import { jobRules } from './queue-rules/jobs.ts';
import { outageRules } from './queue-rules/outages.ts';
import { ringRules } from './queue-rules/rings.ts';
import { tickRules } from './queue-rules/ticks.ts';

type Rule = (bench: QueueBench) => Promise<void>;

/** What the bell promises, whatever it hangs on. `fresh` gives every rule an empty, migrated backend of its own. */
export function queuesConformance(label: string, fresh: () => Promise<BackendAddress>): void {
  const rules: Readonly<Record<string, Rule>> = { ...ringRules, ...jobRules, ...tickRules, ...outageRules };
  describe(`queues on ${label}`, () => {
    for (const [name, rule] of Object.entries(rules)) {
      test(name, { timeout: 60_000 }, () => withBench(fresh, rule));
    }
  });
}

/** Runs one rule on a fresh backend and closes whatever it opened. */
export async function withBench(fresh: () => Promise<BackendAddress>, rule: Rule): Promise<void> {
  const bench = createBench(await fresh());
  try {
    await rule(bench);
  } finally {
    await bench.end();
  }
}
