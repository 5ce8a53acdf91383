import { z } from 'zod';
import type { NamedChannel, Obstacle, SlackNotes } from './notes.ts';
import type { AskSlack } from './question.ts';

interface Parts {
  readonly notes: SlackNotes;
  readonly ask: AskSlack;
  /** The scopes that the token has. */
  readonly granted: readonly string[];
  readonly botToken: string;
  readonly channels: readonly NamedChannel[];
}

const Info = z.object({
  channel: z.object({
    name: z.string().default(''),
    is_archived: z.boolean().default(false),
    is_private: z.boolean().default(false),
    is_ext_shared: z.boolean().default(false),
  }),
});

const shown = ({ id, name }: NamedChannel) => (name === null ? id : `#${name}`);

/** Reads one message of each channel, which is what the bridge does, too. Answers what ended the reading, if anything. */
export async function lookAtChannels(parts: Parts): Promise<Obstacle | null> {
  const { notes, ask, channels, botToken, granted } = parts;
  if (channels.length === 0) {
    notes.unseen(
      'slack.channels',
      'none is configured: requests come by direct message, command and shortcut',
    );
    notes.unseen('slack.channel-kind', 'no channel is configured');
    return null;
  }
  const seesKind = granted.includes('channels:read') || granted.includes('groups:read');
  if (!seesKind) {
    notes.unseen(
      'slack.channel-kind',
      'whether a channel is archived, private or shared takes channels:read and groups:read, see slack.scopes',
    );
  }
  for (const channel of channels) {
    const answer = await ask({
      method: 'conversations.history',
      token: botToken,
      args: { channel: channel.id, limit: '1' },
    });
    if (answer.kind !== 'answered') return answer;
    tellMembership(notes, channel, answer.error);
    if (!seesKind) continue;
    const info = await ask({ method: 'conversations.info', token: botToken, args: { channel: channel.id } });
    if (info.kind !== 'answered') return info;
    tellKind(notes, channel, info);
  }
  return null;
}

function tellMembership(notes: SlackNotes, channel: NamedChannel, error: string | null): void {
  const subject = shown(channel);
  switch (error) {
    case null:
      notes.passed('slack.channels', 'the bot reads it', subject);
      break;
    case 'not_in_channel':
      notes.problem('slack.channels', 'not-member', { subject, wrong: `The bot is not in ${subject}.` });
      break;
    case 'channel_not_found':
      notes.problem('slack.channels', 'not-found', {
        subject,
        wrong: `Slack shows the bot no channel ${channel.id} (${subject}).`,
      });
      break;
    case 'missing_scope':
      notes.unseen('slack.channels', 'a scope is missing, see slack.scopes', subject);
      break;
    default:
      notes.problem('slack.channels', 'unreadable', {
        subject,
        wrong: `Slack does not let the bot read ${subject} ("${error}").`,
      });
  }
}

function tellKind(
  notes: SlackNotes,
  channel: NamedChannel,
  { error, body }: { readonly error: string | null; readonly body: unknown },
): void {
  const subject = shown(channel);
  const info = error === null ? Info.safeParse(body) : null;
  if (info?.success !== true) {
    notes.unseen('slack.channel-kind', 'Slack does not tell it', subject);
    return;
  }
  const { name, is_archived, is_private, is_ext_shared } = info.data.channel;
  const before = { subject };
  let isFine = true;
  const problem = (what: 'archived' | 'internal-is-public' | 'shared' | 'renamed', wrong: string) => {
    isFine = false;
    notes.problem('slack.channel-kind', what, { ...before, wrong });
  };
  if (is_archived) problem('archived', `${subject} is archived.`);
  if (channel.internal && !is_private) {
    problem('internal-is-public', `${subject} is not for everybody, and it is a public channel.`);
  }
  if (is_ext_shared) problem('shared', `${subject} is shared with another workspace.`);
  if (channel.name !== null && name !== '' && name !== channel.name) {
    problem('renamed', `${channel.id} is called #${name}, the configuration says ${subject}.`);
  }
  if (isFine)
    notes.passed('slack.channel-kind', is_private ? 'a private channel' : 'a public channel', subject);
}
