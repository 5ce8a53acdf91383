import { z } from 'zod';
import type { JsonObject } from './message-store.ts';
import { explainIssue, problemLines } from './problem-lines.ts';
import { RichTextParts, TableCell } from './rich-text-check.ts';

/**
 * Slack's limits on blocks. Only what is limited is described; other fields pass.
 */
const plain = (max: number) =>
  z.looseObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max) });
const text = (max: number) =>
  z.looseObject({ type: z.literal(['plain_text', 'mrkdwn']), text: z.string().min(1).max(max) });
const confirm = z
  .looseObject({ title: plain(100), text: text(300), confirm: plain(30), deny: plain(30) })
  .optional();
const option = z.looseObject({
  text: text(75),
  value: z.string().max(150),
  description: text(75).optional(),
  url: z.string().max(3000).optional(),
});
const options = (max: number) => z.array(option).min(1).max(max);
const groups = z.array(z.looseObject({ label: plain(75), options: options(100) })).max(100);

const action = { action_id: z.string().max(255).optional(), confirm };
const input = { ...action, placeholder: plain(150).optional() };
const element = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.looseObject({ type: z.literal(type), ...shape });
const bare = (types: readonly string[]) => types.map((type) => element(type, input));

const staticOptions = { options: options(100).optional(), option_groups: groups.optional() };
const image = {
  image_url: z.string().max(3000).optional(),
  alt_text: z.string().max(2000),
};

const ELEMENTS: Record<string, z.ZodType> = Object.fromEntries(
  [
    element('button', {
      ...action,
      text: plain(75),
      value: z.string().max(2000).optional(),
      url: z.string().max(3000).optional(),
      style: z.literal(['primary', 'danger']).optional(),
    }),
    element('overflow', { ...action, options: options(5) }),
    element('checkboxes', { ...action, options: options(10) }),
    element('radio_buttons', { ...action, options: options(10) }),
    element('static_select', { ...input, ...staticOptions }),
    element('multi_static_select', { ...input, ...staticOptions }),
    element('plain_text_input', {
      ...input,
      max_length: z.number().int().min(1).max(3000).optional(),
      min_length: z.number().int().min(0).max(3000).optional(),
    }),
    element('image', image),
    ...bare(['external_select', 'multi_external_select', 'users_select', 'multi_users_select']),
    ...bare([
      'conversations_select',
      'multi_conversations_select',
      'channels_select',
      'multi_channels_select',
    ]),
    ...bare(['datepicker', 'timepicker', 'datetimepicker', 'email_text_input', 'url_text_input']),
    ...bare([
      'number_input',
      'rich_text_input',
      'file_input',
      'feedback_buttons',
      'icon_button',
      'workflow_button',
    ]),
  ].map((schema) => [String(schema.shape.type.value), schema]),
);

/** Looks the schema up by `type`, so that a problem points at the field and not at a union. */
function byType(schemas: Readonly<Record<string, z.ZodType>>) {
  return z.looseObject({ type: z.string() }).superRefine((value, check) => {
    const schema = Object.hasOwn(schemas, value.type) ? schemas[value.type] : undefined;
    if (schema === undefined) {
      check.addIssue({ code: 'custom', path: ['type'], message: `unsupported type: ${value.type}` });
      return;
    }
    const parsed = schema.safeParse(value, { reportInput: true });
    for (const issue of parsed.error?.issues ?? []) {
      check.addIssue({ code: 'custom', path: issue.path, message: explainIssue(issue) });
    }
  });
}

const anyElement = byType(ELEMENTS);
const contextElement = byType({ ...ELEMENTS, plain_text: text(3000), mrkdwn: text(3000) });

const blockId = { block_id: z.string().max(255).optional() };
const block = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.looseObject({ type: z.literal(type), ...blockId, ...shape });

const COMMON = [
  block('section', {
    text: text(3000).optional(),
    fields: z.array(text(2000)).min(1).max(10).optional(),
    accessory: anyElement.optional(),
  }),
  block('header', { text: plain(150) }),
  block('divider', {}),
  block('context', { elements: z.array(contextElement).min(1).max(10) }),
  block('actions', { elements: z.array(anyElement).min(1).max(25) }),
  block('context_actions', { elements: z.array(anyElement).min(1).max(5) }),
  block('input', { label: plain(2000), hint: plain(2000).optional(), element: anyElement }),
  block('image', { ...image, title: plain(2000).optional() }),
  block('rich_text', { elements: RichTextParts }),
  block('video', { title: plain(200), alt_text: z.string() }),
  block('table', { rows: z.array(z.array(TableCell).max(20)).min(1).max(100) }),
  block('file', {}),
  block('alert', { level: z.literal(['default', 'info', 'warning', 'error', 'success']).optional() }),
  block('card', {}),
  block('carousel', {}),
  block('container', {}),
  block('data_table', { caption: z.string() }),
  block('plan', {}),
  block('task_card', {}),
];

export type Surface = 'message' | 'modal' | 'home';

const anyBlock: Record<string, z.ZodType> = Object.fromEntries(
  COMMON.map((schema) => [schema.shape.type.value, schema]),
);
const LISTS: Record<Surface, z.ZodType> = {
  message: z.array(byType({ ...anyBlock, markdown: block('markdown', { text: z.string().min(1) }) })).max(50),
  modal: z.array(byType(anyBlock)).max(100),
  home: z.array(byType(anyBlock)).max(100),
};

function wholeListProblems(blocks: readonly JsonObject[]): string[] {
  const ids = blocks.map((each) => each['block_id']).filter((id) => typeof id === 'string');
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  const problems = repeated === undefined ? [] : [`[ERROR] block_id already exists: ${repeated}`];
  const markdown = blocks.filter((each) => each['type'] === 'markdown');
  if (markdown.reduce((sum, each) => sum + String(each['text']).length, 0) > 12_000) {
    problems.push('[ERROR] the markdown blocks of a message must be less than 12001 characters together');
  }
  if (blocks.filter((each) => each['type'] === 'table').length > 1) {
    problems.push('[ERROR] only one table is allowed per message');
  }
  return problems;
}

/** The lines that Slack would put into response_metadata.messages; empty when the blocks are fine. */
export function checkBlocks(blocks: readonly JsonObject[], surface: Surface): string[] {
  const parsed = LISTS[surface].safeParse(blocks, { reportInput: true });
  const problems = problemLines(parsed.error, '/blocks');
  const sections = blocks.flatMap((each, index) =>
    each['type'] === 'section' && each['text'] === undefined && each['fields'] === undefined
      ? [`[ERROR] missing required field: text [json-pointer:/blocks/${index}]`]
      : [],
  );
  return [...problems, ...sections, ...wholeListProblems(blocks)];
}
