import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { type SlackChannel, type SlackTeam, SlackTs } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { askSlack } from './ask-slack.ts';
import { nullWhenGone } from './gone.ts';

/** A message as it is read back for repair, with what tells whether we know all of it. */
export interface ReadMessage {
  readonly ts: SlackTs;
  /** Its own ts when it starts a thread, or could. */
  readonly root: SlackTs;
  /** Replies that its thread holds; 0 for one that is no root. */
  readonly replies: number;
  /** The newest of them; null when there are none. */
  readonly latest: SlackTs | null;
  /** Slack's stamp of the last edit; null for one as it was first written. */
  readonly edited: SlackTs | null;
  /** Only a tombstone stands there: the words are gone and the thread goes on. */
  readonly gone: boolean;
  /** Who wrote it; null for what no user wrote. */
  readonly user: string | null;
  /** The event that Slack would have sent for it. */
  readonly event: Readonly<Record<string, unknown>>;
}

export interface PageWanted {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  /** A conversation with one person, which an event would say, and an answer does not. */
  readonly direct: boolean;
  /** The thread's root; null for the top level of the channel. */
  readonly root: SlackTs | null;
  /** Only messages after this one; null: from the beginning. */
  readonly after: SlackTs | null;
  /** Only messages before this one; null: up to now. */
  readonly before: SlackTs | null;
  /** The next page of the same reading, as the page before it said. */
  readonly cursor: string | null;
}

export interface MessagePage {
  /** The top level of a channel newest first, a thread oldest first and with its root. */
  readonly messages: readonly ReadMessage[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** Slack takes at most 999 for a channel and 1,000 for a thread (docs.slack.dev/reference/methods). */
const LIMIT = 999;

const nothing = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const Message = z.looseObject({
  ts: SlackTs,
  thread_ts: nothing(SlackTs),
  reply_count: nothing(z.number()),
  latest_reply: nothing(SlackTs),
  edited: nothing(z.object({ ts: SlackTs })),
  subtype: nothing(z.string()),
  user: nothing(z.string()),
});
const Page = z.object({
  messages: z.array(z.unknown()).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});

/**
 * One call of conversations.history or conversations.replies, which Slack counts apart, about fifty a minute each.
 * `gone`: there is no such thread any more.
 */
export async function readPage(
  client: WebClient,
  wanted: PageWanted,
): Promise<Outcome<MessagePage | 'gone'>> {
  const { channel, root, after, before, cursor } = wanted;
  const asked = {
    channel,
    limit: LIMIT,
    include_all_metadata: true,
    ...(after === null ? {} : { oldest: after }),
    ...(before === null ? {} : { latest: before }),
    ...(cursor === null ? {} : { cursor }),
  };
  const page = await askSlack(Page.nullable(), false, () =>
    root === null
      ? client.conversations.history(asked)
      : client.conversations.replies({ ...asked, ts: root }).catch(nullWhenGone('thread_not_found')),
  );
  if (page.kind !== 'ok') return page;
  if (page.value === null) return ok('gone');
  const { messages, response_metadata: more } = page.value;
  // One that has no readable ts is nobody's message, and must not hide the others.
  const readable = messages.flatMap((one) => Message.safeParse(one).data ?? []);
  return ok({
    messages: readable.map((one) => readMessage(one, wanted)),
    next: more?.next_cursor || null,
  });
}

function readMessage(one: z.infer<typeof Message>, wanted: PageWanted): ReadMessage {
  const { channel, team, direct } = wanted;
  const root = one.thread_ts ?? one.ts;
  const raw = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null));
  return {
    ts: one.ts,
    root,
    replies: root === one.ts ? (one.reply_count ?? 0) : 0,
    latest: root === one.ts ? (one.latest_reply ?? null) : null,
    edited: one.edited?.ts ?? null,
    gone: one.subtype === 'tombstone',
    user: one.user ?? null,
    event: { ...raw, type: 'message', channel, team, ...(direct ? { channel_type: 'im' } : {}) },
  };
}
