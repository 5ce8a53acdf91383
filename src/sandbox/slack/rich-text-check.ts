import { z } from 'zod';

/** What may stand in a rich_text block (docs.slack.dev, rich text block). */
const style = z
  .looseObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .optional();
const element = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.looseObject({ type: z.literal(type), style, ...shape });

const text = element('text', { text: z.string().min(1) });
const link = element('link', { url: z.string().min(1).max(3_000), text: z.string().optional() });
const Inline = z.discriminatedUnion('type', [
  text,
  link,
  element('user', { user_id: z.string().min(1) }),
  element('usergroup', { usergroup_id: z.string().min(1) }),
  element('channel', { channel_id: z.string().min(1) }),
  element('team', { team_id: z.string().min(1) }),
  element('emoji', { name: z.string().min(1) }),
  element('date', { timestamp: z.number().int(), format: z.string().min(1) }),
  element('broadcast', { range: z.literal(['here', 'channel', 'everyone']) }),
  element('color', { value: z.string() }),
]);
const border = z.literal([0, 1]).optional();
const Section = z.looseObject({ type: z.literal('rich_text_section'), elements: z.array(Inline) });

/** The parts of a rich_text block. */
export const RichTextParts = z.array(
  z.discriminatedUnion('type', [
    Section,
    z.looseObject({
      type: z.literal('rich_text_list'),
      style: z.literal(['bullet', 'ordered']),
      indent: z.number().int().min(0).max(8).optional(),
      offset: z.number().int().min(0).optional(),
      border,
      elements: z.array(Section),
    }),
    z.looseObject({
      type: z.literal('rich_text_preformatted'),
      border,
      elements: z.array(z.discriminatedUnion('type', [text, link])),
    }),
    z.looseObject({ type: z.literal('rich_text_quote'), border, elements: z.array(Inline) }),
  ]),
);

/** A cell of a table. */
export const TableCell = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.looseObject({ type: z.literal('raw_number') }),
  z.looseObject({ type: z.literal('rich_text'), elements: RichTextParts }),
]);
