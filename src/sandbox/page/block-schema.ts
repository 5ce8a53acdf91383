import { z } from 'zod';

/** The parts of Block Kit that Deskbridge and people's messages use (docs.slack.dev/reference/block-kit). */
export const TextObject = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() });
export type TextObject = z.infer<typeof TextObject>;

const Button = z.object({
  type: z.literal('button'),
  action_id: z.string(),
  text: TextObject,
  style: z.enum(['primary', 'danger']).optional(),
});
export type Button = z.infer<typeof Button>;

export const Option = z.object({
  text: TextObject,
  value: z.string(),
  description: TextObject.optional(),
});

const Overflow = z.object({
  type: z.literal('overflow'),
  action_id: z.string(),
  options: z.array(Option),
});
export type Overflow = z.infer<typeof Overflow>;

const Style = z
  .object({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .optional();

const KnownElement = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), style: Style }),
  z.object({ type: z.literal('link'), url: z.string(), text: z.string().optional(), style: Style }),
  z.object({ type: z.literal('user'), user_id: z.string() }),
  z.object({ type: z.literal('emoji'), name: z.string() }),
  z.object({ type: z.literal('channel'), channel_id: z.string() }),
  z.object({ type: z.literal('broadcast'), range: z.string() }),
]);
/** What the page does not know is named, so that it does not disappear silently. */
const OtherElement = z
  .object({ type: z.string() })
  .transform(({ type }) => ({ type: 'text' as const, text: `[${type}]`, style: undefined }));
const RichElement = z.union([KnownElement, OtherElement]);
export type RichElement = z.infer<typeof RichElement>;

const RichLine = z.object({ type: z.literal('rich_text_section'), elements: z.array(RichElement) });
const RichPart = z.discriminatedUnion('type', [
  RichLine,
  z.object({ type: z.literal('rich_text_preformatted'), elements: z.array(RichElement) }),
  z.object({ type: z.literal('rich_text_quote'), elements: z.array(RichElement) }),
  z.object({
    type: z.literal('rich_text_list'),
    style: z.enum(['bullet', 'ordered']),
    indent: z.number().optional(),
    offset: z.number().optional(),
    elements: z.array(RichLine),
  }),
]);
export type RichPart = z.infer<typeof RichPart>;

const RichText = z.object({ type: z.literal('rich_text'), elements: z.array(RichPart) });
const Cell = z.discriminatedUnion('type', [
  z.object({ type: z.literal('raw_text'), text: z.string() }),
  RichText,
]);
const Table = z.object({ type: z.literal('table'), rows: z.array(z.array(Cell)) });
export type Table = z.infer<typeof Table>;

const Block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), text: TextObject }),
  z.object({
    type: z.literal('section'),
    text: TextObject.optional(),
    fields: z.array(TextObject).optional(),
    accessory: Button.optional().catch(undefined),
  }),
  z.object({ type: z.literal('context'), elements: z.array(TextObject) }),
  z.object({
    type: z.literal('actions'),
    elements: z.array(z.discriminatedUnion('type', [Button, Overflow])),
  }),
  z.object({ type: z.literal('divider') }),
  RichText,
  Table,
]);

/** A block as the page shows it; what it cannot show keeps its type, so that nothing disappears silently. */
export type ShownBlock = z.infer<typeof Block> | { readonly type: 'unknown'; readonly name: string };

export function readBlocks(blocks: readonly unknown[]): readonly ShownBlock[] {
  return blocks.map((raw) => {
    const block = Block.safeParse(raw);
    if (block.success) return block.data;
    const named = z.object({ type: z.string() }).safeParse(raw);
    return { type: 'unknown', name: named.data?.type ?? 'block' };
  });
}
