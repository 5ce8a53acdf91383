import { z } from 'zod';

/** Reads the bridge's card as a person would: from what it shows, not from what the bridge knows. */
const Section = z.object({
  type: z.literal('section'),
  text: z.object({ text: z.string() }).optional(),
  fields: z.array(z.object({ text: z.string() })).optional(),
});

const HEADLINE = /^\*<[^|>]+\|([^>]+)>/;
const STATUS = /^\*Status\*\n(?::[a-z_]+:\s*)?/;

function sections(blocks: readonly unknown[]) {
  return blocks.flatMap((block) => {
    const section = Section.safeParse(block);
    return section.success ? [section.data] : [];
  });
}

function plain(text: string): string {
  return text
    .replaceAll('\u200b', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** The key of the ticket that a card is about; null for any other message, and while the ticket is being opened. */
export function cardKey(blocks: readonly unknown[]): string | null {
  const headline = sections(blocks)[0]?.text?.text ?? '';
  const key = HEADLINE.exec(headline)?.[1];
  return key === undefined ? null : plain(key);
}

/** The status that a card names; null when it shows none. */
export function cardStatus(blocks: readonly unknown[]): string | null {
  const field = sections(blocks)
    .flatMap((section) => section.fields ?? [])
    .find(({ text }) => STATUS.test(text));
  return field === undefined ? null : plain(field.text.replace(STATUS, ''));
}
