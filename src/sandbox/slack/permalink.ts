import type { StoredMessage } from './message-store.ts';
import type { SlackWorld } from './world.ts';

/** The address of a message for people; a reply names its thread. */
export function permalink(world: SlackWorld, message: StoredMessage): string {
  const { channel, ts, threadTs } = message;
  const base = `https://${world.team.domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  return threadTs === null || threadTs === ts ? base : `${base}?thread_ts=${threadTs}&cid=${channel}`;
}
