import { z } from 'zod';
import type { SlackChannelView, SlackMessageView, SlackPeople, TicketPeople, TicketView } from '../worlds.ts';
import { agreementOf, isBridge } from './agreement.ts';
import { cardKey } from './card-text.ts';
import { HELP_CHANNEL, PEOPLE, QUEUES, RESPONDER, SUGGESTIONS, TEAM } from './company.ts';
import type { DemoState, PageChannel, PageMessage, PageTicket, System } from './demo-state.ts';
import { slackFilePath, ticketFilePath } from './file-routes.ts';
import type { Trouble } from './trouble.ts';

/** The three faces that people of the demo act through, and what a visitor can let go wrong. */
export interface DemoWorlds {
  readonly slack: SlackPeople;
  readonly desks: Readonly<Record<System, TicketPeople>>;
  readonly trouble: Trouble;
}

export const COMMAND = '/desk';
const BOT = { id: 'U0DESKBRIDGE', name: 'Deskbridge' };

const NAMES = new Map([...PEOPLE.map(({ id, name }) => [id, name] as const), [BOT.id, BOT.name] as const]);

const Blocks = z.array(z.record(z.string(), z.unknown())).catch([]);

/** Everything that one person and the agents see now. */
export function readState({ slack, desks, trouble }: DemoWorlds, me: string): DemoState {
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
    home: homeOf(slack, me),
    queues: [...QUEUES],
    agents: desks.jira.agents().map(({ name }) => name),
    tickets: (['jira', 'servicenow'] as const).flatMap((system) =>
      desks[system].tickets().map((ticket) => pageTicket(system, ticket, threads.get(ticket.key) ?? null)),
    ),
    suggestions: [...SUGGESTIONS],
    trouble: trouble.now(),
  };
}

function homeOf(slack: SlackPeople, me: string): DemoState['home'] {
  const home = slack.home(me);
  return home === null ? null : { ...home };
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
      .map((message) => pageMessage(message, me)),
  };
}

/** The author of what Slack leaves where a message with replies was deleted. */
const SLACKBOT = 'USLACKBOT';

function pageMessage(message: SlackMessageView, me: string): PageMessage {
  const { ts, threadTs, userId, userName, isBot, text, edited } = message;
  const gone = userId === SLACKBOT;
  return {
    ts,
    threadTs,
    userId,
    userName: gone ? 'Slackbot' : userName,
    isBot,
    text,
    blocks: Blocks.parse(message.blocks),
    files: message.files.map(({ id, name, size }) => ({ name, size, href: slackFilePath(id, me) })),
    edited,
    gone,
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
      const inThread = messages.filter(
        ({ ts, threadTs, ephemeralFor, userId }) =>
          (ts === root || threadTs === root) && ephemeralFor === null && userId !== SLACKBOT,
      );
      found.set(key, { channel, root, card, messages: inThread });
    }
  }
  return found;
}

function placeName(channel: SlackChannelView): string {
  return channel.isIm ? `Direct message with ${channel.name}` : `#${channel.name}`;
}

function pageTicket(system: System, ticket: TicketView, thread: FoundThread | null): PageTicket {
  const { reporter, comments, files, nextStatuses, ...rest } = ticket;
  return {
    ...rest,
    system,
    reporter: reporter !== null && isBridge(reporter) ? null : reporter,
    comments: comments.map(({ text: _, ...comment }) => ({ ...comment, byBridge: isBridge(comment.author) })),
    files: files.map(({ id, name, size, author }) => ({
      ...{ id, name, size, author, byBridge: isBridge(author) },
      href: ticketFilePath(system, ticket.id, id),
    })),
    choices: mapValues(ticket.choices),
    nextStatuses: [...nextStatuses],
    thread:
      thread === null
        ? null
        : {
            channel: thread.channel.id,
            root: thread.root,
            place: placeName(thread.channel),
            members: [...thread.channel.members],
            agreement: agreementOf(thread, ticket, NAMES),
          },
  };
}

const mapValues = (choices: TicketView['choices']): PageTicket['choices'] =>
  Object.fromEntries(Object.entries(choices).map(([field, values]) => [field, [...values]]));
