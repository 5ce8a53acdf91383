import { z } from 'zod';
import { withIds } from './block-ids.ts';
import { checkBlocks } from './blocks.ts';
import type { MessageMetadata } from './message-store.ts';
import { JsonObject } from './message-store.ts';
import { checkMetadata } from './metadata-check.ts';
import { type ApiResult, BlockList, fail, nested } from './method.ts';

/** Longer text is cut, with a warning. */
const TRUNCATE_AT = 40_000;
const MARKDOWN_LIMIT = 12_000;

/** The arguments that carry what a message says. */
export const contentArgs = {
  text: z.string().optional(),
  blocks: BlockList.optional(),
  attachments: nested(z.array(z.unknown())).optional(),
  markdown_text: z.string().optional(),
  metadata: nested(JsonObject).optional(),
};
export const contentErrors = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments',
  metadata: 'invalid_metadata_format',
} as const;

type ContentArgs = z.output<z.ZodObject<typeof contentArgs>>;

export interface Content {
  readonly text: string | undefined;
  readonly blocks: JsonObject[] | undefined;
  readonly attachments: unknown[] | undefined;
  /** Undefined: not given. Null: cleared. */
  readonly metadata: MessageMetadata | null | undefined;
  readonly truncated: boolean;
}

export function isRefused(result: Content | ApiResult): result is ApiResult {
  return 'ok' in result;
}

/** Checks what a message says against Slack's limits; answers the refusal, or the content with its ids filled in. */
export function readContent(args: ContentArgs): Content | ApiResult {
  const { text, blocks, attachments, markdown_text: markdown } = args;
  if (markdown !== undefined && (text !== undefined || blocks !== undefined))
    return fail('markdown_text_conflict');
  if ((markdown ?? '').length > MARKDOWN_LIMIT) return fail('msg_too_long');
  if (!text && !markdown && !blocks?.length && !attachments?.length) return fail('no_text');
  if ((attachments ?? []).length > 100) return fail('too_many_attachments');
  const problems = checkBlocks(blocks ?? [], 'message');
  if (problems.length > 0) return fail('invalid_blocks', problems);
  const metadata = args.metadata === undefined ? undefined : checkMetadata(args.metadata);
  if (typeof metadata === 'string') return fail(metadata);
  const said = text ?? markdown;
  return {
    text: said?.slice(0, TRUNCATE_AT),
    blocks: blocks === undefined ? undefined : withIds(blocks),
    attachments,
    metadata,
    truncated: (said ?? '').length > TRUNCATE_AT,
  };
}
