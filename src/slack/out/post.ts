import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Attempt, Effect } from '../../model/effect.ts';
import { type Marker, SlackChannel, SlackTs, type SlackUser } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { askSlack, readMessages } from './ask-slack.ts';

/** Where a new message goes: into a thread, or as a new top-level message into a channel or to one person. */
export type Target =
  | { readonly kind: 'channel'; readonly channel: SlackChannel }
  | { readonly kind: 'thread'; readonly channel: SlackChannel; readonly root: SlackTs }
  | { readonly kind: 'direct'; readonly user: SlackUser };

export interface NewMessage {
  readonly target: Target;
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export interface PostedMessage {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
}

/** How far Slack's reads may lag behind its writes; a start value, see docs/promises.md. */
const SETTLE_MS = 30_000;
const TIMEOUT_MS = 10_000;
/** Slack's timestamps are its own clock, and ours may be an hour ahead of it. */
const CLOCK_SKEW_S = 3_600;
const METADATA_TYPE = 'deskbridge_op';

const Posted = z.object({ channel: SlackChannel, ts: SlackTs });
const Opened = z.object({ channel: z.object({ id: SlackChannel }) });
const Marked = z.object({
  ts: SlackTs,
  metadata: z
    .object({ event_type: z.literal(METADATA_TYPE), event_payload: z.object({ op: z.string() }) })
    .optional()
    .catch(undefined),
});

/** Posts a message that carries our marker in its metadata, where a later look finds it. */
export function createPost(client: WebClient): Effect<NewMessage, PostedMessage> {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(message, attempt) {
      const channel = await channelOf(client, message.target);
      return channel.kind === 'ok'
        ? post(client, channel.value, { ...message, marker: attempt.marker })
        : channel;
    },
    find: (message, attempt) => findMarked(client, message, attempt),
  };
}

export async function channelOf(client: WebClient, target: Target): Promise<Outcome<SlackChannel>> {
  if (target.kind !== 'direct') return ok(target.channel);
  const opened = await askSlack(Opened, false, () => client.conversations.open({ users: target.user }));
  return opened.kind === 'ok' ? ok(opened.value.channel.id) : opened;
}

async function post(
  client: WebClient,
  channel: SlackChannel,
  { target, text, blocks, marker }: NewMessage & { readonly marker: Marker },
): Promise<Outcome<PostedMessage>> {
  return askSlack(Posted, true, () =>
    client.chat.postMessage({
      channel,
      text,
      blocks,
      metadata: { event_type: METADATA_TYPE, event_payload: { op: marker } },
      unfurl_links: false,
      unfurl_media: false,
      link_names: false,
      parse: 'none',
      ...(target.kind === 'thread' ? { thread_ts: target.root } : {}),
    }),
  );
}

async function findMarked(
  client: WebClient,
  { target }: NewMessage,
  attempt: Attempt,
): Promise<Outcome<PostedMessage | null>> {
  const channel = await channelOf(client, target);
  if (channel.kind !== 'ok') return channel;
  const oldest = `${Math.floor(attempt.startedAt.getTime() / 1000) - CLOCK_SKEW_S}.000000`;
  const root = target.kind === 'thread' ? target.root : null;
  const read = await readMessages(client, { channel: channel.value, oldest, root });
  if (read.kind !== 'ok') return read;
  const found = read.value
    .map((message) => Marked.parse(message))
    .find((message) => message.metadata?.event_payload.op === attempt.marker);
  return ok(found === undefined ? null : { channel: channel.value, ts: found.ts });
}
