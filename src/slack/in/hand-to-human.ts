import type { App } from '@slack/bolt';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { MessageShortcut, tsOrNull } from './schema.ts';
import type { Us } from './us.ts';

/** The message shortcut "Hand to a human" of the app manifest. */
export const HAND_TO_HUMAN = 'hand_to_human';

export function listenForHandToHuman(app: App, us: Us): void {
  app.shortcut({ type: 'message_action', callback_id: HAND_TO_HUMAN }, async ({ body, context, ack }) => {
    await ack();
    offer(context, readShortcut(body, us));
  });
}

function readShortcut(body: unknown, { teamId: team, botUserId }: Us): Intake {
  const parsed = MessageShortcut.safeParse(body);
  if (!parsed.success) return ignored('shortcut_unreadable');
  const { message, channel, message_ts, user } = parsed.data;
  const by = SlackUser.safeParse(user.id);
  const ts = tsOrNull(message.ts) ?? tsOrNull(message_ts);
  if (!by.success || ts === null) return ignored('shortcut_unreadable');
  if (isForeignPerson(parsed.data, team)) return ignored('foreign_person');
  const root = tsOrNull(message.thread_ts) ?? ts;
  const ours = message.user === botUserId && root === ts;
  return { kind: 'want-human', team, by: by.data, channel: channel.id, ts, root, ours };
}
