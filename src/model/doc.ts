import { z } from 'zod';
import { SlackUser } from './ids.ts';

/**
 * What somebody wrote, in the one form that every system's format is read into and written from: a Markdown tree in the
 * words of mdast (github.com/syntax-tree/mdast), with people and emoji as nodes of their own. Nothing in it is markup:
 * a text node holds the characters that a reader sees.
 */
export interface Doc {
  readonly type: 'root';
  readonly children: readonly Block[];
}

export type Block =
  | { readonly type: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly type: 'heading'; readonly depth: 1 | 2 | 3 | 4 | 5 | 6; readonly children: readonly Inline[] }
  | {
      readonly type: 'list';
      readonly ordered: boolean;
      /** Number of the first item of an ordered list; null for 1 or when it is not ordered. */
      readonly start: number | null;
      readonly children: readonly ListItem[];
    }
  | { readonly type: 'code'; readonly lang: string | null; readonly value: string }
  | { readonly type: 'blockquote'; readonly children: readonly Block[] }
  /** The first row is the head. */
  | { readonly type: 'table'; readonly children: readonly TableRow[] }
  | { readonly type: 'thematicBreak' };

export interface ListItem {
  readonly type: 'listItem';
  /** A task that is done or not; null for an ordinary item. */
  readonly checked: boolean | null;
  readonly children: readonly Block[];
}

export interface TableRow {
  readonly type: 'tableRow';
  readonly children: readonly { readonly type: 'tableCell'; readonly children: readonly Inline[] }[];
}

export type Inline =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'strong' | 'emphasis' | 'delete'; readonly children: readonly Inline[] }
  | { readonly type: 'inlineCode'; readonly value: string }
  | { readonly type: 'link'; readonly url: string; readonly children: readonly Inline[] }
  | { readonly type: 'break' }
  /** A person by name. `user` is set for somebody of Slack whose name has still to be found. */
  | { readonly type: 'mention'; readonly user: SlackUser | null; readonly name: string }
  /** `value` is the character; null for one that only its own system can draw. `name` has no colons. */
  | { readonly type: 'emoji'; readonly name: string; readonly value: string | null };

const text = z.string();
// One look at `type` decides: a plain union would read the children of nested links once per alternative.
const Inline: z.ZodType<Inline> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), value: text }),
    z.object({ type: z.literal('inlineCode'), value: text }),
    z.object({ type: z.literal('break') }),
    z.object({ type: z.literal('mention'), user: SlackUser.nullable(), name: text }),
    z.object({ type: z.literal('emoji'), name: text, value: text.nullable() }),
    z.object({ type: z.enum(['strong', 'emphasis', 'delete']), children: inlines }),
    z.object({ type: z.literal('link'), url: text, children: inlines }),
  ]),
);
const inlines = z.array(Inline);
const ListItem: z.ZodType<ListItem> = z.lazy(() =>
  z.object({ type: z.literal('listItem'), checked: z.boolean().nullable(), children: z.array(Block) }),
);
const TableCell = z.object({ type: z.literal('tableCell'), children: inlines });
const Block: z.ZodType<Block> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('paragraph'), children: inlines }),
    z.object({ type: z.literal('heading'), depth: z.literal([1, 2, 3, 4, 5, 6]), children: inlines }),
    z.object({
      type: z.literal('list'),
      ordered: z.boolean(),
      start: z.number().nullable(),
      children: z.array(ListItem),
    }),
    z.object({ type: z.literal('code'), lang: text.nullable(), value: text }),
    z.object({ type: z.literal('blockquote'), children: z.array(Block) }),
    z.object({
      type: z.literal('table'),
      children: z.array(z.object({ type: z.literal('tableRow'), children: z.array(TableCell) })),
    }),
    z.object({ type: z.literal('thematicBreak') }),
  ]),
);

/** Reads a stored document. */
export const Doc: z.ZodType<Doc> = z.object({ type: z.literal('root'), children: z.array(Block) });

/** Deeper nesting is flattened by every reader: no editor makes it, and a stack has an end. */
export const DEEPEST = 12;

export const emptyDoc: Doc = { type: 'root', children: [] };

/** Plain words as a document: a blank line begins a paragraph, a line break is a break. Nothing in it is markup. */
export function plainDoc(words: string): Doc {
  const children = words
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block): Block => ({ type: 'paragraph', children: lines(block) }));
  return { type: 'root', children };
}

function lines(block: string): Inline[] {
  return block
    .split('\n')
    .flatMap((line, index): Inline[] => [
      ...(index === 0 ? [] : [{ type: 'break' } as const]),
      ...(line === '' ? [] : [{ type: 'text', value: line } as const]),
    ]);
}
