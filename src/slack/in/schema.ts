import { z } from 'zod';
import { SlackChannel, SlackTs } from '../../model/ids.ts';
import { DOORS } from '../../model/route.ts';

/** Only what we read of Slack's payloads (docs.slack.dev). Everything else passes by unseen. */

/** Slack leaves fields out, sends null, or sends an empty string for the same thing: nothing. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
const text = optional(z.string());
const list = optional(z.array(z.unknown()));

/** The parts of a message that stand both in an event and, nested, in shortcuts and edits. */
const messageFields = {
  user: text,
  bot_id: text,
  app_id: text,
  username: text,
  bot_profile: optional(z.object({ name: text })),
  subtype: text,
  hidden: optional(z.boolean()),
  ts: text,
  thread_ts: text,
  text,
  blocks: list,
  attachments: list,
  files: list,
  edited: optional(z.object({ ts: text })),
  metadata: optional(
    z.object({ event_type: text, event_payload: optional(z.record(z.string(), z.unknown())) }),
  ),
};

export const MessageFields = z.object(messageFields);
export type MessageFields = z.infer<typeof MessageFields>;

export const MessageEvent = z.object({
  ...messageFields,
  type: z.literal('message'),
  channel: text,
  channel_type: text,
  event_ts: text,
  deleted_ts: text,
  message: optional(MessageFields),
  previous_message: optional(MessageFields),
});
export type MessageEvent = z.infer<typeof MessageEvent>;

/** Somebody mentioned us (docs.slack.dev/reference/events/app_mention): his message again, under another name. */
export const MentionEvent = z.object({ ...messageFields, type: z.literal('app_mention'), channel: text });

export const PlaceEvent = z.object({ channel: text });

const Team = optional(z.object({ id: text, enterprise_id: text }));

export const EventBody = z.object({
  event: z.looseObject({ type: z.string() }),
  event_id: text,
  team_id: text,
  context_team_id: text,
  api_app_id: text,
  authorizations: optional(
    z.array(z.object({ team_id: text, is_enterprise_install: optional(z.boolean()) })),
  ),
});
export type EventBody = z.infer<typeof EventBody>;

/** What every interaction carries: who, and from which workspace. */
const interaction = {
  type: z.string(),
  user: z.object({ id: z.string(), team_id: text }),
  team: Team,
  enterprise: optional(z.object({ id: text })),
  is_enterprise_install: optional(z.union([z.boolean(), z.string()])),
};
export const Interaction = z.object(interaction);
export type Interaction = z.infer<typeof Interaction>;

export const MessageShortcut = z.object({
  ...interaction,
  type: z.literal('message_action'),
  callback_id: z.string(),
  message_ts: text,
  channel: z.object({ id: SlackChannel }),
  message: MessageFields,
  /** Ours, and never Slack's: what stands here was read because of another door. */
  deskbridge: optional(z.object({ door: z.enum(DOORS), execution: text, human: optional(z.literal(true)) })),
  trigger_id: text,
});
export type MessageShortcut = z.infer<typeof MessageShortcut>;

export const BlockActions = z.object({
  ...interaction,
  type: z.literal('block_actions'),
  trigger_id: text,
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        block_id: text,
        value: text,
        selected_option: optional(z.object({ value: text })),
      }),
    )
    .min(1),
  channel: optional(z.object({ id: SlackChannel })),
  container: optional(z.object({ channel_id: text, message_ts: text, thread_ts: text })),
  message: optional(MessageFields),
});
export type BlockActions = z.infer<typeof BlockActions>;

export const ViewSubmission = z.object({
  ...interaction,
  type: z.literal('view_submission'),
  view: z.object({
    id: z.string().min(1).max(255),
    callback_id: z.string(),
    private_metadata: text,
    hash: text,
    state: z.unknown().optional(),
  }),
});
export type ViewSubmission = z.infer<typeof ViewSubmission>;

/** A ts, or null where Slack sent none that could be one. */
export function tsOrNull(value: string | null | undefined): SlackTs | null {
  const ts = SlackTs.safeParse(value);
  return ts.success ? ts.data : null;
}

export function channelOrNull(value: string | null | undefined): SlackChannel | null {
  const channel = SlackChannel.safeParse(value);
  return channel.success ? channel.data : null;
}
