import { z } from 'zod';

/** A stored document: Atlassian Document Format, root `doc`, version 1. */
export const AdfDoc = z.object({
  type: z.literal('doc'),
  version: z.literal(1),
  content: z.array(z.looseObject({ type: z.string() })),
});
export type AdfDoc = z.infer<typeof AdfDoc>;

const Shallow = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  attrs: z.looseObject({ text: z.string().optional(), url: z.string().optional() }).optional(),
  content: z.array(z.unknown()).optional(),
});

const INLINE = new Set(['text', 'hardBreak', 'mention', 'emoji', 'inlineCard', 'date', 'status']);
/** Documents nested deeper than this are refused; no editor produces them. */
const MAX_DEPTH = 60;

/** Why Jira would refuse this value as a document; null when it would take it. */
export function adfProblem(value: unknown): string | null {
  const doc = AdfDoc.safeParse(value);
  if (!doc.success)
    return 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  return doc.data.content.map((node) => nodeProblem(node, 1)).find((problem) => problem !== null) ?? null;
}

function nodeProblem(value: unknown, depth: number): string | null {
  const parsed = Shallow.safeParse(value);
  if (!parsed.success || depth > MAX_DEPTH) return 'INVALID_INPUT';
  const node = parsed.data;
  if (depth === 1 && INLINE.has(node.type)) return 'INVALID_INPUT';
  if (node.type === 'text' && (node.text ?? '') === '') return 'INVALID_INPUT';
  return (node.content ?? []).map((child) => nodeProblem(child, depth + 1)).find((p) => p !== null) ?? null;
}

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

export function adfToText(doc: AdfDoc | null): string {
  return doc === null ? '' : doc.content.map(nodeText).join('\n\n');
}

function nodeText(value: unknown): string {
  const parsed = Shallow.safeParse(value);
  if (!parsed.success) return '';
  const node = parsed.data;
  if (node.type === 'hardBreak') return '\n';
  if (node.text !== undefined) return node.text;
  const shown = node.attrs?.text ?? node.attrs?.url;
  return shown ?? (node.content ?? []).map(nodeText).join('');
}
