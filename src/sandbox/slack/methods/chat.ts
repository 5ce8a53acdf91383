import { z } from 'zod';
import { imOf, isBotMember, postTarget, visibleChannel } from '../find-channel.ts';
import { contentArgs, contentErrors, isRefused, readContent } from '../message-content.ts';
import type { StoredMessage } from '../message-store.ts';
import { type ApiResult, defineMethod, fail, flag, type MethodContext, succeed } from '../method.ts';
import { permalink } from '../permalink.ts';
import { wireMessage } from '../wire-message.ts';

const UPDATE_TEXT_LIMIT = 4_000;

/** The root to reply to, null for none; or Slack's error code. */
function threadRoot(context: MethodContext, channel: string, threadTs: string | undefined) {
  if (threadTs === undefined) return { root: null };
  const root = context.world.messages.get(channel, threadTs);
  if (root === null || root.ephemeralFor !== null) return { error: 'thread_not_found' };
  const isReply = root.threadTs !== null && root.threadTs !== root.ts;
  return isReply ? { error: 'cannot_reply_to_message' } : { root };
}

const postMessage = defineMethod({
  tier: 'special',
  scope: 'chat:write',
  args: z.object({
    ...contentArgs,
    channel: z.string(),
    thread_ts: z.string().optional(),
    reply_broadcast: flag,
    username: z.string().optional(),
    icon_emoji: z.string().optional(),
    icon_url: z.string().optional(),
  }),
  errors: contentErrors,
  run(args, context) {
    const { world } = context;
    const channel = postTarget(world, args.channel);
    if (typeof channel === 'string') return fail(channel);
    const content = readContent(args);
    if (isRefused(content)) return content;
    const thread = threadRoot(context, channel.id, args.thread_ts);
    if (thread.error !== undefined) return fail(thread.error);
    const disguised = args.username ?? args.icon_emoji ?? args.icon_url;
    const broadcast = thread.root !== null && args.reply_broadcast ? 'thread_broadcast' : null;
    const message = context.messaging.post({
      channel: channel.id,
      threadTs: thread.root?.ts ?? null,
      user: disguised === undefined ? world.app.botUserId : null,
      botId: world.app.botId,
      username: args.username ?? null,
      subtype: disguised === undefined ? broadcast : 'bot_message',
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      attachments: content.attachments ?? [],
      metadata: content.metadata ?? null,
    });
    return succeed({
      channel: channel.id,
      ts: message.ts,
      message: wireMessage(world, message, { allMetadata: true }),
      ...(content.truncated ? { warning: 'message_truncated' } : {}),
    });
  },
});

/** The app's own message in a channel that it sees; or the refusal. */
function ownMessage(
  { world }: MethodContext,
  where: { readonly channel: string; readonly ts: string },
  refusal: string,
): StoredMessage | ApiResult {
  const channel = visibleChannel(world, where.channel);
  if (channel === null) return fail('channel_not_found');
  const message = world.messages.get(channel.id, where.ts);
  if (message === null || message.ephemeralFor !== null || message.subtype === 'tombstone') {
    return fail('message_not_found');
  }
  return message.botId === world.app.botId ? message : fail(refusal);
}

const update = defineMethod({
  tier: 't3',
  scope: 'chat:write',
  args: z.object({ ...contentArgs, channel: z.string(), ts: z.string() }),
  errors: contentErrors,
  run(args, context) {
    const { world } = context;
    const message = ownMessage(context, args, 'cant_update_message');
    if ('ok' in message) return message;
    if ((args.text ?? '').length > UPDATE_TEXT_LIMIT) return fail('msg_too_long');
    const content = readContent(args);
    if (isRefused(content)) return content;
    const changes = {
      text: content.text ?? message.text,
      blocks: content.blocks ?? [],
      attachments: content.attachments ?? [],
      ...(content.metadata === undefined ? {} : { metadata: content.metadata }),
    };
    const next = context.messaging.change(message, changes, world.app.botUserId);
    const wire = wireMessage(world, next, { allMetadata: true });
    return succeed({ channel: next.channel, ts: next.ts, text: next.text, message: wire });
  },
});

const remove = defineMethod({
  tier: 't3',
  scope: 'chat:write',
  args: z.object({ channel: z.string(), ts: z.string() }),
  run(args, context) {
    const message = ownMessage(context, args, 'cant_delete_message');
    if ('ok' in message) return message;
    if (message.user === null) return fail('cant_delete_message');
    context.messaging.remove(message);
    return succeed({ channel: message.channel, ts: message.ts });
  },
});

const postEphemeral = defineMethod({
  tier: 't4',
  scope: 'chat:write',
  args: z.object({ ...contentArgs, channel: z.string(), user: z.string(), thread_ts: z.string().optional() }),
  errors: contentErrors,
  run(args, context) {
    const { world } = context;
    const channel = postTarget(world, args.channel);
    if (typeof channel === 'string') return fail(channel);
    if (!channel.members.includes(args.user)) return fail('user_not_in_channel');
    const content = readContent(args);
    if (isRefused(content)) return content;
    const message = context.messaging.postEphemeral({
      channel: channel.id,
      threadTs: args.thread_ts ?? null,
      user: world.app.botUserId,
      botId: world.app.botId,
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      ephemeralFor: args.user,
    });
    return succeed({ message_ts: message.ts });
  },
});

const getPermalink = defineMethod({
  tier: 'special',
  args: z.object({ channel: z.string(), message_ts: z.string() }),
  run(args, { world }) {
    const channel = visibleChannel(world, args.channel) ?? imOf(world, args.channel);
    if (channel === null) return fail('channel_not_found');
    const message = world.messages.get(channel.id, args.message_ts);
    if (message === null || !isBotMember(world, channel)) return fail('message_not_found');
    return succeed({ channel: channel.id, permalink: permalink(world, message) });
  },
});

export const chatMethods = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
};
