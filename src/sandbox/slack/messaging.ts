import type { JsonObject, StoredMessage } from './message-store.ts';
import { wireMessage } from './wire-message.ts';
import type { SlackWorld } from './world.ts';

/** What a new message needs; the rest starts empty. */
export type MessageDraft = Pick<StoredMessage, 'channel' | 'text'> & Partial<Omit<StoredMessage, 'ts'>>;

/** Writes, changes and deletes messages, whoever does it, and sends the events that Slack would send. */
export interface Messaging {
  post(draft: MessageDraft): StoredMessage;
  /** `byUser` null: Slack changed it (an unfurl), and it does not count as edited. */
  change(message: StoredMessage, changes: Partial<StoredMessage>, byUser: string | null): StoredMessage;
  remove(message: StoredMessage): void;
  /** Stores without an event, visible to one person only. */
  postEphemeral(draft: MessageDraft & { readonly ephemeralFor: string }): StoredMessage;
  /** Somebody adds an emoji to a message, or takes it away: the message itself stays as it is. */
  react(message: StoredMessage, reaction: Reacted): void;
}

export interface Reacted {
  readonly user: string;
  readonly name: string;
  readonly added: boolean;
}

export interface MessagingOptions {
  readonly world: SlackWorld;
  readonly publish: (event: JsonObject) => void;
  /** Send the hidden message_replied event after each reply; it comes without its subtype. */
  readonly messageReplied: boolean;
}

const EMPTY = {
  threadTs: null,
  user: null,
  botId: null,
  username: null,
  subtype: null,
  blocks: [],
  attachments: [],
  metadata: null,
  edited: null,
  reactions: [],
  files: [],
  language: null,
  clientMsgId: null,
  ephemeralFor: null,
} satisfies Omit<StoredMessage, 'channel' | 'ts' | 'text'>;

/** The app hears only of conversations that its bot is a member of. */
function botHears(world: SlackWorld, channelId: string): boolean {
  return world.channels.get(channelId)?.members.includes(world.app.botUserId) === true;
}

function createMessageEvents({ world, publish, messageReplied }: MessagingOptions) {
  const wire = (message: StoredMessage) => wireMessage(world, message, { allMetadata: true });

  function place(channelId: string): JsonObject {
    return { channel: channelId, channel_type: world.channels.get(channelId)?.kind ?? 'channel' };
  }

  function hidden(channelId: string, fields: JsonObject): void {
    if (!botHears(world, channelId)) return;
    const ts = world.messages.nextTs(channelId);
    publish({ type: 'message', hidden: true, ...fields, ...place(channelId), ts, event_ts: ts });
  }

  function posted(message: StoredMessage): void {
    if (!botHears(world, message.channel)) return;
    const root = message.threadTs === null ? null : world.messages.get(message.channel, message.threadTs);
    const broadcast = message.subtype === 'thread_broadcast' && root !== null ? { root: wire(root) } : {};
    const event = { ...wire(message), ...broadcast, ...place(message.channel), event_ts: message.ts };
    publish(event);
    const mention = message.text.includes(`<@${world.app.botUserId}>`);
    if (mention && message.botId === null && world.channels.get(message.channel)?.kind !== 'im') {
      publish({ ...wire(message), type: 'app_mention', channel: message.channel, event_ts: message.ts });
    }
    if (messageReplied && root !== null) hidden(message.channel, { message: wire(root) });
  }

  /** docs.slack.dev/reference/events/reaction_added: it names the message, and neither its words nor its thread. */
  function reacted(message: StoredMessage, { user, name, added }: Reacted): void {
    if (!botHears(world, message.channel)) return;
    publish({
      type: added ? 'reaction_added' : 'reaction_removed',
      user,
      reaction: name,
      item: { type: 'message', channel: message.channel, ts: message.ts },
      ...(message.user === null ? {} : { item_user: message.user }),
      event_ts: (world.clock.now().getTime() / 1000).toFixed(6),
    });
  }

  return { wire, hidden, posted, reacted };
}

export function createMessaging(options: MessagingOptions): Messaging {
  const { world } = options;
  const events = createMessageEvents(options);

  function store(draft: MessageDraft): StoredMessage {
    const message = { ...EMPTY, ...draft, ts: world.messages.nextTs(draft.channel) };
    world.messages.put(message);
    return message;
  }

  function change(
    message: StoredMessage,
    changes: Partial<StoredMessage>,
    byUser: string | null,
  ): StoredMessage {
    const previous = events.wire(message);
    const edited =
      byUser === null
        ? message.edited
        : { user: byUser, ts: `${Math.floor(world.clock.now().getTime() / 1000)}.000000` };
    const next = { ...message, edited, ...changes };
    world.messages.put(next);
    if (next.ephemeralFor === null) {
      events.hidden(message.channel, {
        subtype: 'message_changed',
        message: events.wire(next),
        previous_message: previous,
      });
    }
    world.changed();
    return next;
  }

  function toTombstone(message: StoredMessage): void {
    change(
      message,
      {
        ...EMPTY,
        subtype: 'tombstone',
        user: 'USLACKBOT',
        text: 'This message was deleted.',
        threadTs: message.ts,
      },
      null,
    );
  }

  return {
    post(draft) {
      const message = store(draft);
      events.posted(message);
      world.changed();
      return message;
    },
    change,
    remove(message) {
      if (world.messages.replies(message.channel, message.ts).length > 0) return toTombstone(message);
      const previous = events.wire(message);
      world.messages.remove(message.channel, message.ts);
      if (message.ephemeralFor === null) {
        events.hidden(message.channel, {
          subtype: 'message_deleted',
          deleted_ts: message.ts,
          previous_message: previous,
        });
      }
      world.changed();
    },
    react(message, { user, name, added }) {
      const known = message.reactions.find((each) => each.name === name);
      if ((known?.users.includes(user) === true) === added) return;
      const users = added
        ? [...(known?.users ?? []), user]
        : (known?.users ?? []).filter((one) => one !== user);
      const others = message.reactions.filter((each) => each !== known);
      const reactions = users.length === 0 ? others : [...others, { name, users }];
      world.messages.put({ ...message, reactions });
      events.reacted(message, { user, name, added });
      world.changed();
    },
    postEphemeral(draft) {
      const message = store(draft);
      world.changed();
      return message;
    },
  };
}
