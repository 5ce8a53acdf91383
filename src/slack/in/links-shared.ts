import type { App } from '@slack/bolt';
import { z } from 'zod';
import { SlackChannel, SlackTs, SlackUser } from '../../model/ids.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import type { Us } from './us.ts';

/** Cards below one message; who posts a list of tickets wants no wall of them. */
const MOST_LINKS = 5;

/**
 * docs.slack.dev/reference/events/link_shared. While somebody still types, the channel is called COMPOSER and nobody knows
 * who will read it: such an event has no `message_ts` of a message.
 */
const Shared = z.object({
  type: z.literal('link_shared'),
  channel: SlackChannel,
  message_ts: SlackTs,
  user: SlackUser,
  links: z.array(z.object({ url: z.string().min(1).max(3000) })).min(1),
});

/** Where links were posted; null while they are only typed, and for what cannot be read. */
export function linksPostedIn(event: unknown): SlackChannel | null {
  const shared = Shared.safeParse(event).data;
  return shared === undefined || shared.channel === 'COMPOSER' ? null : shared.channel;
}

export function listenForLinks(app: App, { teamId: team }: Us): void {
  app.event('link_shared', async ({ event, context }) => {
    const shared = Shared.safeParse(event).data;
    if (shared === undefined) return offer(context, ignored('link_shared_unreadable'));
    const { channel, message_ts: ts, user: by, links } = shared;
    const urls = [...new Set(links.map(({ url }) => url))].slice(0, MOST_LINKS);
    offer(context, { kind: 'links-shared', team, channel, ts, by, urls });
  });
}
