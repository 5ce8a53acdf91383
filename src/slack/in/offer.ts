import type { Context } from '@slack/bolt';
import type { Intake } from '../../model/intake.ts';

/** The place in Bolt's context into which a listener puts what it understood. */
export const OFFERS = 'deskbridgeOffers';

/** Set while somebody waits for the answer to this very call, and not when it is read again from what was stored. */
export const AT_DOOR = 'deskbridgeAtDoor';

export const isAtDoor = (context: Context): boolean => context[AT_DOOR] === true;

/** Says what the current call means. Bolt's context is open to any name, so what stands there is checked. */
export function offer(context: Context, intake: Intake): void {
  const offers: unknown = context[OFFERS];
  if (!Array.isArray(offers))
    throw new Error('A Slack listener ran outside of a call that waits for its meaning');
  offers.push(intake);
}
