import { z } from 'zod';
import { isBotMember, visibleChannel } from '../find-channel.ts';
import { byTs, type StoredMessage } from '../message-store.ts';
import {
  type ApiResult,
  defineMethod,
  fail,
  flag,
  integer,
  type MethodContext,
  scopeByKind,
  succeed,
} from '../method.ts';
import { pageOf } from '../paging.ts';
import { wireMessage } from '../wire-message.ts';
import type { Channel } from '../world.ts';

const readArgs = {
  channel: z.string(),
  cursor: z.string().optional(),
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag,
  include_all_metadata: flag,
};
const readErrors = { oldest: 'invalid_ts_oldest', latest: 'invalid_ts_latest' } as const;
const ReadArgs = z.object({ ...readArgs, limit: z.number() });
type ReadArgs = z.output<typeof ReadArgs>;

function readable({ world }: MethodContext, id: string): Channel | string {
  const channel = visibleChannel(world, id);
  if (channel === null) return 'channel_not_found';
  return isBotMember(world, channel) ? channel : 'not_in_channel';
}

function inWindow(args: ReadArgs): (message: StoredMessage) => boolean {
  const ts = (value: string | undefined, fallback: number) => (value ? Number(value) : fallback);
  const oldest = ts(args.oldest, 0);
  const latest = ts(args.latest, Number.POSITIVE_INFINITY);
  return (message) => {
    const at = Number(message.ts);
    return args.inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function answer(found: readonly StoredMessage[], args: ReadArgs, context: MethodContext): ApiResult {
  const page = pageOf(found, { cursor: args.cursor, limit: args.limit, key: (message) => message.ts });
  if (page === null) return fail('invalid_cursor');
  const options = {
    allMetadata: args.include_all_metadata,
    ...(context.asOf === undefined ? {} : { asOf: context.asOf }),
  };
  return succeed({
    messages: page.items.map((message) => wireMessage(context.world, message, options)),
    has_more: page.nextCursor !== '',
    ...(page.nextCursor === '' ? {} : { response_metadata: { next_cursor: page.nextCursor } }),
  });
}

const replies = defineMethod({
  tier: 't3',
  scope: scopeByKind('history'),
  args: z.object({ ...readArgs, ts: z.string(), limit: integer(1, 1000, 1000) }),
  errors: { ...readErrors, ts: 'thread_not_found', limit: 'invalid_limit' },
  run(args, context) {
    const { world, asOf } = context;
    const channel = readable(context, args.channel);
    if (typeof channel === 'string') return fail(channel);
    const named = world.messages.get(channel.id, args.ts, asOf);
    const root = world.messages.get(channel.id, named?.threadTs ?? args.ts, asOf);
    if (root === null || root.ephemeralFor !== null) return fail('thread_not_found');
    const found = world.messages.replies(channel.id, root.ts, asOf).filter(inWindow(args));
    return answer([root, ...found], args, context);
  },
});

const history = defineMethod({
  tier: 't3',
  scope: scopeByKind('history'),
  args: z.object({ ...readArgs, limit: integer(1, 999, 100) }),
  errors: { ...readErrors, limit: 'invalid_limit' },
  run(args, context) {
    const channel = readable(context, args.channel);
    if (typeof channel === 'string') return fail(channel);
    const shown = (message: StoredMessage) =>
      message.ephemeralFor === null &&
      message.subtype !== 'tombstone' &&
      (message.threadTs === null ||
        message.threadTs === message.ts ||
        message.subtype === 'thread_broadcast');
    const found = context.world.messages.list(channel.id, context.asOf).filter(shown).filter(inWindow(args));
    return answer(found.sort(byTs).reverse(), args, context);
  },
});

export const messageMethods = { 'conversations.replies': replies, 'conversations.history': history };
