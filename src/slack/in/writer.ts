import { SlackUser } from '../../model/ids.ts';
import type { SlackMessage } from '../../model/intake.ts';
import { AN_APP } from '../../texts/names.ts';
import type { MessageFields } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

/** Whose words count: people's always, and those of the bots that the configuration names. */
export interface WriterRules extends Us {
  readonly bots: (botId: string) => boolean;
}

/** Subtypes that are somebody's words. Everything else with a subtype is Slack's own bookkeeping. */
const WORDS = new Set(['file_share', 'thread_broadcast', 'me_message']);
const LONGEST_NAME = 80;

export type Writer = Pick<SlackMessage, 'user' | 'bot'>;

/** Who wrote a message; a string says why nobody did whose words count. */
export function readWriter(fields: MessageFields, rules: WriterRules): Writer | string {
  const byBot = fields.subtype === 'bot_message' || Boolean(fields.bot_id);
  if (byBot && !(fields.bot_id && rules.bots(fields.bot_id))) return 'bot_message';
  if (fields.subtype && fields.subtype !== 'bot_message' && !WORDS.has(fields.subtype)) return fields.subtype;
  if (fields.user === 'USLACKBOT') return 'slackbot';
  const user = SlackUser.safeParse(fields.user || (byBot ? fields.bot_id : null));
  if (!user.success) return 'message_without_user';
  return { user: user.data, bot: byBot ? botName(fields) : null };
}

/** The name that people see beside a bot's post. */
export function botName({ username, bot_profile }: MessageFields): string {
  const name = storable(username || bot_profile?.name || '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return name === '' ? AN_APP : name.slice(0, LONGEST_NAME).toWellFormed();
}

/** By the bot user that Slack gave us, or by the app that posted; never by text. */
export function isOwn(
  fields: MessageFields | null | undefined,
  { rules, app }: { readonly rules: Us; readonly app: string | null },
): boolean {
  if (fields == null) return false;
  if (fields.user === rules.botUserId) return true;
  return Boolean(fields.bot_id) && Boolean(app) && fields.app_id === app;
}
