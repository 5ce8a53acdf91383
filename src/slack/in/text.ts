import { z } from 'zod';
import type { TextPart } from '../../model/intake.ts';
import { readMrkdwn } from './mrkdwn.ts';
import { readRichText } from './rich-text.ts';
import { storable, textPart } from './text-parts.ts';

const Forwarded = z.object({
  is_share: z.literal(true),
  text: z.string().default(''),
  author_name: z.string().default(''),
  from_url: z.string().default(''),
});

export interface SlackText {
  readonly text: string | undefined;
  readonly blocks: readonly unknown[] | undefined;
  readonly attachments: readonly unknown[] | undefined;
}

/**
 * What a person wrote, without Slack's markup. `blocks` is what he wrote, `text` a lossy copy of it; so the rich text
 * decides when it is there. A message that he forwarded is quoted below.
 */
export function readText(message: SlackText): readonly TextPart[] {
  const rich = readRichText(message.blocks ?? [], message.text ?? '');
  const own = rich ?? readMrkdwn(message.text ?? '');
  return tidy([...own, ...(message.attachments ?? []).flatMap(readForwarded)]);
}

function readForwarded(attachment: unknown): readonly TextPart[] {
  const parsed = Forwarded.safeParse(attachment);
  if (!parsed.success) return [];
  const { text, author_name, from_url } = parsed.data;
  const source = [author_name, from_url].filter((word) => word !== '').join(', ');
  const heading = source === '' ? '\nForwarded message:\n' : `\nForwarded message (${source}):\n`;
  return [{ kind: 'text', text: heading }, ...readMrkdwn(text)];
}

/** Joins neighbouring stretches, drops blank space around the whole and what no database takes (NUL, half characters). */
function tidy(parts: readonly TextPart[]): readonly TextPart[] {
  const joined: TextPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = textPart(last.text + part.text);
    else joined.push(part);
  }
  const first = joined[0];
  if (first?.kind === 'text') joined[0] = textPart(first.text.trimStart());
  const last = joined.at(-1);
  if (last?.kind === 'text') joined[joined.length - 1] = textPart(last.text.trimEnd());
  return joined
    .map((part) => (part.kind === 'text' ? textPart(storable(part.text)) : part))
    .filter((part) => part.kind === 'person' || part.text !== '');
}
