import type { SlackChannel } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { ignored } from './ignored.ts';
import { messageDoc } from './message-doc.ts';
import { type MessageEvent, type MessageFields, tsOrNull } from './schema.ts';
import { readFiles } from './slack-file.ts';
import { toMessage } from './to-message.ts';
import { isOwn, readWriter, type WriterRules } from './writer.ts';

interface Place {
  readonly channel: SlackChannel | null;
  /** The id of our app. */
  readonly app: string | null;
  readonly rules: WriterRules;
}

/**
 * A hidden message event: an edit, a deletion, or news about a message that says what it said before
 * (docs.slack.dev/reference/events/message/message_changed: unfurls, replies, the language found out).
 */
export function readMessageChange(event: MessageEvent, place: Place): Intake {
  switch (event.subtype) {
    case 'message_changed':
      return event.message?.subtype === 'tombstone' ? readDeletion(event, place) : readEdit(event, place);
    case 'message_deleted':
      return readDeletion(event, place);
    case 'tombstone':
      // As a reading of the thread shows it, without the event around it.
      return readDeletion({ ...event, message: event, previous_message: undefined }, place);
    default:
      return ignored(event.subtype || 'message_replied');
  }
}

/** A root with replies is not taken away but becomes a tombstone: then its ts stands in `message`. */
function readDeletion(event: MessageEvent, { channel, app, rules }: Place): Intake {
  const { message: tombstone, previous_message: before } = event;
  const ts = tsOrNull(event.deleted_ts) ?? tsOrNull(tombstone?.ts) ?? tsOrNull(before?.ts);
  if (channel === null || ts === null) return ignored('message_unreadable');
  if (tombstone != null && before?.subtype === 'tombstone') return ignored('message_unchanged');
  if (isOwn(before, { rules, app })) return ignored('own-message-deleted');
  if (before != null && before.subtype !== 'tombstone') {
    const writer = readWriter(before, rules);
    if (typeof writer === 'string') return ignored(writer);
  }
  const root = tsOrNull(before?.thread_ts) ?? tsOrNull(tombstone?.thread_ts) ?? ts;
  return { kind: 'deleted', team: rules.teamId, channel, ts, root };
}

function readEdit(event: MessageEvent, { channel, app, rules }: Place): Intake {
  const { message: after, previous_message: before } = event;
  const ts = tsOrNull(after?.ts);
  if (after == null || channel === null || ts === null) return ignored('message_unreadable');
  if (isOwn(after, { rules, app }) || isOwn(before, { rules, app })) return ignored('own-message-changed');
  const writer = readWriter(after, rules);
  if (typeof writer === 'string') return ignored(writer);
  if (before != null && content(after) === content(before)) return ignored('message_unchanged');
  const root = tsOrNull(after.thread_ts) ?? ts;
  const message = toMessage(after, { team: rules.teamId, channel, ts, root, ...writer });
  return { kind: 'edited', message: { ...message, edited: stampOf(event) } };
}

/** What a reader sees, so that new block ids, unfurls and counts of replies make no difference. */
function content(fields: MessageFields): string {
  return JSON.stringify([messageDoc(fields), readFiles(fields.files ?? []).map(({ id }) => id)]);
}

/** Taking a file away is no edit to Slack and leaves the old stamp; then the event's own time tells the versions apart. */
function stampOf({ message, previous_message, event_ts, ts }: MessageEvent): string | null {
  const stamp = tsOrNull(message?.edited?.ts);
  const isNew = stamp !== null && stamp !== tsOrNull(previous_message?.edited?.ts);
  return isNew ? stamp : (tsOrNull(event_ts) ?? tsOrNull(ts) ?? stamp);
}
