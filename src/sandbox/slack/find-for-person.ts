import type { StoredMessage } from './message-store.ts';
import type { StoredView } from './view-store.ts';
import type { Channel, SlackWorld } from './world.ts';

/** What a person could not do in Slack's client either. It is a mistake of whoever drives the sandbox. */
export function impossible(what: string): never {
  throw new Error(`The simulated Slack cannot do this: ${what}`);
}

export function channelFor(world: SlackWorld, userId: string, channelId: string): Channel {
  if (!world.people.has(userId)) impossible(`there is no person ${userId}`);
  const channel = world.channels.get(channelId);
  if (channel === undefined) return impossible(`there is no channel ${channelId}`);
  if (!channel.members.includes(userId)) impossible(`${userId} is no member of ${channelId}`);
  return channel;
}

export function messageFor(
  world: SlackWorld,
  at: { userId: string; channelId: string; ts: string },
): StoredMessage {
  const channel = channelFor(world, at.userId, at.channelId);
  const message = world.messages.get(channel.id, at.ts);
  const isVisible = message?.ephemeralFor === null || message?.ephemeralFor === at.userId;
  if (message === null || !isVisible) return impossible(`${at.userId} sees no message ${at.ts}`);
  return message;
}

export function ownMessageFor(
  world: SlackWorld,
  at: { userId: string; channelId: string; ts: string },
): StoredMessage {
  const message = messageFor(world, at);
  if (message.user !== at.userId) impossible(`message ${at.ts} was not written by ${at.userId}`);
  return message;
}

export function viewFor(world: SlackWorld, userId: string, viewId: string): StoredView {
  const view = world.views.get(viewId);
  if (view === null || view.userId !== userId) return impossible(`${userId} has no view ${viewId} open`);
  return view;
}

export function threadFor(world: SlackWorld, channel: Channel, threadTs: string): string {
  const root = world.messages.get(channel.id, threadTs);
  if (root === null) return impossible(`there is no message ${threadTs} to reply to`);
  return root.threadTs ?? root.ts;
}
