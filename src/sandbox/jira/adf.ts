import { z } from 'zod';
import { CHILDREN, FIRST, marksFit, NEEDED } from './adf-rules.ts';

/** A stored document: Atlassian Document Format, root `doc`, version 1. */
export const AdfDoc = z.object({
  type: z.literal('doc'),
  version: z.literal(1),
  content: z.array(z.looseObject({ type: z.string() })),
});
export type AdfDoc = z.infer<typeof AdfDoc>;

const word = z.string().optional();
const Shallow = z.looseObject({
  type: z.string(),
  text: word,
  attrs: z.record(z.string(), z.unknown()).optional(),
  marks: z
    .array(z.looseObject({ type: z.string(), attrs: z.looseObject({ href: word }).optional() }))
    .optional(),
  content: z.array(z.unknown()).optional(),
});
export type AdfNode = z.infer<typeof Shallow>;

/** A value as a node; null for what is none. */
export function adfNode(value: unknown): AdfNode | null {
  return Shallow.safeParse(value).data ?? null;
}

/** Documents nested deeper than this are refused; no editor produces them. */
const MAX_DEPTH = 60;

/** Why Jira would refuse this value as a document; null when it would take it. */
export function adfProblem(value: unknown): string | null {
  const doc = AdfDoc.safeParse(value);
  if (!doc.success)
    return 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  return doc.data.content.every((node) => isGood(node, 'doc', 1)) ? null : 'INVALID_INPUT';
}

function isGood(value: unknown, parent: string, depth: number): boolean {
  const node = adfNode(value);
  if (node === null || depth > MAX_DEPTH || CHILDREN[parent]?.includes(node.type) !== true) return false;
  const { type, text, attrs = {}, marks = [], content = [] } = node;
  if (type === 'text') {
    const names = marks.map((mark) => mark.type);
    return (text ?? '') !== '' && marksFit(names, parent) && marks.every(isGoodLink);
  }
  if (NEEDED[type]?.some((name) => attrs[name] === undefined || attrs[name] === null) === true) return false;
  const first = FIRST[type];
  if (first !== undefined && !first.includes(adfNode(content[0])?.type ?? '')) return false;
  return content.every((child) => isGood(child, type, depth + 1));
}

const isGoodLink = ({ type, attrs }: { type: string; attrs?: { href?: string | undefined } | undefined }) =>
  type !== 'link' || /^(https?:|mailto:|ftp:|tel:|\/|#)/i.test(attrs?.href ?? '');

/** A blank line starts a paragraph, a line break is a hard break: the way the editor pastes plain text. */
export function textToAdf(text: string): AdfDoc {
  const paragraphs = text.replaceAll('\r\n', '\n').split('\n\n');
  return { type: 'doc', version: 1, content: paragraphs.map(paragraph) };
}

function paragraph(text: string): { type: string; content: unknown[] } {
  const content: unknown[] = [];
  text.split('\n').forEach((line, index) => {
    if (index > 0) content.push({ type: 'hardBreak' });
    if (line !== '') content.push({ type: 'text', text: line });
  });
  return { type: 'paragraph', content };
}
