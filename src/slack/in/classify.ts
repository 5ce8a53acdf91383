import { installPartition, type NewDelivery, type Partition, threadPartition } from '../../model/delivery.ts';
import type { SlackChannel, SlackTeam } from '../../model/ids.ts';
import { leadsToPage, looksAtApproval, opensApprovalForm } from './approval-press.ts';
import type { SlackBody } from './body.ts';
import { typeName } from './call-name.ts';
import { opensForm } from './card-press.ts';
import { asksDatabase } from './desk-command.ts';
import { asksToEscalate } from './escalate-view.ts';
import { asksToFillAgain } from './fill-again.ts';
import { isForeignEvent } from './foreign.ts';
import { asksFromHome, onlyLeads, opensHomeTab } from './home.ts';
import { linksPostedIn } from './links-shared.ts';
import { type Marks, readReaction } from './marks.ts';
import { choosesForm } from './request-form.ts';
import {
  BlockActions,
  channelOrNull,
  EventBody,
  MentionEvent,
  MessageEvent,
  MessageShortcut,
  PlaceEvent,
  tsOrNull,
} from './schema.ts';
import { asksForSteps } from './step-form.ts';
import type { Us } from './us.ts';

/** What has to happen with a call of Slack, decided from its content alone. */
export type Classified = { readonly name: string } & (
  | {
      /** `ask`: answer it now, keep nothing. `submission`: ask the form first, then keep what is valid. */
      readonly kind: 'ask' | 'submission';
    }
  /** Nobody here is concerned: acknowledge and count under `reason`. */
  | { readonly kind: 'count'; readonly reason: string }
  | {
      readonly kind: 'tell';
      /** Null: the transport's name of the call is its key. */
      readonly key: string | null;
      readonly identity: string | null;
      readonly partition: Partition;
      readonly type: NewDelivery['type'];
      /** Store only what comes from a channel that we work in; null when that does not matter. */
      readonly onlyIfKnown: SlackChannel | null;
    }
);

/** Beside messages: news about the installation itself, kept because a lost one cannot be asked for again. */
const KEPT_EVENTS = new Set([
  'app_uninstalled',
  'tokens_revoked',
  'channel_id_changed',
  // A workflow waits for its step.
  'function_executed',
]);

/** A channel has other readers now (docs.slack.dev/reference/events/channel_shared). */
const PLACE_EVENTS = new Set(['channel_shared', 'channel_unshared']);

export interface ClassifyOptions extends Us {
  readonly marks: Marks;
}

export function classify(body: SlackBody, options: ClassifyOptions): Classified {
  const name = typeName(body);
  const { teamId: ours } = options;
  if (typeof body['event'] === 'object' && body['event'] !== null)
    return classifyEvent(body, { name, ours, options });
  switch (name) {
    case 'command':
      // What only the database knows is kept like a form: it is answered later.
      return { kind: asksDatabase(body) ? 'submission' : 'ask', name };
    case 'shortcut':
    case 'block_suggestion':
      return { kind: 'ask', name };
    case 'view_submission':
      return { kind: 'submission', name };
    case 'block_actions':
      if (opensAtOnce(body)) return { kind: 'ask', name };
      if (looksAtApproval(body)) return { kind: 'submission', name };
      if (onlyLeads(body) || leadsToPage(body)) return { kind: 'count', name, reason: 'link' };
      return { kind: 'tell', name, ...interaction(body, ours) };
    case 'message_action':
      if (asksToEscalate(body)) return { kind: 'ask', name };
      return { kind: 'tell', name, ...interaction(body, ours) };
    default:
      // app_rate_limited, view_closed, and what Slack may add.
      return { kind: 'count', name, reason: 'no-listener' };
  }
}

/** Presses that are answered with a form, and mean nothing more. */
const FORMS = [opensForm, choosesForm, asksFromHome, asksToFillAgain, asksForSteps, opensApprovalForm];
const opensAtOnce = (body: SlackBody) => FORMS.some((asks) => asks(body));

function interaction(body: SlackBody, ours: SlackTeam) {
  const partition = interactionPartition(body, ours);
  return { key: null, identity: null, partition, type: 'interactive', onlyIfKnown: null } as const;
}

interface EventContext {
  readonly name: string;
  readonly ours: SlackTeam;
  readonly options: ClassifyOptions;
}

function classifyEvent(body: SlackBody, { name, ours, options }: EventContext): Classified {
  const outer = EventBody.safeParse(body);
  if (!outer.success) return { kind: 'count', name, reason: 'unreadable' };
  if (isForeignEvent(outer.data, ours)) return { kind: 'count', name, reason: 'other-team' };
  const common = { kind: 'tell', name, type: 'event', key: outer.data.event_id || null } as const;
  if (KEPT_EVENTS.has(name)) {
    return { ...common, identity: null, partition: installPartition, onlyIfKnown: null };
  }
  if (name === 'app_home_opened') {
    if (!opensHomeTab(outer.data.event)) return { kind: 'count', name, reason: 'other-tab' };
    return { ...common, identity: null, partition: installPartition, onlyIfKnown: null };
  }
  if (name === 'link_shared') {
    // Slack tells of every channel of the workspace: what is posted where we do not work is none of our business.
    const channel = linksPostedIn(outer.data.event);
    if (channel === null) return { kind: 'count', name, reason: 'typed-only' };
    return { ...common, identity: null, partition: installPartition, onlyIfKnown: channel };
  }
  if (PLACE_EVENTS.has(name)) {
    const channel = channelOrNull(PlaceEvent.safeParse(outer.data.event).data?.channel);
    return { ...common, identity: null, partition: installPartition, onlyIfKnown: channel };
  }
  // Asked for in so many words, wherever the app was invited: no channel has to be configured for that.
  if (name === 'app_mention') return { ...common, ...mentioned(outer.data, ours), onlyIfKnown: null };
  if (name === 'reaction_added' || name === 'reaction_removed') {
    const mark = readReaction(body, options);
    if (mark === null) return { kind: 'count', name, reason: 'reaction' };
    const partition = threadPartition(ours, mark.channel, mark.ts);
    if (mark.kind === 'open-from-mark') return { ...common, identity: null, partition, onlyIfKnown: null };
    if (mark.kind === 'react') return { ...common, identity: null, partition, onlyIfKnown: mark.channel };
    const identity = `${mark.channel}:${mark.ts}:bypass`;
    return { ...common, identity, partition, onlyIfKnown: mark.channel };
  }
  if (name !== 'message') return { kind: 'count', name, reason: 'no-listener' };

  const event = MessageEvent.safeParse(outer.data.event);
  // A message that we cannot read is kept: a later version may, and nothing that a person wrote is thrown away.
  if (!event.success) return { ...common, identity: null, partition: installPartition, onlyIfKnown: null };
  const channel = channelOrNull(event.data.channel);
  const direct = event.data.channel_type === 'im' || event.data.channel_type === 'app_home';
  return {
    ...common,
    identity: messageIdentity(event.data),
    partition: messagePartition(event.data, { ours, channel }),
    onlyIfKnown: direct ? null : channel,
  };
}

/** A mention under the name of its own: the same message comes as a message event, too. */
function mentioned({ event }: EventBody, ours: SlackTeam) {
  const mention = MentionEvent.safeParse(event).data;
  const channel = channelOrNull(mention?.channel);
  const ts = tsOrNull(mention?.ts);
  if (channel === null || ts === null) return { identity: null, partition: installPartition };
  const partition = threadPartition(ours, channel, tsOrNull(mention?.thread_ts) ?? ts);
  return { identity: mention?.edited == null ? `${channel}:${ts}:mention` : null, partition };
}

/**
 * Slack repeats a message under new event ids (a mention arrives twice). A plain message is its channel and ts; an edit,
 * deletion or notice names the message inside it and is itself told apart by its own time.
 */
function messageIdentity(event: MessageEvent): string | null {
  const inner = event.message?.ts || event.deleted_ts || event.previous_message?.ts;
  if (!event.channel) return null;
  if (inner || event.hidden === true) {
    const at = event.event_ts || event.ts;
    return inner && at ? `${event.channel}:${inner}:${event.subtype || 'notice'}:${at}` : null;
  }
  return event.ts ? `${event.channel}:${event.ts}:${event.edited?.ts || ''}` : null;
}

function messagePartition(
  event: MessageEvent,
  { ours, channel }: { readonly ours: SlackTeam; readonly channel: SlackChannel | null },
): Partition {
  const inner = event.message ?? event.previous_message ?? event;
  const root = tsOrNull(inner.thread_ts) ?? tsOrNull(inner.ts) ?? tsOrNull(event.deleted_ts);
  return channel === null || root === null ? installPartition : threadPartition(ours, channel, root);
}

function interactionPartition(body: SlackBody, ours: SlackTeam): Partition {
  const shortcut = MessageShortcut.safeParse(body).data;
  const press = BlockActions.safeParse(body).data;
  const channel = shortcut?.channel.id ?? press?.channel?.id ?? channelOrNull(press?.container?.channel_id);
  const message = shortcut?.message ?? press?.message;
  const root =
    tsOrNull(message?.thread_ts) ??
    tsOrNull(press?.container?.thread_ts) ??
    tsOrNull(message?.ts) ??
    tsOrNull(shortcut?.message_ts) ??
    tsOrNull(press?.container?.message_ts);
  return channel === null || root === null ? installPartition : threadPartition(ours, channel, root);
}
