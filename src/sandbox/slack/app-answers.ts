import { z } from 'zod';
import { withIds } from './block-ids.ts';
import { JsonObject } from './message-store.ts';
import type { Messaging } from './messaging.ts';
import type { ResponseTarget } from './one-time-urls.ts';
import type { SlackWorld } from './world.ts';

/** What an app posts to a response_url or answers a command with. */
export const AppReply = z.looseObject({
  text: z.string().optional(),
  blocks: z.array(JsonObject).optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});
export type AppReply = z.output<typeof AppReply>;

export interface ReplyDeps {
  readonly world: SlackWorld;
  readonly messaging: Messaging;
}

/** Shows an app's reply where the interaction happened: replaces, deletes, or writes a new message. */
export function showReply({ world, messaging }: ReplyDeps, target: ResponseTarget, reply: AppReply): void {
  const original = target.messageTs === null ? null : world.messages.get(target.channelId, target.messageTs);
  const content = { text: reply.text ?? '', blocks: withIds(reply.blocks ?? []) };
  if (original !== null && reply.delete_original) {
    messaging.remove(original);
    return;
  }
  if (original !== null && reply.replace_original) {
    messaging.change(original, content, world.app.botUserId);
    return;
  }
  const draft = {
    channel: target.channelId,
    botId: world.app.botId,
    threadTs: reply.thread_ts ?? null,
    ...content,
  };
  if (reply.response_type === 'in_channel') messaging.post({ ...draft, subtype: 'bot_message' });
  else messaging.postEphemeral({ ...draft, user: world.app.botUserId, ephemeralFor: target.userId });
}
