import { z } from 'zod';
import { imOf, isBotMember, visibleChannel } from '../find-channel.ts';
import { defineMethod, fail, flag, integer, scopeByKind, succeed } from '../method.ts';
import { pageOf } from '../paging.ts';
import type { Channel, SlackWorld } from '../world.ts';

function wireChannel(world: SlackWorld, channel: Channel) {
  const common = {
    id: channel.id,
    created: 0,
    is_archived: channel.archived,
    context_team_id: world.team.id,
  };
  if (channel.kind === 'im') {
    const user = channel.members.find((member) => member !== world.app.botUserId);
    return { ...common, is_im: true, user, is_user_deleted: false, is_ext_shared: false };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'group',
    is_member: isBotMember(world, channel),
    is_shared: channel.shared,
    is_ext_shared: channel.shared,
    num_members: channel.members.length,
  };
}

const info = defineMethod({
  tier: 't3',
  scope: scopeByKind('read'),
  args: z.object({ channel: z.string() }),
  run(args, { world }) {
    const channel = visibleChannel(world, args.channel);
    return channel === null ? fail('channel_not_found') : succeed({ channel: wireChannel(world, channel) });
  },
});

const open = defineMethod({
  tier: 't3',
  scope: 'im:write',
  args: z.object({ channel: z.string().optional(), users: z.string().optional(), return_im: flag }),
  run(args, { world }) {
    if (args.channel !== undefined) {
      const channel = visibleChannel(world, args.channel);
      if (channel === null) return fail('channel_not_found');
      return succeed({ channel: args.return_im ? wireChannel(world, channel) : { id: channel.id } });
    }
    const users = (args.users ?? '').split(',').filter((user) => user !== '');
    const [user] = users;
    if (user === undefined) return fail('users_list_not_supplied');
    if (users.length > 1) return fail('method_not_supported_for_channel_type');
    const channel = imOf(world, user);
    if (channel === null) return fail('user_not_found');
    const shown = args.return_im ? wireChannel(world, channel) : { id: channel.id };
    return succeed({ channel: shown, no_op: true, already_open: true });
  },
});

const members = defineMethod({
  tier: 't4',
  scope: scopeByKind('read'),
  args: z.object({ channel: z.string(), cursor: z.string().optional(), limit: integer(1, 1000, 100) }),
  errors: { limit: 'invalid_limit' },
  run(args, { world }) {
    const channel = visibleChannel(world, args.channel);
    if (channel === null) return fail('channel_not_found');
    const page = pageOf(channel.members, { cursor: args.cursor, limit: args.limit, key: (member) => member });
    if (page === null) return fail('invalid_cursor');
    return succeed({ members: page.items, response_metadata: { next_cursor: page.nextCursor } });
  },
});

const KIND_OF_TYPE: Readonly<Record<string, Channel['kind']>> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
};

const list = defineMethod({
  tier: 't2',
  scope: 'channels:read',
  args: z.object({
    types: z.string().default('public_channel'),
    exclude_archived: flag,
    cursor: z.string().optional(),
    limit: integer(1, 1000, 100),
  }),
  errors: { limit: 'invalid_limit' },
  run(args, { world }) {
    const types = args.types.split(',').map((type) => type.trim());
    if (types.some((type) => type !== 'mpim' && KIND_OF_TYPE[type] === undefined))
      return fail('invalid_types');
    const kinds = new Set(types.map((type) => KIND_OF_TYPE[type]));
    const found = [...world.channels.values()].filter(
      (channel) =>
        kinds.has(channel.kind) &&
        visibleChannel(world, channel.id) !== null &&
        !(args.exclude_archived && channel.archived),
    );
    const page = pageOf(found, { cursor: args.cursor, limit: args.limit, key: (channel) => channel.id });
    if (page === null) return fail('invalid_cursor');
    const channels = page.items.map((channel) => wireChannel(world, channel));
    return succeed({ channels, response_metadata: { next_cursor: page.nextCursor } });
  },
});

const join = defineMethod({
  tier: 't3',
  scope: 'channels:join',
  args: z.object({ channel: z.string() }),
  run(args, { world }) {
    const channel = visibleChannel(world, args.channel);
    if (channel === null) return fail('channel_not_found');
    if (channel.kind !== 'channel') return fail('method_not_supported_for_channel_type');
    if (channel.archived) return fail('is_archived');
    if (isBotMember(world, channel)) {
      return succeed({ channel: wireChannel(world, channel), warning: 'already_in_channel' });
    }
    const joined = { ...channel, members: [...channel.members, world.app.botUserId] };
    world.channels.set(channel.id, joined);
    world.changed();
    return succeed({ channel: wireChannel(world, joined) });
  },
});

export const conversationMethods = {
  'conversations.info': info,
  'conversations.open': open,
  'conversations.members': members,
  'conversations.list': list,
  'conversations.join': join,
};
