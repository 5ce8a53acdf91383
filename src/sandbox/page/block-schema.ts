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

const Option = z.object({ text: TextObject, value: z.string() });

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

const InputElement = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('plain_text_input'),
    action_id: z.string(),
    multiline: z.boolean().optional(),
    max_length: z.number().optional(),
    initial_value: z.string().optional(),
    placeholder: TextObject.optional(),
  }),
  z.object({
    type: z.literal('static_select'),
    action_id: z.string(),
    options: z.array(Option),
    initial_option: Option.optional(),
    placeholder: TextObject.optional(),
  }),
  z.object({
    type: z.literal('users_select'),
    action_id: z.string(),
    initial_user: z.string().optional(),
    placeholder: TextObject.optional(),
  }),
]);
export type InputElement = z.infer<typeof InputElement>;

const Input = z.object({
  type: z.literal('input'),
  block_id: z.string(),
  label: TextObject,
  hint: TextObject.optional(),
  optional: z.boolean().optional(),
  element: InputElement,
});
export type Input = z.infer<typeof Input>;

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
  Input,
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

const Modal = z.object({
  title: TextObject,
  submit: TextObject.optional(),
  close: TextObject.optional(),
  blocks: z.array(z.unknown()),
});

export interface ShownModal {
  readonly title: string;
  /** Null: it has nothing to send. */
  readonly submit: string | null;
  readonly close: string;
  readonly blocks: readonly ShownBlock[];
}

/** A view as the app opened it; null when it is no modal. */
export function readModal(view: unknown): ShownModal | null {
  const modal = Modal.safeParse(view);
  if (!modal.success) return null;
  const { title, submit, close, blocks } = modal.data;
  return {
    title: title.text,
    submit: submit?.text ?? null,
    close: close?.text ?? 'Cancel',
    blocks: readBlocks(blocks),
  };
}

export type FormValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

function initialValue(element: InputElement): string | undefined {
  switch (element.type) {
    case 'plain_text_input':
      return element.initial_value;
    case 'static_select':
      return element.initial_option?.value;
    case 'users_select':
      return element.initial_user;
  }
}

/** What stands in the fields of a fresh form, by block id and action id. */
export function initialValues(blocks: readonly ShownBlock[]): FormValues {
  const entries = blocks.flatMap((block) => {
    if (block.type !== 'input') return [];
    const { element } = block;
    return [[block.block_id, { [element.action_id]: initialValue(element) ?? '' }] as const];
  });
  return Object.fromEntries(entries);
}
