import { z } from 'zod';
import type { Block } from '../../model/doc.ts';
import { inlinesOf, linkAtoms, textAtoms } from './atoms.ts';
import { unescaped } from './control.ts';
import { readMrkdwn } from './mrkdwn.ts';
import { wordsOf } from './mrkdwn-inline.ts';
import { storable } from './storable.ts';

const text = z.string().catch('');
const TextObject = z.object({ type: z.string(), text: z.string() });
const texts = z
  .array(TextObject.nullable().catch(null))
  .catch([])
  .transform((found) => found.filter((one) => one !== null));
const AppBlock = z.object({
  type: z.string(),
  text: z.union([TextObject, z.string()]).optional().catch(undefined),
  fields: texts,
  elements: texts,
});
const AppAttachment = z.object({
  is_share: z.boolean().catch(false),
  is_msg_unfurl: z.boolean().catch(false),
  from_url: text,
  original_url: text,
  app_unfurl_url: text,
  pretext: text,
  title: text,
  title_link: text,
  text,
  fallback: text,
  blocks: z.array(z.unknown()).catch([]),
  fields: z.array(z.object({ title: text, value: text })).catch([]),
});

/** The words in the blocks of an app's post; its rich text is read elsewhere. Controls and pictures say nothing. */
export function readAppBlocks(blocks: readonly unknown[]): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    const parsed = AppBlock.safeParse(block);
    if (!parsed.success) return [];
    const { type, text: words, fields, elements } = parsed.data;
    switch (type) {
      case 'header': {
        const children = inlinesOf(textAtoms(textOf(words)));
        return children.length === 0 ? [] : [{ type: 'heading', depth: 3, children }];
      }
      case 'section':
        return [...readObject(words), ...fields.flatMap(readObject)];
      case 'context':
        return elements.flatMap(readObject);
      case 'markdown':
        return plainLines(textOf(words));
      case 'divider':
        return [{ type: 'thematicBreak' }];
      default:
        return [];
    }
  });
}

/** The attachments in which older apps put what they say; `fallback` stands in for one without words. */
export function readAppAttachments(attachments: readonly unknown[]): readonly Block[] {
  return attachments.flatMap((attachment): readonly Block[] => {
    const parsed = AppAttachment.safeParse(attachment);
    if (!parsed.success) return [];
    const { is_share, is_msg_unfurl, from_url, original_url, app_unfurl_url, ...own } = parsed.data;
    if (is_share || is_msg_unfurl || from_url || original_url || app_unfurl_url) return [];
    const shown = [
      ...readMrkdwn(own.pretext),
      ...readTitle(own),
      ...readMrkdwn(own.text),
      ...own.fields.flatMap(({ title, value }) => readField(title, value)),
      ...readAppBlocks(own.blocks),
    ];
    return shown.length === 0 ? plainLines(unescaped(own.fallback)) : shown;
  });
}

function readTitle({
  title,
  title_link,
}: {
  readonly title: string;
  readonly title_link: string;
}): readonly Block[] {
  const words = wordsOf(title);
  if (words.trim() === '') return [];
  const atoms = title_link === '' ? textAtoms(words) : linkAtoms(storable(title_link), words);
  const strong = atoms.map((atom) => ({ ...atom, marks: ['strong' as const, ...atom.marks] }));
  return [{ type: 'paragraph', children: inlinesOf(strong) }];
}

function readField(title: string, value: string): readonly Block[] {
  const heading = inlinesOf(textAtoms(wordsOf(title), ['strong']));
  return [
    ...(heading.length === 0 ? [] : [{ type: 'paragraph', children: heading } as const]),
    ...readMrkdwn(value),
  ];
}

type Words = z.infer<typeof AppBlock>['text'];

const textOf = (words: Words) => (typeof words === 'string' ? words : (words?.text ?? ''));

function readObject(words: Words): readonly Block[] {
  if (typeof words === 'object' && words.type === 'mrkdwn') return readMrkdwn(words.text);
  return plainLines(textOf(words));
}

function plainLines(words: string): readonly Block[] {
  const children = inlinesOf(textAtoms(words));
  return children.length === 0 ? [] : [{ type: 'paragraph', children }];
}
