import { randomUUID } from 'node:crypto';
import type { SlackChannelView, SlackMessageView, SlackPeople, SlackViewForPerson } from '../worlds.ts';
import { withIds } from './block-ids.ts';
import { type InteractionDeps, pressButton, runShortcut, typeCommand } from './interactions.ts';
import type { StoredMessage } from './message-store.ts';
import { closeView, submitView } from './modal-answers.ts';
import { typedMessage } from './typed-text.ts';
import type { StoredView } from './view-store.ts';
import type { Channel, SlackWorld } from './world.ts';

/** What a person could not do in Slack's client either. It is a mistake of whoever drives the sandbox. */
function impossible(what: string): never {
  throw new Error(`The simulated Slack cannot do this: ${what}`);
}

function channelFor(world: SlackWorld, userId: string, channelId: string): Channel {
  if (!world.people.has(userId)) impossible(`there is no person ${userId}`);
  const channel = world.channels.get(channelId);
  if (channel === undefined) return impossible(`there is no channel ${channelId}`);
  if (!channel.members.includes(userId)) impossible(`${userId} is no member of ${channelId}`);
  return channel;
}

function messageFor(world: SlackWorld, at: { userId: string; channelId: string; ts: string }): StoredMessage {
  const channel = channelFor(world, at.userId, at.channelId);
  const message = world.messages.get(channel.id, at.ts);
  const isVisible = message?.ephemeralFor === null || message?.ephemeralFor === at.userId;
  if (message === null || !isVisible) return impossible(`${at.userId} sees no message ${at.ts}`);
  return message;
}

function ownMessageFor(
  world: SlackWorld,
  at: { userId: string; channelId: string; ts: string },
): StoredMessage {
  const message = messageFor(world, at);
  if (message.user !== at.userId) impossible(`message ${at.ts} was not written by ${at.userId}`);
  return message;
}

function viewFor(world: SlackWorld, userId: string, viewId: string): StoredView {
  const view = world.views.get(viewId);
  if (view === null || view.userId !== userId) return impossible(`${userId} has no view ${viewId} open`);
  return view;
}

function threadFor(world: SlackWorld, channel: Channel, threadTs: string): string {
  const root = world.messages.get(channel.id, threadTs);
  if (root === null) return impossible(`there is no message ${threadTs} to reply to`);
  return root.threadTs ?? root.ts;
}

function messageView(world: SlackWorld, message: StoredMessage): SlackMessageView {
  const { ts, threadTs, text, blocks, metadata, ephemeralFor } = message;
  const userId = message.user ?? message.botId ?? '';
  const isBot = message.botId !== null;
  const name = world.people.get(userId)?.name ?? (isBot ? world.app.name : userId);
  return {
    ts,
    threadTs: threadTs === ts ? null : threadTs,
    userId,
    userName: message.username ?? name,
    isBot,
    text,
    blocks,
    metadata,
    edited: message.edited !== null,
    ephemeralFor,
  };
}

function viewForPerson(view: StoredView): SlackViewForPerson {
  return { viewId: view.id, userId: view.userId, view: view.definition, errors: view.errors };
}

function channelView({ id, name, kind, members }: Channel): SlackChannelView {
  return { id, name, isIm: kind === 'im', members };
}

/** What people see. */
function createSight(world: SlackWorld): Pick<SlackPeople, 'people' | 'channels' | 'messages' | 'views'> {
  return {
    people: () => [...world.people.values()],
    channels: () => [...world.channels.values()].map(channelView),
    messages: (channelId) => world.messages.list(channelId).map((message) => messageView(world, message)),
    views: (userId) => world.views.stack(userId).map(viewForPerson),
  };
}

/** What people write. */
function createPens({ world, messaging }: InteractionDeps): Pick<SlackPeople, 'post' | 'edit' | 'remove'> {
  return {
    post(userId, channelId, text, threadTs) {
      const channel = channelFor(world, userId, channelId);
      if (text.trim() === '') impossible('an empty message cannot be sent');
      const typed = typedMessage(world, text);
      const message = messaging.post({
        channel: channel.id,
        user: userId,
        threadTs: threadTs === undefined ? null : threadFor(world, channel, threadTs),
        text: typed.text,
        blocks: withIds(typed.blocks),
        clientMsgId: randomUUID(),
      });
      return message.ts;
    },
    edit(userId, channelId, ts, text) {
      const message = ownMessageFor(world, { userId, channelId, ts });
      const typed = typedMessage(world, text);
      messaging.change(message, { text: typed.text, blocks: withIds(typed.blocks) }, userId);
    },
    remove(userId, channelId, ts) {
      messaging.remove(ownMessageFor(world, { userId, channelId, ts }));
    },
  };
}

/** The people's side of the simulated Slack. Whatever Slack's client would not let them do throws. */
export function createSlackPeople(deps: InteractionDeps): SlackPeople {
  const { world } = deps;
  return {
    ...createSight(world),
    ...createPens(deps),
    async click(userId, channelId, ts, actionId) {
      return pressButton(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, actionId);
    },
    async shortcut(userId, channelId, ts, callbackId) {
      return runShortcut(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, callbackId);
    },
    async command(userId, channelId, command, text) {
      channelFor(world, userId, channelId);
      return typeCommand(deps, { userId, channelId, command, text });
    },
    async submit(userId, viewId, values) {
      return submitView(deps, viewFor(world, userId, viewId), values);
    },
    close(userId, viewId) {
      closeView(deps, viewFor(world, userId, viewId));
    },
  };
}
