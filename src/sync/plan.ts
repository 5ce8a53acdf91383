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
