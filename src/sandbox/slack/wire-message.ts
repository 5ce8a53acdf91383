import type { JsonObject, StoredMessage } from './message-store.ts';
import { wireFiles } from './wire-file.ts';
import type { SlackWorld } from './world.ts';

export interface WireOptions {
  /** Sandbox time in milliseconds at which the thread is read; absent for now. */
  readonly asOf?: number;
  /** Events carry all metadata; reads only with include_all_metadata. */
  readonly allMetadata: boolean;
}

/** The app of a bot: ours, or one of those that a bot's own name stands for. */
function botFields(world: SlackWorld, botId: string, username: string | null): JsonObject {
  const { app, team } = world;
  const isOurs = botId === app.botId;
  const appId = isOurs ? app.appId : `A${botId.slice(1)}`;
  const name = isOurs ? app.name : (username ?? botId);
  const profile = { id: botId, deleted: false, name, updated: 0, app_id: appId, team_id: team.id };
  return { bot_id: botId, app_id: appId, bot_profile: profile };
}

/** reply_count and the rest: only a root that has replies carries them, and then its own ts as thread_ts. */
function threadFields(world: SlackWorld, message: StoredMessage, asOf?: number): JsonObject {
  const { channel, ts, threadTs } = message;
  if (threadTs !== null && threadTs !== ts) {
    const parent = world.messages.get(channel, threadTs, asOf)?.user ?? null;
    return { thread_ts: threadTs, ...(parent === null ? {} : { parent_user_id: parent }) };
  }
  const replies = world.messages.replies(channel, ts, asOf);
  if (replies.length === 0 && message.subtype !== 'tombstone') return {};
  const users = [...new Set(replies.map((reply) => reply.user ?? reply.botId ?? ''))];
  return {
    thread_ts: ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    reply_users: users.slice(0, 5),
  };
}

function authorFields(world: SlackWorld, message: StoredMessage): JsonObject {
  const { user, botId, username } = message;
  return {
    ...(user === null ? {} : { user }),
    ...(username === null || message.subtype !== 'bot_message' ? {} : { username }),
    ...(botId === null ? {} : botFields(world, botId, username)),
  };
}

/** A message as Slack writes it in answers and events. */
export function wireMessage(world: SlackWorld, message: StoredMessage, options: WireOptions): JsonObject {
  const { metadata, edited, reactions, blocks, attachments } = message;
  const shown = options.allMetadata ? metadata : metadata && { event_type: metadata.event_type };
  return {
    type: 'message',
    ...(message.subtype === null ? {} : { subtype: message.subtype }),
    ...(message.subtype === 'tombstone' ? { hidden: true } : {}),
    ...authorFields(world, message),
    text: message.text,
    ts: message.ts,
    team: world.team.id,
    ...(message.clientMsgId === null ? {} : { client_msg_id: message.clientMsgId }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...wireFiles(world, message),
    ...(message.language === null ? {} : { language: { locale: message.language, is_reliable: true } }),
    ...threadFields(world, message, options.asOf),
    ...(edited === null ? {} : { edited }),
    ...(reactions.length === 0
      ? {}
      : { reactions: reactions.map((each) => ({ ...each, count: each.users.length })) }),
    ...(shown === null ? {} : { metadata: shown }),
  };
}
