import { z } from 'zod';
import { checkBlocks } from './blocks.ts';
import { JsonObject } from './message-store.ts';
import { type ApiResult, fail } from './method.ts';
import { problemLines } from './problem-lines.ts';

const MAX_BYTES = 250_000;

const title = z.looseObject({ type: z.literal('plain_text'), text: z.string().min(1).max(24) });
const common = {
  blocks: z.array(JsonObject).max(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
/** What Slack checks in a view. */
const SHAPES = {
  modal: z.looseObject({
    type: z.literal('modal'),
    title,
    submit: title.nullish(),
    close: title.nullish(),
    notify_on_close: z.boolean().optional(),
    clear_on_close: z.boolean().optional(),
    ...common,
  }),
  home: z.looseObject({ type: z.literal('home'), ...common }),
};

/** Null when Slack would take the view; its refusal otherwise. */
export function refuseView(view: JsonObject, kind: 'modal' | 'home'): ApiResult | null {
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_BYTES) return fail('view_too_large');
  const shape = SHAPES[kind].safeParse(view, { reportInput: true });
  if (!shape.success) return fail('invalid_arguments', problemLines(shape.error, '/view'));
  const { blocks } = shape.data;
  const problems = checkBlocks(blocks, kind).map((line) =>
    line.replace('json-pointer:', 'json-pointer:/view'),
  );
  const needsSubmit = kind === 'modal' && blocks.some((block) => block['type'] === 'input');
  if (needsSubmit && !view['submit']) {
    problems.push('[ERROR] missing required field: submit [json-pointer:/view]');
  }
  return problems.length === 0 ? null : fail('invalid_arguments', problems);
}
