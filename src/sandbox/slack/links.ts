import type { InstalledApp } from './installed-app.ts';
import type { JsonObject, StoredMessage } from './message-store.ts';
import type { SlackWorld } from './world.ts';

const LINK = /https?:\/\/[^\s<>|"]+/g;

/** The web addresses that stand in the words of a message. */
export function linksIn({ text, blocks }: Pick<StoredMessage, 'text' | 'blocks'>): readonly string[] {
  const words = `${text.replaceAll('&amp;', '&')} ${JSON.stringify(blocks)}`;
  return [...new Set(words.match(LINK) ?? [])];
}

/** What Slack says of links that a person posts: of the app's domains, wherever they are posted (docs.slack.dev/messaging/unfurling-links-in-messages). */
export function linkShared(
  world: SlackWorld,
  { linkDomains }: Pick<InstalledApp, 'linkDomains'>,
  message: StoredMessage,
): JsonObject | null {
  const { user } = message;
  // Never of the app's own messages, nor of what people of another company post.
  if (user === null || message.botId !== null || world.people.get(user)?.otherTeam !== undefined) return null;
  const links = linksIn(message).flatMap((url) => {
    const host = URL.canParse(url) ? new URL(url).hostname : '';
    const domain = linkDomains.find((one) => host === one || host.endsWith(`.${one}`));
    return domain === undefined ? [] : [{ domain, url }];
  });
  if (links.length === 0) return null;
  const channel = world.channels.get(message.channel);
  return {
    type: 'link_shared',
    channel: message.channel,
    user,
    is_bot_user_member: channel?.members.includes(world.app.botUserId) === true,
    message_ts: message.ts,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    unfurl_id: `${message.ts}.unfurl`,
    source: 'conversations_history',
    links,
    event_ts: message.ts,
  };
}
