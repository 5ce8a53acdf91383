import type { DeliveryId } from '../model/ids.ts';
import { planSlack } from './from-slack.ts';
import { planTicket } from './from-ticket.ts';
import type { Known, Observed } from './observed.ts';
import type { Step } from './steps.ts';

/**
 * What to do, given what we know and what the world shows. Pure: same input, same steps. Asked only while no operation
 * of the link waits for its proof, so that nothing of our own can be taken for somebody else's.
 */
export function plan(known: Known, observed: Observed): readonly Step[] {
  const fromSlack = planSlack(known, observed.deliveries);
  const fromTicket = observed.ticket === null ? [] : planTicket(known, observed.ticket);
  return [...fromSlack, ...fromTicket];
}

/** A delivery that cannot be planned because of a fault of ours. */
export interface Unplannable {
  readonly id: DeliveryId;
  readonly error: unknown;
}

/**
 * The same, without what fails each time that it is looked at: one message that we are not made for stops nobody else.
 * `seen`: the ticket's reading was planned, too.
 * @throws when the fault is in nothing that could be left out
 */
export function planWhatCanBe(
  known: Known,
  observed: Observed,
): { readonly steps: readonly Step[]; readonly apart: readonly Unplannable[]; readonly seen: boolean } {
  const { deliveries, ticket } = observed;
  try {
    return { steps: plan(known, observed), apart: [], seen: ticket !== null };
  } catch (error) {
    const apart = deliveries.flatMap((delivery) => faultIn(known, delivery));
    const bad = new Set<string>(apart.map(({ id }) => id));
    const good = deliveries.filter(({ id }) => !bad.has(id));
    if (apart.length === 0 && (ticket === null || good.length === 0)) throw error;
    // The ticket has its turn in the next round, alone.
    return { steps: plan(known, { deliveries: good, ticket: null }), apart, seen: false };
  }
}

function faultIn(known: Known, delivery: Observed['deliveries'][number]): Unplannable[] {
  try {
    plan(known, { deliveries: [delivery], ticket: null });
    return [];
  } catch (error) {
    return [{ id: delivery.id, error }];
  }
}
