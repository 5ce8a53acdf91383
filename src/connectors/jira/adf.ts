import { z } from 'zod';

/** Atlassian Document Format as we write it: paragraphs of text, line breaks and links. */
type AdfText = {
  type: 'text';
  text: string;
  marks?: { type: 'link'; attrs: { href: string } }[];
};
type AdfInline = AdfText | { type: 'hardBreak' };
type AdfParagraph = { type: 'paragraph'; content: AdfInline[] };
export type AdfDocument = { type: 'doc'; version: 1; content: AdfParagraph[] };

/** A stretch of text that leads somewhere; only https addresses become links. */
export interface LinkedText {
  readonly text: string;
  readonly href: string | null;
}

function paragraphs(text: string): AdfParagraph[] {
  return text.split('\n\n').map((block) => ({
    type: 'paragraph',
    content: block.split('\n').flatMap((line, index): AdfInline[] => [
      ...(index === 0 ? [] : [{ type: 'hardBreak' } as const]),
      // An empty text node is refused by Jira.
      ...(line === '' ? [] : [{ type: 'text', text: line } as const]),
    ]),
  }));
}

/**
 * A document from plain text: a blank line starts a paragraph, a line break is a hard break. Nothing in the text is
 * markup, so it cannot mention or embed anything. `lead` stands before it on the same line.
 */
export function toAdf(text: string, lead: LinkedText | null = null): AdfDocument {
  const body = paragraphs(text);
  if (lead === null || lead.text === '') return { type: 'doc', version: 1, content: body };
  const isLink = lead.href?.startsWith('https://') === true;
  const opening: AdfText = {
    type: 'text',
    text: lead.text,
    ...(isLink && lead.href !== null ? { marks: [{ type: 'link', attrs: { href: lead.href } }] } : {}),
  };
  const [first, ...rest] = body;
  const joined: AdfParagraph = { type: 'paragraph', content: [opening, ...(first?.content ?? [])] };
  return { type: 'doc', version: 1, content: [joined, ...rest] };
}

const Attrs = z.looseObject({
  text: z.string().optional().catch(undefined),
  shortName: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  href: z.string().optional().catch(undefined),
  alt: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  timestamp: z.coerce.number().optional().catch(undefined),
});

const Node = z.object({
  type: z.string(),
  text: z.string().optional().catch(undefined),
  attrs: Attrs.optional().catch(undefined),
  marks: z
    .array(z.object({ type: z.string(), attrs: Attrs.optional() }))
    .optional()
    .catch(undefined),
  content: z.array(z.unknown()).optional().catch(undefined),
});
type Node = z.infer<typeof Node>;

/** Deeper nodes are left out; no editor nests like that. */
const MAX_DEPTH = 50;
const BLOCKS = new Set(['doc', 'blockquote', 'panel', 'expand', 'nestedExpand', 'layoutColumn', 'tableCell']);

/** Plain text of a document, or of the plain string that version 2 and webhooks carry. Unknown nodes show their text. */
export function fromAdf(value: unknown): string {
  return typeof value === 'string' ? value : show(value, 0);
}

function show(value: unknown, depth: number): string {
  const parsed = Node.safeParse(value);
  if (!parsed.success || depth > MAX_DEPTH) return '';
  const node = parsed.data;
  const leaf = leafText(node);
  if (leaf !== null) return leaf;
  const children = (node.content ?? []).map((child) => show(child, depth + 1));
  switch (node.type) {
    case 'bulletList':
    case 'taskList':
    case 'decisionList':
      return children.map((child) => item('-', child)).join('\n');
    case 'orderedList':
      return children.map((child, index) => item(`${index + 1}.`, child)).join('\n');
    case 'listItem':
    case 'table':
    case 'mediaGroup':
      return children.join('\n');
    case 'tableRow':
      return children.join(' | ');
    case 'blockquote':
      return children.join('\n\n').replaceAll(/^/gm, '> ');
    default:
      return children.join(BLOCKS.has(node.type) ? '\n\n' : '');
  }
}

const item = (bullet: string, text: string) => `${bullet} ${text.replaceAll('\n', '\n  ')}`;

/** The text of a node that has no children; null for one that has. */
function leafText({ type, text, attrs, marks }: Node): string | null {
  if (type === 'text') return linked(text ?? '', marks?.find((mark) => mark.type === 'link')?.attrs?.href);
  if (type === 'hardBreak') return '\n';
  if (type === 'rule') return '---';
  if (type === 'mention' || type === 'status') return attrs?.text ?? '';
  if (type === 'emoji') return attrs?.text ?? attrs?.shortName ?? '';
  if (type === 'inlineCard' || type === 'blockCard' || type === 'embedCard') return attrs?.url ?? '';
  if (type === 'media' || type === 'mediaInline') return attrs?.alt ? `[file: ${attrs.alt}]` : '[file]';
  if (type === 'date' && attrs?.timestamp !== undefined) return day(attrs.timestamp);
  return null;
}

function day(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

function linked(text: string, href: string | undefined): string {
  return href === undefined || href === text ? text : `${text} (${href})`;
}
