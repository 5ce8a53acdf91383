import { z } from 'zod';
import type { Block, Doc } from '../../model/doc.ts';
import { FORWARDED, filesLine, forwardedFrom } from '../../texts/on-tickets.ts';
import { readAppAttachments, readAppBlocks } from './app-blocks.ts';
import { inlinesOf, linkAtoms, textAtoms } from './atoms.ts';
import { namesIn } from './control.ts';
import { readMrkdwn } from './mrkdwn.ts';
import { readMrkdwnInline } from './mrkdwn-inline.ts';
import type { Names } from './rich-inline.ts';
import { readRichText } from './rich-text.ts';
import { storable } from './storable.ts';

/** The parts of a message that hold words. */
export interface SlackWords {
  readonly subtype?: string | null | undefined;
  readonly bot_id?: string | null | undefined;
  readonly text?: string | null | undefined;
  readonly blocks?: readonly unknown[] | null | undefined;
  readonly attachments?: readonly unknown[] | null | undefined;
}

const text = z.string().catch('');
const list = z.array(z.unknown()).catch([]);
const Attachment = z.object({
  is_share: z.boolean().catch(false),
  text,
  author_name: text,
  from_url: text,
  original_url: text,
  app_unfurl_url: text,
  blocks: list,
  message_blocks: z
    .array(z.object({ message: z.object({ blocks: list }).optional().catch(undefined) }))
    .catch([]),
  files: z.array(z.object({ name: text })).catch([]),
});
type Attachment = z.infer<typeof Attachment>;

/**
 * What somebody wrote. `blocks` is what he wrote, `text` a lossy copy of it; so the rich text decides when it is there. A
 * message that he forwarded is quoted below, a table that he pasted stands below; pages that Slack unfurled are not his words.
 */
export function messageDoc(words: SlackWords): Doc {
  const copy = words.text ?? '';
  if (words.subtype === 'me_message') return meDoc(copy);
  const own = ownBlocks(words.blocks ?? [], { names: namesIn(copy), isApp: Boolean(words.bot_id) });
  const attachments = words.attachments ?? [];
  const added = attachments.flatMap((attachment) => {
    const parsed = Attachment.safeParse(attachment);
    return parsed.success ? [...readForwarded(parsed.data), ...readPastedTable(parsed.data)] : [];
  });
  const fromApp = words.bot_id ? readAppAttachments(attachments) : [];
  return {
    type: 'root',
    children: [...(own.length > 0 ? own : readMrkdwn(copy)), ...added, ...fromApp],
  };
}

/** People write rich text and tables; apps may use every kind of block, and show their copy only in notifications. */
function ownBlocks(
  blocks: readonly unknown[],
  { names, isApp }: { readonly names: Names; readonly isApp: boolean },
): readonly Block[] {
  return blocks.flatMap((block) => {
    const rich = readRichText([block], names);
    return rich.length > 0 || !isApp ? rich : readAppBlocks([block]);
  });
}

/** "/me is away": one paragraph in the third person. */
function meDoc(copy: string): Doc {
  const children = inlinesOf(
    readMrkdwnInline(copy).map((atom) => ({
      ...atom,
      marks: [...new Set([...atom.marks, 'emphasis' as const])],
    })),
  );
  return { type: 'root', children: children.length === 0 ? [] : [{ type: 'paragraph', children }] };
}

function readForwarded(attachment: Attachment): readonly Block[] {
  if (!attachment.is_share) return [];
  const { author_name, from_url, message_blocks, files } = attachment;
  const blocks = message_blocks.flatMap(({ message }) => message?.blocks ?? []);
  const rich = readRichText(blocks, namesIn(attachment.text));
  const names = files.map(({ name }) => name).filter((name) => name !== '');
  const heading = [
    ...textAtoms(FORWARDED, ['strong']),
    ...textAtoms(author_name === '' ? '' : forwardedFrom(author_name)),
    ...(from_url === '' ? [] : [...textAtoms(', '), ...linkAtoms(storable(from_url), '')]),
  ];
  const list = textAtoms(names.length === 0 ? '' : filesLine(names));
  return [
    {
      type: 'blockquote',
      children: [
        { type: 'paragraph', children: inlinesOf(heading) },
        ...(rich.length > 0 ? rich : readMrkdwn(attachment.text)),
        ...(list.length === 0 ? [] : [{ type: 'paragraph', children: inlinesOf(list) } as const]),
      ],
    },
  ];
}

/** Slack keeps a table that a person pastes in an attachment of his message; one that comes with an address is an unfurl. */
function readPastedTable(attachment: Attachment): readonly Block[] {
  const { is_share, from_url, original_url, app_unfurl_url, blocks } = attachment;
  if (is_share || from_url !== '' || original_url !== '' || app_unfurl_url !== '') return [];
  return readRichText(blocks, new Map()).filter((block) => block.type === 'table');
}
