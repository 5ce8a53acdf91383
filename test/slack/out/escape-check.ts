import assert from 'node:assert/strict';
import type { KnownBlock } from '@slack/types';
import { z } from 'zod';
import { checkBlocks } from '../../../src/sandbox/slack/blocks.ts';

const Mrkdwn = z.object({ type: z.literal('mrkdwn'), text: z.string(), verbatim: z.boolean().optional() });
const Objects = z.array(z.record(z.string(), z.unknown()));

/** All mrkdwn in blocks, however deep. */
export function mrkdwnIn(value: unknown): readonly z.infer<typeof Mrkdwn>[] {
  if (typeof value !== 'object' || value === null) return [];
  const read = Mrkdwn.safeParse(value);
  return read.success ? [read.data] : Object.values(value).flatMap(mrkdwnIn);
}

const Shown = z.discriminatedUnion('type', [
  z.object({ type: z.literal(['text', 'raw_text']), text: z.string().min(1).max(3_000) }),
  z.object({
    type: z.literal('link'),
    url: z.string().min(1).max(3_000),
    text: z.string().min(1).optional(),
  }),
  z.object({ type: z.literal('user'), user_id: z.string().min(1) }),
  z.object({ type: z.literal('emoji'), name: z.string().min(1) }),
]);

/** What a person reads in the rich text of blocks, element by element; a link shows its label, or itself, or both. */
export function shownWords(value: unknown, withUrls = false): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (
    !Array.isArray(value) &&
    'type' in value &&
    ['text', 'raw_text', 'link', 'user', 'emoji'].includes(String(value.type))
  ) {
    const shown = Shown.parse(value);
    switch (shown.type) {
      case 'text':
      case 'raw_text':
        return [shown.text];
      case 'link':
        return [shown.text ?? shown.url, ...(withUrls && shown.text !== undefined ? [shown.url] : [])];
      case 'user':
        return [`<${shown.user_id}>`];
      case 'emoji':
        return [`:${shown.name}:`];
    }
  }
  return Object.values(value).flatMap((each) => shownWords(each, withUrls));
}

/** What Slack would obey: everything between angle brackets, and brackets that stand alone. */
export function commandsIn(text: string): readonly string[] {
  return text.match(/<[^>]*>?|>/g) ?? [];
}

/** Fails when a message breaks a limit of Slack's, or holds a command that is not among `allowed`. */
export function assertHarmless(
  { text, blocks }: { readonly text: string; readonly blocks: readonly KnownBlock[] },
  allowed: readonly (string | RegExp)[] = [],
): void {
  const isAllowed = (command: string) =>
    allowed.some((each) => (typeof each === 'string' ? each === command : each.test(command)));
  assert.deepEqual(commandsIn(text), [], 'the text beside the blocks holds a command');
  assert.ok(text.length <= 4_000, `the text has ${text.length} characters`);
  for (const each of mrkdwnIn(blocks)) {
    assert.deepEqual(
      commandsIn(each.text).filter((command) => !isAllowed(command)),
      [],
      each.text,
    );
    assert.equal(each.verbatim, true, 'Slack would look for names of channels and people in plain words');
  }
  assert.deepEqual(checkBlocks(Objects.parse(blocks), 'message'), []);
  const weighed = blocks.filter((block) => block.type !== 'table');
  assert.ok(JSON.stringify(weighed).length < 62_000);
  assert.ok(JSON.stringify({ text, blocks }).isWellFormed());
  assert.doesNotMatch(JSON.stringify({ text, blocks }), /\\ud[89a-f][0-9a-f]{2}/, 'half a character');
}
