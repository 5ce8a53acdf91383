import type { App } from '@slack/bolt';
import type { Doc, Inline } from '../../model/doc.ts';
import type { SlackUser } from '../../model/ids.ts';
import type { Intake, SlackMessage } from '../../model/intake.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { channelOrNull, EventBody, MentionEvent, tsOrNull } from './schema.ts';
import { toMessage } from './to-message.ts';
import { isOwn, readWriter, type WriterRules } from './writer.ts';

/** Somebody called us by name. Where we read the channel the same message comes as a message event, too. */
export function listenForMentions(app: App, rules: WriterRules): void {
  app.event('app_mention', async ({ body, context }) => {
    offer(context, readMention(body, rules));
  });
}

function readMention(body: unknown, rules: WriterRules): Intake {
  const outer = EventBody.safeParse(body);
  const inner = MentionEvent.safeParse(outer.data?.event);
  if (!outer.success || !inner.success) return ignored('mention_unreadable');
  const event = inner.data;
  const channel = channelOrNull(event.channel);
  const ts = tsOrNull(event.ts);
  if (channel === null || ts === null) return ignored('mention_unreadable');
  if (isOwn(event, { rules, app: outer.data.api_app_id ?? null })) return ignored('own-mention');
  // Whoever edits an old message to mention us tells nothing new: the edit itself comes in.
  if (event.edited != null) return ignored('mention-edited');
  const writer = readWriter(event, rules);
  if (typeof writer === 'string') return ignored(writer);
  if (writer.bot !== null) return ignored('bot_message');
  const { teamId: team } = rules;
  const root = tsOrNull(event.thread_ts) ?? ts;
  const message = toMessage(event, { team, channel, ts, root, ...writer });
  if (isBareMention(message, rules.botUserId))
    return { kind: 'ask-help', team, channel, root, by: writer.user };
  const { user: by } = writer;
  const door = 'mention';
  if (root !== ts) return { kind: 'open-from-mark', team, channel, ts: root, by, door, execution: null };
  return { kind: 'open-from-message', by, message: withoutCall(message, rules.botUserId), door };
}

/** Nothing but our name. */
export function isBareMention({ body, files }: SlackMessage, us: SlackUser): boolean {
  if (files.length > 0) return false;
  const leaves = body.children.flatMap((block): readonly (Inline | null)[] =>
    block.type === 'paragraph' ? block.children : [null],
  );
  const isCall = (leaf: Inline | null) => leaf?.type === 'mention' && leaf.user === us;
  const isNothing = (leaf: Inline | null) =>
    leaf?.type === 'break' || (leaf?.type === 'text' && /^[\s\p{P}]*$/u.test(leaf.value));
  return leaves.some(isCall) && leaves.every((leaf) => isCall(leaf) || isNothing(leaf));
}

/** "@Deskbridge my laptop is broken" asks for help with a laptop: the name that it begins with is no part of that. */
export function withoutCall(message: SlackMessage, us: SlackUser): SlackMessage {
  const [first, ...rest] = message.body.children;
  if (first?.type !== 'paragraph') return message;
  const [call, next, ...more] = first.children;
  if (call?.type !== 'mention' || call.user !== us) return message;
  const begun: readonly Inline[] =
    next?.type === 'text' ? [{ ...next, value: next.value.replace(/^[\s,:;–-]+/u, '') }] : next ? [next] : [];
  const children = [...begun.filter((leaf) => leaf.type !== 'text' || leaf.value !== ''), ...more];
  const body: Doc = {
    type: 'root',
    children: children.length === 0 ? rest : [{ ...first, children }, ...rest],
  };
  return { ...message, body };
}
