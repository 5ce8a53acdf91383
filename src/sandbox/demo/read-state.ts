import { z } from 'zod';
import type { SlackChannelView, SlackMessageView, SlackPeople, TicketPeople, TicketView } from '../worlds.ts';
import { agreementOf, isBridge } from './agreement.ts';
import { cardKey } from './card-text.ts';
import { HELP_CHANNEL, PEOPLE, QUEUES, RESPONDER, SUGGESTIONS, TEAM } from './company.ts';
import type { DemoState, PageChannel, PageMessage, PageTicket, System } from './demo-state.ts';

/** The three faces that people of the demo act through. */
export interface DemoWorlds {
  readonly slack: SlackPeople;
  readonly desks: Readonly<Record<System, TicketPeople>>;
}

export const COMMAND = '/desk';
const BOT = { id: 'U0DESKBRIDGE', name: 'Deskbridge' };

const Blocks = z.array(z.record(z.string(), z.unknown())).catch([]);

/** Everything that one person and the agents see now. */
export function readState({ slack, desks }: DemoWorlds, me: string): DemoState {
  const channels = slack.channels();
  const threads = findThreads(slack, channels);
  return {
    team: TEAM.name,
    bot: BOT,
    command: COMMAND,
    me,
    people: PEOPLE.map(({ id, name }) => ({
      id,
      name,
      role: id === RESPONDER.id ? ('responder' as const) : ('requester' as const),
    })),
    channels: channels
      .filter(({ members }) => members.includes(me))
      .map((one) => pageChannel(slack, one, me)),
    views: slack.views(me).map(({ viewId, view, errors }) => ({ viewId, view, errors: { ...errors } })),
    queues: [...QUEUES],
    agents: desks.jira.agents().map(({ name }) => name),
    tickets: (['jira', 'servicenow'] as const).flatMap((system) =>
      desks[system].tickets().map((ticket) => pageTicket(system, ticket, threads.get(ticket.key) ?? null)),
    ),
    suggestions: [...SUGGESTIONS],
  };
}

function pageChannel(slack: SlackPeople, channel: SlackChannelView, me: string): PageChannel {
  const { id, isIm } = channel;
  return {
    id,
    name: isIm ? BOT.name : channel.name,
    isDirect: isIm,
    opensRequests: id === HELP_CHANNEL,
    messages: slack
      .messages(id)
      .filter(({ ephemeralFor }) => ephemeralFor === null || ephemeralFor === me)
      .map(pageMessage),
  };
}

function pageMessage(message: SlackMessageView): PageMessage {
  const { ts, threadTs, userId, userName, isBot, text, edited } = message;
  const blocks = Blocks.parse(message.blocks);
  return {
    ts,
    threadTs,
    userId,
    userName,
    isBot,
    text,
    blocks,
    edited,
    ephemeral: message.ephemeralFor !== null,
  };
}

interface FoundThread {
  readonly channel: SlackChannelView;
  readonly root: string;
  readonly card: SlackMessageView;
  readonly messages: readonly SlackMessageView[];
}

/** Where each ticket is talked about, by its key: the thread in which the bridge's card about it stands. */
function findThreads(slack: SlackPeople, channels: readonly SlackChannelView[]) {
  const found = new Map<string, FoundThread>();
  for (const channel of channels) {
    const messages = slack.messages(channel.id);
    for (const card of messages) {
      const key = card.isBot ? cardKey(card.blocks) : null;
      if (key === null) continue;
      const root = card.threadTs ?? card.ts;
      const inThread = messages.filter(({ ts, threadTs }) => ts === root || threadTs === root);
      found.set(key, { channel, root, card, messages: inThread });
    }
  }
  return found;
}

function placeName(channel: SlackChannelView): string {
  return channel.isIm ? `Direct message with ${channel.name}` : `#${channel.name}`;
}

function pageTicket(system: System, ticket: TicketView, thread: FoundThread | null): PageTicket {
  const { reporter, comments, nextStatuses, ...rest } = ticket;
  return {
    ...rest,
    system,
    reporter: reporter !== null && isBridge(reporter) ? null : reporter,
    comments: comments.map((comment) => ({ ...comment, byBridge: isBridge(comment.author) })),
    nextStatuses: [...nextStatuses],
    thread:
      thread === null
        ? null
        : {
            channel: thread.channel.id,
            root: thread.root,
            place: placeName(thread.channel),
            members: [...thread.channel.members],
            agreement: agreementOf(thread, ticket),
          },
  };
}
