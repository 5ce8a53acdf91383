import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { SlackChannel, SlackTs } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { MESSAGE_GONE } from '../../texts/slack-refusals.ts';
import { askSlack } from './ask-slack.ts';
import { nullWhenGone } from './gone.ts';
import type { PostedMessage } from './post.ts';

export interface EditedMessage {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  readonly text: string;
  readonly blocks: KnownBlock[];
}

const TIMEOUT_MS = 10_000;

const Posted = z.object({ channel: SlackChannel, ts: SlackTs });
const Shown = z.object({
  ts: SlackTs,
  subtype: z.string().optional(),
  text: z.string().default(''),
  blocks: z.array(z.unknown()).default([]),
});
const Thread = z.object({ messages: z.array(Shown).default([]) }).nullable();

/** Sets what one of our messages shows; setting it again is harmless. The marker of its post stays on it. */
export function createEdit(client: WebClient): Effect<EditedMessage, PostedMessage> {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: 0,
    send: ({ channel, ts, text, blocks }) =>
      askSlack(Posted, true, () =>
        client.chat.update({ channel, ts, text, blocks, parse: 'none', link_names: false }),
      ),
    find: (message) => findShown(client, message),
  };
}

/** Takes one of our messages away; one that is gone already is fine. Doing it again tells what became of the first time. */
export function createRemove(client: WebClient): Effect<PostedMessage, null> {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: 0,
    async send({ channel, ts }) {
      const deleted = await askSlack(z.unknown(), true, () =>
        client.chat.delete({ channel, ts }).catch(nullWhenGone('message_not_found')),
      );
      return deleted.kind === 'ok' ? ok(null) : deleted;
    },
    find: async () => ok(null),
  };
}

/**
 * Does the message show it? One that is not there may only be late in Slack's reads: null, and the edit itself tells.
 * A tombstone is certain.
 */
async function findShown(
  client: WebClient,
  { channel, ts, text, blocks }: EditedMessage,
): Promise<Outcome<PostedMessage | null>> {
  const read = await askSlack(Thread, false, () =>
    client.conversations
      .replies({ channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 5 })
      .catch(nullWhenGone('thread_not_found')),
  );
  if (read.kind !== 'ok') return read;
  const shown = read.value?.messages.find((message) => message.ts === ts);
  if (shown?.subtype === 'tombstone') return rejected('not-found', MESSAGE_GONE);
  const same = shown !== undefined && shown.text === text && holds(shown.blocks, blocks);
  return ok(same ? { channel, ts } : null);
}

/** Is everything that we wrote in what we read? Slack adds ids and defaults of its own. */
function holds(read: unknown, written: unknown): boolean {
  if (Array.isArray(written)) {
    return (
      Array.isArray(read) &&
      read.length === written.length &&
      written.every((each, at) => holds(read[at], each))
    );
  }
  if (typeof written !== 'object' || written === null) return read === written;
  const found = typeof read === 'object' && read !== null ? new Map(Object.entries(read)) : null;
  return found !== null && Object.entries(written).every(([name, value]) => holds(found.get(name), value));
}
