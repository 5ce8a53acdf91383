import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';

/** A JSON object that we carry without reading it. */
export const JsonObject = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof JsonObject>;

export const MessageMetadata = z.object({ event_type: z.string(), event_payload: JsonObject });
export type MessageMetadata = z.infer<typeof MessageMetadata>;

/** A message as the sandbox keeps it. `user` is the bot user for ordinary posts of the app, null for `bot_message`. */
export const StoredMessage = z.object({
  channel: z.string(),
  ts: z.string(),
  threadTs: z.string().nullable(),
  user: z.string().nullable(),
  botId: z.string().nullable(),
  username: z.string().nullable(),
  subtype: z.enum(['bot_message', 'file_share', 'me_message', 'thread_broadcast', 'tombstone']).nullable(),
  text: z.string(),
  blocks: z.array(JsonObject),
  attachments: z.array(z.unknown()),
  metadata: MessageMetadata.nullable(),
  edited: z.object({ user: z.string(), ts: z.string() }).nullable(),
  reactions: z.array(z.object({ name: z.string(), users: z.array(z.string()) })),
  /** Shared with the message; `gone`: deleted since. */
  files: z.array(z.object({ id: z.string(), gone: z.boolean() })).default([]),
  /** What Slack found out about the language, some time after the message. */
  language: z.string().nullable().default(null),
  clientMsgId: z.string().nullable(),
  ephemeralFor: z.string().nullable(),
});
export type StoredMessage = z.infer<typeof StoredMessage>;

interface Version {
  readonly at: number;
  readonly message: StoredMessage | null;
}

/** All messages, with every earlier version, so that a read can be made stale. `asOf` is sandbox time in milliseconds. */
export interface MessageStore {
  /** A new id: seconds.micros, strictly growing within the channel. */
  nextTs(channel: string): string;
  put(message: StoredMessage): void;
  remove(channel: string, ts: string): void;
  get(channel: string, ts: string, asOf?: number): StoredMessage | null;
  /** Everything in ts order, ephemeral messages included. */
  list(channel: string, asOf?: number): StoredMessage[];
  /** The replies of a thread without its root and without ephemeral messages, in ts order. */
  replies(channel: string, root: string, asOf?: number): StoredMessage[];
  dump(): StoredMessage[];
  load(messages: readonly StoredMessage[]): void;
}

/** Slack orders messages by ts; both parts have a fixed width until the year 2286, so text order is time order. */
export function byTs(a: { readonly ts: string }, b: { readonly ts: string }): number {
  return a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0;
}

function versionAt(versions: readonly Version[], asOf: number): StoredMessage | null {
  for (let i = versions.length - 1; i >= 0; i -= 1) {
    const version = versions[i];
    if (version !== undefined && version.at <= asOf) return version.message;
  }
  return null;
}

export function createMessageStore(clock: SandboxClock): MessageStore {
  const channels = new Map<string, Map<string, Version[]>>();
  const threads = new Map<string, string[]>();
  const lastMicros = new Map<string, number>();

  function write(channel: string, ts: string, message: StoredMessage | null): void {
    const inChannel = channels.get(channel) ?? new Map<string, Version[]>();
    channels.set(channel, inChannel);
    const versions = inChannel.get(ts);
    const version = { at: clock.now().getTime(), message };
    if (versions !== undefined) versions.push(version);
    else inChannel.set(ts, [version]);
  }

  function get(channel: string, ts: string, asOf = Number.POSITIVE_INFINITY): StoredMessage | null {
    return versionAt(channels.get(channel)?.get(ts) ?? [], asOf);
  }

  function put(message: StoredMessage): void {
    const { channel, ts, threadTs } = message;
    const known = channels.get(channel)?.has(ts) === true;
    write(channel, ts, message);
    if (known || threadTs === null || threadTs === ts || message.ephemeralFor !== null) return;
    const key = `${channel}:${threadTs}`;
    const replies = threads.get(key);
    if (replies === undefined) threads.set(key, [ts]);
    else replies.push(ts);
  }

  function list(channel: string, asOf = Number.POSITIVE_INFINITY): StoredMessage[] {
    const found = [...(channels.get(channel)?.values() ?? [])].map((versions) => versionAt(versions, asOf));
    return found.filter((message) => message !== null);
  }

  return {
    nextTs(channel) {
      const micros = Math.max(clock.now().getTime() * 1000, (lastMicros.get(channel) ?? 0) + 1);
      lastMicros.set(channel, micros);
      return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
    },
    put,
    remove: (channel, ts) => write(channel, ts, null),
    get,
    list,
    replies(channel, root, asOf) {
      const found = (threads.get(`${channel}:${root}`) ?? []).map((ts) => get(channel, ts, asOf));
      return found.filter((message) => message !== null);
    },
    dump: () => [...channels.keys()].flatMap((channel) => list(channel)),
    load(messages) {
      channels.clear();
      threads.clear();
      for (const message of [...messages].sort(byTs)) {
        put(message);
        lastMicros.set(message.channel, Math.round(Number(message.ts) * 1_000_000));
      }
    },
  };
}
