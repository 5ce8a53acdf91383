import type { App } from '@slack/bolt';
import type { Intake } from '../../model/intake.ts';
import { ignored } from './ignored.ts';
import { isBareMention, withoutCall } from './mention.ts';
import { readMessageChange } from './message-change.ts';
import { offer } from './offer.ts';
import { channelOrNull, EventBody, MessageEvent, type MessageFields, tsOrNull } from './schema.ts';
import { toMessage } from './to-message.ts';
import { isOwn, readWriter, type WriterRules } from './writer.ts';

/** What we write into the metadata of every post, so that it is known when it comes back. */
const OWN_EVENT_TYPE = 'deskbridge_op';

export function listenForMessages(app: App, rules: WriterRules): void {
  app.event('message', async ({ body, context }) => {
    offer(context, readMessageEvent(body, rules));
  });
}

/** What a message event means. Slack's rules of subtypes: docs.slack.dev/reference/events/message. */
function readMessageEvent(body: unknown, rules: WriterRules): Intake {
  const outer = EventBody.safeParse(body);
  const inner = MessageEvent.safeParse(outer.data?.event);
  if (!outer.success || !inner.success) return ignored('message_unreadable');
  const event = inner.data;
  const channel = channelOrNull(event.channel);
  const app = outer.data.api_app_id ?? null;

  // Edits and deletions nest the message; so does the notice of a reply, which comes without its subtype (Slack's bug).
  if (event.hidden === true || event.message != null || event.previous_message != null) {
    return readMessageChange(event, { channel, app, rules });
  }
  const ts = tsOrNull(event.ts);
  if (channel === null || ts === null) return ignored('message_unreadable');
  if (isOwn(event, { rules, app })) return { kind: 'own-message', channel, ts, marker: markerOf(event) };
  const writer = readWriter(event, rules);
  if (typeof writer === 'string') return ignored(writer);
  const root = tsOrNull(event.thread_ts) ?? ts;
  const message = toMessage(event, { team: rules.teamId, channel, ts, root, ...writer });
  const direct = event.channel_type === 'im' || event.channel_type === 'app_home';
  if (root !== ts) return { kind: 'message', direct, message };
  // Our name alone asks for help, and is answered as a mention.
  if (!direct && isBareMention(message, rules.botUserId)) return ignored('bare-mention');
  return { kind: 'message', direct, message: withoutCall(message, rules.botUserId) };
}

function markerOf(event: MessageFields): string | null {
  const { event_type, event_payload } = event.metadata ?? {};
  const op: unknown = event_payload?.['op'];
  return event_type === OWN_EVENT_TYPE && typeof op === 'string' ? op : null;
}
