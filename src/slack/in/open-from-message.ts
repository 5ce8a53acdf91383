import type { App } from '@slack/bolt';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { withoutCall } from './mention.ts';
import { offer } from './offer.ts';
import { MessageShortcut, tsOrNull } from './schema.ts';
import { toMessage } from './to-message.ts';
import type { Us } from './us.ts';
import { botName } from './writer.ts';

/** The message shortcut "Open request" of the app manifest. */
export const OPEN_REQUEST = 'open_request';

export function listenForOpenFromMessage(app: App, us: Us): void {
  app.shortcut({ type: 'message_action', callback_id: OPEN_REQUEST }, async ({ body, context, ack }) => {
    await ack();
    offer(context, readShortcut(body, us));
  });
}

function readShortcut(body: unknown, us: Us): Intake {
  const parsed = MessageShortcut.safeParse(body);
  if (!parsed.success) return ignored('shortcut_unreadable');
  const { message, channel, message_ts, user } = parsed.data;
  const by = SlackUser.safeParse(user.id);
  const ts = tsOrNull(message.ts) ?? tsOrNull(message_ts);
  if (!by.success || ts === null) return ignored('shortcut_unreadable');
  if (isForeignPerson(parsed.data, us.teamId)) return ignored('foreign_person');
  // An alert that an app posted has no person behind it: then the one who asks stands for it.
  const byBot = message.subtype === 'bot_message' || Boolean(message.bot_id);
  const author = SlackUser.safeParse(byBot ? null : message.user);
  const where = {
    team: us.teamId,
    channel: channel.id,
    ts,
    root: tsOrNull(message.thread_ts) ?? ts,
    user: author.success ? author.data : by.data,
    bot: byBot ? botName(message) : null,
  };
  const { door, execution, human } = parsed.data.deskbridge ?? {};
  return {
    kind: 'open-from-message',
    by: by.data,
    message: withoutCall(toMessage(message, where), us.botUserId),
    ...(door === undefined ? {} : { door }),
    ...(execution ? { execution } : {}),
    ...(human ? { human } : {}),
  };
}
