import type { SlackChannel, SlackTeam, SlackTs } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { ReadMessage } from '../slack/out/slack-out.ts';
import { type PageRead, readPage } from './read-slack.ts';
import type { World } from './world.ts';

/** The message that the thread of this message begins with; null when it is gone. `wait`: Slack allows no more reads now. */
export async function readRoot(
  world: World,
  { team, channel, ts }: { readonly team: SlackTeam; readonly channel: SlackChannel; readonly ts: SlackTs },
): Promise<Outcome<ReadMessage | null> | Extract<PageRead, { kind: 'wait' }>> {
  let wanted: SlackTs = ts;
  // Asked for a reply, Slack may answer with the reply alone; it names its root.
  for (let look = 0; look < 2; look += 1) {
    const read = await readPage(world, {
      team,
      channel,
      direct: false,
      root: wanted,
      after: null,
      before: null,
      cursor: null,
    });
    if (read.kind !== 'ok') return read;
    if (read.value === 'gone') return ok(null);
    const named = read.value.messages.find((message) => message.ts === wanted);
    const root = read.value.messages.find((message) => message.ts === (named?.root ?? wanted));
    if (root !== undefined) return ok(root.gone ? null : root);
    if (named === undefined) return ok(null);
    wanted = named.root;
  }
  return ok(null);
}
