import type { Block, Doc, Inline } from '../../model/doc.ts';
import { docText } from '../../model/doc-text.ts';
import { beginningOf } from '../../model/split-doc.ts';
import type { CommentDraft } from '../../model/ticket.ts';
import { inertDoc } from '../inert-doc.ts';
import { MAX_BODY, part, SHORTENED } from './text.ts';

/** Characters of people's words that surely fit into a comment beside the line that names their author. */
export const LONGEST_COMMENT = 30_000;

/**
 * What stands in a comment. Where the author does not write it himself it begins with his name and where he said it,
 * which leads to the message; a part of a long one says which part it is.
 */
export function commentDoc(draft: CommentDraft, isOwn: boolean): Doc {
  const number = draft.part === null ? '' : `(${draft.part.number}/${draft.part.of})`;
  const lead =
    isOwn || draft.author === null ? [] : leadOf(part(draft.author.name), draft.source?.permalink ?? null);
  const partOf: readonly Inline[] =
    number === '' ? [] : [{ type: 'text', value: lead.length === 0 ? number : ` ${number}` }];
  const start = [...lead, ...partOf];
  return opening(shortened(draft.body), start, lead.length === 0 ? ' ' : ': ');
}

function leadOf(name: string, permalink: string | null): readonly Inline[] {
  const words: Inline = { type: 'text', value: `${name} (Slack)` };
  const isLink = permalink?.startsWith('https://') === true;
  const linked: Inline =
    isLink && permalink !== null ? { type: 'link', url: permalink, children: [words] } : words;
  return [{ type: 'strong', children: [linked] }];
}

/** On the line where the words begin, or on a line before a list, a quote, a table or code. */
function opening(body: Doc, start: readonly Inline[], gap: string): Doc {
  if (start.length === 0) return body;
  const [first, ...rest] = body.children;
  const line = (children: readonly Inline[]): Block => ({
    type: 'paragraph',
    children: [...start, { type: 'text', value: gap }, ...children],
  });
  if (first?.type === 'paragraph') return { type: 'root', children: [line(first.children), ...rest] };
  const alone: Block = { type: 'paragraph', children: [...start, { type: 'text', value: gap.trimEnd() }] };
  return { type: 'root', children: [alone, ...body.children] };
}

function shortened(body: Doc): Doc {
  return cutDoc(inertDoc(body), MAX_BODY - 2500);
}

/** The beginning of a document that is longer than that, and a line that says so. */
export function cutDoc(body: Doc, longest: number): Doc {
  if (docText(body).length <= longest) return body;
  const notice: Block = { type: 'paragraph', children: [{ type: 'text', value: SHORTENED.trim() }] };
  return { type: 'root', children: [...beginningOf(body, longest).children, notice] };
}
