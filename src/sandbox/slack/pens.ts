import { randomUUID } from 'node:crypto';
import type { SlackBotPost, SlackPeople, SlackPostOptions, SlackUpload } from '../worlds.ts';
import { withIds } from './block-ids.ts';
import { checkBlocks } from './blocks.ts';
import { channelFor, impossible, ownMessageFor, threadFor } from './find-for-person.ts';
import type { InteractionDeps } from './interactions.ts';
import { linkShared } from './links.ts';
import type { JsonObject, StoredMessage } from './message-store.ts';
import { randomId } from './random-id.ts';
import { deleteFile } from './shared-files.ts';
import { typedMessage } from './typed-text.ts';
import type { Channel, SlackWorld } from './world.ts';

/** Blocks as somebody gives them, with the ids that Slack adds. */
function given(blocks: readonly JsonObject[]): JsonObject[] {
  const problems = checkBlocks(blocks, 'message');
  if (problems.length > 0) impossible(problems.join('; '));
  return withIds(blocks);
}

function rootFor(world: SlackWorld, channel: Channel, threadTs: string | undefined): string | null {
  return threadTs === undefined ? null : threadFor(world, channel, threadTs);
}

function subtypeOf(options: SlackPostOptions): StoredMessage['subtype'] {
  if (options.me === true) return 'me_message';
  if (options.broadcast !== true) return null;
  if (options.threadTs === undefined) impossible('only a reply can also be sent to the channel');
  return 'thread_broadcast';
}

function post(
  { world, messaging, hooks, installed }: InteractionDeps,
  by: { readonly userId: string; readonly channelId: string; readonly text: string },
  options: SlackPostOptions,
): string {
  const channel = channelFor(world, by.userId, by.channelId);
  if (by.text.trim() === '') impossible('an empty message cannot be sent');
  const typed = typedMessage(world, by.text, options.formatted);
  const message = messaging.post({
    channel: channel.id,
    user: by.userId,
    subtype: subtypeOf(options),
    threadTs: rootFor(world, channel, options.threadTs),
    text: typed.text,
    // /me has words only.
    blocks: options.me === true ? [] : given(options.blocks ?? typed.blocks),
    clientMsgId: randomUUID(),
  });
  const shared = linkShared(world, installed, message);
  if (shared !== null) hooks.event(shared);
  return message.ts;
}

function upload(
  { world, messaging }: InteractionDeps,
  by: { readonly userId: string; readonly channelId: string },
  { name, mime, bytes, text = '', threadTs, formatted }: SlackUpload,
): string {
  const channel = channelFor(world, by.userId, by.channelId);
  if (bytes.byteLength === 0) impossible('an empty file cannot be shared');
  const { id } = world.files.add({ name, mime, user: by.userId, bytes });
  const typed = text === '' ? { text, blocks: [] } : typedMessage(world, text, formatted);
  const message = messaging.post({
    channel: channel.id,
    user: by.userId,
    subtype: 'file_share',
    threadTs: rootFor(world, channel, threadTs),
    text: typed.text,
    blocks: withIds(typed.blocks),
    files: [{ id, gone: false }],
  });
  return message.ts;
}

function botPost(
  { world, messaging }: InteractionDeps,
  channelId: string,
  { name, userId, text, threadTs, blocks }: SlackBotPost,
): string {
  const channel = world.channels.get(channelId);
  if (channel === undefined) return impossible(`there is no channel ${channelId}`);
  const known = world.messages
    .list(channelId)
    .find((message) => message.username === name && message.botId !== world.app.botId);
  const message = messaging.post({
    channel: channel.id,
    user: userId,
    botId: known?.botId ?? randomId('B'),
    username: name,
    subtype: userId === null ? 'bot_message' : null,
    threadTs: rootFor(world, channel, threadTs),
    text,
    blocks: given(blocks ?? []),
  });
  return message.ts;
}

/** What people write, and other apps. */
export function createPens(
  deps: InteractionDeps,
): Pick<SlackPeople, 'post' | 'upload' | 'botPost' | 'edit' | 'remove'> {
  const { world, messaging } = deps;
  return {
    post(userId, channelId, text, thread = {}) {
      return post(
        deps,
        { userId, channelId, text },
        typeof thread === 'string' ? { threadTs: thread } : thread,
      );
    },
    upload: (userId, channelId, file) => upload(deps, { userId, channelId }, file),
    botPost: (channelId, said) => botPost(deps, channelId, said),
    edit(userId, channelId, ts, edit) {
      const message = ownMessageFor(world, { userId, channelId, ts });
      const typed =
        typeof edit === 'string' ? typedMessage(world, edit) : typedMessage(world, edit.text, edit.formatted);
      const blocks = message.subtype === 'me_message' ? [] : withIds(typed.blocks);
      messaging.change(message, { text: typed.text, blocks }, userId);
    },
    remove(userId, channelId, ts) {
      const message = ownMessageFor(world, { userId, channelId, ts });
      messaging.remove(message);
      // With their message gone its files are nowhere any more.
      for (const { id } of message.files) deleteFile(deps, id);
    },
  };
}
