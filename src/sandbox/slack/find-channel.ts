import type { Channel, SlackWorld } from './world.ts';

/** A channel as the bot can see it: a private one that it is no member of does not exist for it. */
export function visibleChannel(world: SlackWorld, id: string): Channel | null {
  const channel = world.channels.get(id);
  if (channel === undefined) return null;
  return channel.kind === 'channel' || isBotMember(world, channel) ? channel : null;
}

export function isBotMember(world: SlackWorld, channel: Channel): boolean {
  return channel.members.includes(world.app.botUserId);
}

/** The direct message between the app and a person; null for an unknown person. */
export function imOf(world: SlackWorld, userId: string): Channel | null {
  if (!world.people.has(userId)) return null;
  const ims = [...world.channels.values()].filter((channel) => channel.kind === 'im');
  return ims.find((channel) => channel.members.includes(userId)) ?? null;
}

/** Where a post goes: a channel id, or a user id for the direct message. Answers Slack's error code otherwise. */
export function postTarget(world: SlackWorld, id: string): Channel | string {
  const channel = visibleChannel(world, id) ?? imOf(world, id);
  if (channel === null) return 'channel_not_found';
  if (!isBotMember(world, channel)) return 'not_in_channel';
  return channel.archived ? 'is_archived' : channel;
}
