import type { App } from '@slack/bolt';
import { SlackUser } from '../../model/ids.ts';
import type { Intake, SlackMessage } from '../../model/intake.ts';
import { offer } from './offer.ts';
import { channelOrNull, EventBody, MessageEvent, type MessageFields, tsOrNull } from './schema.ts';
import { readText } from './text.ts';
import { storable } from './text-parts.ts';
import type { Us } from './us.ts';

/** What we write into the metadata of every post, so that it is known when it comes back. */
const OWN_EVENT_TYPE = 'deskbridge_op';

/** Subtypes that are people's words. Everything else with a subtype is Slack's own bookkeeping. */
const PEOPLES_SUBTYPES = new Set(['file_share', 'thread_broadcast', 'me_message']);

export function listenForMessages(app: App, us: Us): void {
  app.event('message', async ({ body, context }) => {
    offer(context, readMessageEvent(body, us));
  });
}

/** What a message event means. Slack's rules of subtypes: docs.slack.dev/reference/events/message. */
function readMessageEvent(body: unknown, us: Us): Intake {
  const outer = EventBody.safeParse(body);
  const inner = MessageEvent.safeParse(outer.data?.event);
  if (!outer.success || !inner.success) return ignored('message_unreadable');
  const event = inner.data;

  // Edits and deletions nest the message; so does the notice of a reply, which comes without its subtype (Slack's bug).
  if (event.hidden === true || event.message != null || event.previous_message != null) {
    return ignored(event.subtype || 'message_replied');
  }
  const channel = channelOrNull(event.channel);
  const ts = tsOrNull(event.ts);
  if (channel === null || ts === null) return ignored('message_unreadable');
  if (isOwn(event, { us, app: outer.data.api_app_id })) {
    return { kind: 'own-message', channel, ts, marker: markerOf(event) };
  }
  if (event.subtype === 'bot_message' || event.bot_id) return ignored('bot_message');
  if (event.subtype && !PEOPLES_SUBTYPES.has(event.subtype)) return ignored(event.subtype);
  if (event.user === 'USLACKBOT') return ignored('slackbot');
  const user = SlackUser.safeParse(event.user);
  if (!user.success) return ignored('message_without_user');
  const direct = event.channel_type === 'im' || event.channel_type === 'app_home';
  const root = tsOrNull(event.thread_ts) ?? ts;
  return {
    kind: 'message',
    direct,
    message: toMessage(event, { team: us.teamId, channel, ts, root, user: user.data }),
  };
}

type Where = Pick<SlackMessage, 'team' | 'channel' | 'ts' | 'root' | 'user'>;

export function toMessage(fields: MessageFields, where: Where): SlackMessage {
  const { text, blocks, attachments } = fields;
  return {
    ...where,
    text: readText({
      text: text ?? undefined,
      blocks: blocks ?? undefined,
      attachments: attachments ?? undefined,
    }),
    files: (fields.files ?? []).map(fileName),
  };
}

export function ignored(reason: string): Intake {
  return { kind: 'ignored', reason };
}

/** By the bot user that Slack gave us, or by the app that posted; never by text. */
function isOwn(
  event: MessageFields,
  { us, app }: { readonly us: Us; readonly app: string | null | undefined },
): boolean {
  if (event.user === us.botUserId) return true;
  return Boolean(event.bot_id) && Boolean(app) && event.app_id === app;
}

function markerOf(event: MessageFields): string | null {
  const { event_type, event_payload } = event.metadata ?? {};
  const op: unknown = event_payload?.['op'];
  return event_type === OWN_EVENT_TYPE && typeof op === 'string' ? op : null;
}

/** In shared channels Slack may send a file's id only (docs.slack.dev/apis/slack-connect). */
function fileName(file: unknown): string {
  if (typeof file !== 'object' || file === null) return 'file';
  for (const name of ['name', 'title', 'id']) {
    const value: unknown = Reflect.get(file, name);
    if (typeof value === 'string' && value !== '') return storable(value);
  }
  return 'file';
}
