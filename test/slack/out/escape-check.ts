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
  assert.ok(JSON.stringify(blocks).length < 60_000);
  assert.ok(JSON.stringify({ text, blocks }).isWellFormed());
  assert.doesNotMatch(JSON.stringify({ text, blocks }), /\\ud[89a-f][0-9a-f]{2}/, 'half a character');
}
