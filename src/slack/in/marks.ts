import type { App } from '@slack/bolt';
import { z } from 'zod';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { channelOrNull, EventBody, tsOrNull } from './schema.ts';
import type { Us } from './us.ts';

/** Emoji that mean something to us, by their names without colons; null: none does. */
export interface Marks {
  /** Makes a request of the message that gets it. */
  readonly open: string | null;
  /** Keeps a message from becoming one, when its author puts it there. */
  readonly bypass: string | null;
  /** Put on a request by somebody who answers requests: it becomes his, is solved, open again, more urgent. */
  readonly take: string | null;
  readonly solve: string | null;
  readonly reopen: string | null;
  readonly raise: string | null;
}

export const NO_MARKS: Marks = {
  open: null,
  bypass: null,
  take: null,
  solve: null,
  reopen: null,
  raise: null,
};

/** docs.slack.dev/reference/events/reaction_added; `item_user` wrote the message. */
const Reaction = z.object({
  type: z.enum(['reaction_added', 'reaction_removed']),
  user: SlackUser,
  reaction: z.string(),
  item_user: z.string().nullish(),
  item: z.object({ type: z.literal('message'), channel: z.string(), ts: z.string() }),
});

export function listenForMarks(app: App, deps: Us & { readonly marks: Marks }): void {
  app.event('reaction_added', async ({ body, context }) => {
    offer(context, readReaction(body, deps) ?? ignored('reaction'));
  });
  app.event('reaction_removed', async ({ body, context }) => {
    offer(context, readReaction(body, deps) ?? ignored('reaction'));
  });
}

const ACTS = ['take', 'solve', 'reopen', 'raise'] as const;
type Mark = Extract<Intake, { kind: 'open-from-mark' | 'bypass' | 'react' }>;

/** Null for a reaction that means nothing to us: people react to everything. */
export function readReaction(
  body: unknown,
  { teamId: team, botUserId, marks }: Us & { readonly marks: Marks },
): Mark | null {
  const outer = EventBody.safeParse(body);
  const parsed = Reaction.safeParse(outer.data?.event);
  if (!parsed.success) return null;
  const { type, user: by, reaction, item, item_user: author } = parsed.data;
  const on = type === 'reaction_added';
  const channel = channelOrNull(item.channel);
  const ts = tsOrNull(item.ts);
  // In every skin: "+1::skin-tone-3".
  const name = reaction.split('::')[0];
  if (channel === null || ts === null || by === botUserId) return null;
  const act = ACTS.find((one) => name === marks[one]);
  if (act !== undefined) return { kind: 'react', team, channel, ts, by, act, on };
  if (!on) return null;
  if (name === marks.open)
    return { kind: 'open-from-mark', team, channel, ts, by, door: 'emoji', execution: null };
  if (name === marks.bypass && author === by) return { kind: 'bypass', channel, ts };
  return null;
}
