import { z } from 'zod';
import { isBotMember, visibleChannel } from '../find-channel.ts';
import type { StoredMessage } from '../message-store.ts';
import { type ApiResult, defineMethod, fail, type MethodContext, succeed } from '../method.ts';

const args = z.object({ channel: z.string(), timestamp: z.string(), name: z.string() });

function target(context: MethodContext, where: z.output<typeof args>): StoredMessage | ApiResult {
  const { world } = context;
  const channel = visibleChannel(world, where.channel);
  if (channel === null) return fail('channel_not_found');
  const message = world.messages.get(channel.id, where.timestamp);
  if (message === null || !isBotMember(world, channel) || message.ephemeralFor !== null) {
    return fail('message_not_found');
  }
  return message;
}

const add = defineMethod({
  tier: 't3',
  scope: 'reactions:write',
  args,
  run(where, context) {
    const message = target(context, where);
    if ('ok' in message) return message;
    if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(where.name)) return fail('invalid_name');
    const bot = context.world.app.botUserId;
    const known = message.reactions.find((each) => each.name === where.name);
    if (known?.users.includes(bot) === true) return fail('already_reacted');
    context.messaging.react(message, { user: bot, name: where.name, added: true });
    return succeed();
  },
});

const remove = defineMethod({
  tier: 't2',
  scope: 'reactions:write',
  args,
  run(where, context) {
    const message = target(context, where);
    if ('ok' in message) return message;
    const bot = context.world.app.botUserId;
    const known = message.reactions.find((each) => each.name === where.name);
    if (known?.users.includes(bot) !== true) return fail('no_reaction');
    context.messaging.react(message, { user: bot, name: where.name, added: false });
    return succeed();
  },
});

export const reactionMethods = { 'reactions.add': add, 'reactions.remove': remove };
