import { readChannels } from './read-channels.ts';
import { readThreads } from './read-threads.ts';
import type { World } from './world.ts';

/** After an absence of this long any message may have been edited meanwhile. */
const ABSENT_MINUTES = 3;

/**
 * Finds what Slack's events did not bring. Channels show which threads are behind; those are read whole, and then, in
 * turn, all others. What is found comes in as deliveries with the same identity as the event would have had, so a message
 * that did arrive is recognised and counts once. Every few seconds a run takes what Slack's limits allow.
 */
export async function repairSlack(world: World): Promise<void> {
  if (await world.store.readings.stoodStill(ABSENT_MINUTES)) await world.store.threads.forgetChecked();
  await readChannels(world);
  await readThreads(world);
}
