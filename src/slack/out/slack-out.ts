import type { KnownBlock } from '@slack/types';
import { z } from 'zod';
import type { Attempt, Effect } from '../../model/effect.ts';
import { type Marker, SlackChannel, type SlackTeam, SlackTs, SlackUser } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { createSlackClient, slackFailure } from './client.ts';

/** Where a new message goes: into a thread, or as a new top-level message to one person. */
export type Target =
  | { readonly kind: 'thread'; readonly channel: SlackChannel; readonly root: SlackTs }
  | { readonly kind: 'direct'; readonly user: SlackUser };

export interface NewMessage {
  readonly target: Target;
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export interface EditedMessage {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export interface PostedMessage {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
}

/** A message as it is read back for repair: the event that Slack would have sent for it. */
export interface ReadMessage {
  readonly ts: SlackTs;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Everything that Deskbridge does in Slack. */
export interface SlackOut {
  /** Proof: our marker in the message's metadata. */
  readonly post: Effect<NewMessage, PostedMessage>;
  /** Sets what a message shows; doing it twice is harmless. */
  readonly edit: Effect<EditedMessage, PostedMessage>;
  /** Who we are: for start-up and to know our own messages. */
  whoAmI(): Promise<Outcome<{ user: SlackUser; team: string; botId: string | null }>>;
  person(user: SlackUser): Promise<Outcome<{ name: string; email: string | null }>>;
  permalink(channel: SlackChannel, ts: SlackTs): Promise<Outcome<string>>;
  /** Messages of a thread after `after` (exclusive), for repair. */
  thread(
    team: SlackTeam,
    channel: SlackChannel,
    root: SlackTs,
    after: SlackTs,
  ): Promise<Outcome<readonly ReadMessage[]>>;
  /** Top-level messages of a channel after `after`, for repair. */
  roots(team: SlackTeam, channel: SlackChannel, after: SlackTs): Promise<Outcome<readonly ReadMessage[]>>;
}

/** Slack's API lags behind itself for seconds at most; the settle time is a start value, see docs/promises.md. */
const SETTLE_MS = 30_000;
const TIMEOUT_MS = 10_000;
const METADATA_TYPE = 'deskbridge_op';

const Posted = z.object({ channel: SlackChannel, ts: SlackTs });
const Marked = z.object({
  ts: SlackTs,
  metadata: z
    .object({ event_type: z.literal(METADATA_TYPE), event_payload: z.object({ op: z.string() }) })
    .optional()
    .catch(undefined),
});
const Page = z.object({
  messages: z.array(z.looseObject({ ts: SlackTs })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const Person = z.object({
  user: z.object({
    name: z.string().default(''),
    real_name: z.string().optional(),
    profile: z
      .object({
        display_name: z.string().optional(),
        real_name: z.string().optional(),
        email: z.string().optional(),
      })
      .default({}),
  }),
});
const Self = z.object({
  user_id: SlackUser,
  team_id: z.string(),
  bot_id: z.string().nullable().default(null),
});

/** Slack's timestamps are its own clock: look a little before our start. */
const CLOCK_SKEW_S = 60;

export function createSlackOut(options: { token: string; apiUrl: string; io: Io }): SlackOut {
  const client = createSlackClient(options);
  const call = async <T>(
    schema: z.ZodType<T>,
    writes: boolean,
    work: () => Promise<unknown>,
  ): Promise<Outcome<T>> => {
    try {
      const answer = schema.safeParse(await work());
      if (answer.success) return ok(answer.data);
      const reason = 'Slack answered in a shape that we do not know';
      return writes
        ? { kind: 'retry', reason, scope: 'operation', effect: 'unknown' }
        : { kind: 'retry', reason, scope: 'operation', effect: 'none' };
    } catch (error) {
      return slackFailure(error, writes);
    }
  };

  const pages = async (
    read: (cursor: string | undefined) => Promise<unknown>,
  ): Promise<Outcome<readonly z.infer<typeof Page>['messages'][number][]>> => {
    const messages: z.infer<typeof Page>['messages'] = [];
    let cursor: string | undefined;
    do {
      const page = await call(Page, false, () => read(cursor));
      if (page.kind !== 'ok') return page;
      messages.push(...page.value.messages);
      cursor = page.value.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
    return ok(messages);
  };

  const openDirect = async (user: SlackUser): Promise<Outcome<SlackChannel>> => {
    const opened = await call(z.object({ channel: z.object({ id: SlackChannel }) }), false, () =>
      client.conversations.open({ users: user }),
    );
    return opened.kind === 'ok' ? ok(opened.value.channel.id) : opened;
  };

  const postTo = (channel: SlackChannel, thread: SlackTs | null, message: NewMessage, marker: Marker) =>
    call(Posted, true, () =>
      client.chat.postMessage({
        channel,
        text: message.text,
        blocks: message.blocks,
        metadata: { event_type: METADATA_TYPE, event_payload: { op: marker } },
        unfurl_links: false,
        unfurl_media: false,
        link_names: false,
        parse: 'none',
        ...(thread === null ? {} : { thread_ts: thread }),
      }),
    );

  const findMarked = async (
    message: NewMessage,
    attempt: Attempt,
  ): Promise<Outcome<PostedMessage | null>> => {
    const oldest = `${Math.floor(attempt.startedAt.getTime() / 1000) - CLOCK_SKEW_S}.000000`;
    const { target } = message;
    const where = target.kind === 'thread' ? ok(target.channel) : await openDirect(target.user);
    if (where.kind !== 'ok') return where;
    const channel = where.value;
    const found = await pages((cursor) => {
      const window = {
        channel,
        oldest,
        limit: 200,
        include_all_metadata: true,
        ...(cursor === undefined ? {} : { cursor }),
      };
      return target.kind === 'thread'
        ? client.conversations.replies({ ...window, ts: target.root })
        : client.conversations.history(window);
    });
    if (found.kind !== 'ok') return found;
    const marked = found.value
      .map((one) => Marked.parse(one))
      .find((one) => one.metadata?.event_payload.op === attempt.marker);
    return ok(marked === undefined ? null : { channel, ts: marked.ts });
  };

  const asEvents = (
    team: SlackTeam,
    channel: SlackChannel,
    messages: z.infer<typeof Page>['messages'],
  ): ReadMessage[] =>
    messages.map((message) => ({ ts: message.ts, event: { ...message, type: 'message', channel, team } }));

  return {
    post: {
      proof: 'marker',
      timeoutMs: TIMEOUT_MS,
      settleMs: SETTLE_MS,
      async send(message, attempt) {
        const { target } = message;
        if (target.kind === 'thread') return postTo(target.channel, target.root, message, attempt.marker);
        const channel = await openDirect(target.user);
        return channel.kind === 'ok' ? postTo(channel.value, null, message, attempt.marker) : channel;
      },
      find: findMarked,
    },
    edit: {
      proof: 'compare-and-set',
      timeoutMs: TIMEOUT_MS,
      settleMs: 0,
      send: (message) =>
        call(Posted, true, () =>
          client.chat.update({
            channel: message.channel,
            ts: message.ts,
            text: message.text,
            blocks: message.blocks,
            parse: 'none',
          }),
        ),
      // Nothing to look up: setting it again is harmless once the first attempt can no longer arrive.
      find: async () => ok(null),
    },
    async whoAmI() {
      const self = await call(Self, false, () => client.auth.test());
      if (self.kind !== 'ok') return self;
      return ok({ user: self.value.user_id, team: self.value.team_id, botId: self.value.bot_id });
    },
    async person(user) {
      const found = await call(Person, false, () => client.users.info({ user }));
      if (found.kind !== 'ok') return found;
      const { profile, real_name: realName, name } = found.value.user;
      const shown = profile.real_name || realName || profile.display_name || name || 'A person in Slack';
      return ok({ name: shown, email: profile.email ?? null });
    },
    async permalink(channel, ts) {
      const link = await call(z.object({ permalink: z.string() }), false, () =>
        client.chat.getPermalink({ channel, message_ts: ts }),
      );
      return link.kind === 'ok' ? ok(link.value.permalink) : link;
    },
    async thread(team, channel, root, after) {
      const read = await pages((cursor) =>
        client.conversations.replies({
          channel,
          ts: root,
          oldest: after,
          limit: 200,
          include_all_metadata: true,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      return read.kind === 'ok' ? ok(asEvents(team, channel, [...read.value])) : read;
    },
    async roots(team, channel, after) {
      const read = await pages((cursor) =>
        client.conversations.history({
          channel,
          oldest: after,
          limit: 200,
          include_all_metadata: true,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      return read.kind === 'ok' ? ok(asEvents(team, channel, [...read.value])) : read;
    },
  };
}
