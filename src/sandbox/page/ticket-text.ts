import type { Block, Doc, Inline } from '../../model/doc.ts';
import { inlineText } from '../../model/doc-text.ts';

/** A ticket's description as agents want to read it: the words of the requester, why it is here, and the facts below. */
export interface TicketText {
  readonly words: string;
  readonly reason: string | null;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

const REASON = /^Why (?:it is )?here: (.+)$/;
const FACT = /^(Requested by|Slack thread:|Slack:|Reference:) (.+)$/;

const SHORT: Readonly<Record<string, string>> = {
  'Requested by': 'Requested by',
  'Slack thread:': 'Slack thread',
  'Slack:': 'Slack thread',
  'Reference:': 'Reference',
};

/** Reads only the last paragraph as the bridge's own: what people write above it may look like anything. */
export function readDescription(description: string): TicketText {
  const paragraphs = description.trim().split(/\n{2,}/);
  const last = (paragraphs.at(-1) ?? '').split('\n');
  const reason = last.map((line) => REASON.exec(line)?.[1]).find((found) => found !== undefined) ?? null;
  if (reason === null) return { words: description.trim(), reason: null, facts: [] };
  const facts = last.flatMap((line) => {
    const [, name = '', value] = FACT.exec(line) ?? [];
    return value === undefined ? [] : [{ name: SHORT[name] ?? name, value }];
  });
  return { words: paragraphs.slice(0, -1).join('\n\n'), reason, facts };
}

/** A comment that the bridge wrote for somebody. */
export interface Mirrored {
  /** Who really said it; null when the bridge speaks for itself. */
  readonly speaker: string | null;
  /** "2/3" of something long, "correction" of an earlier comment. */
  readonly note: string | null;
  readonly body: Doc;
}

/** "Mara Lindgren (Slack): text", also "… (Slack) (2/3): text" and "… (Slack) corrected the message of 10:02 UTC:". */
const LEAD =
  /^([^\n:]{1,100}) \(Slack\)(?: (corrected) [^\n]{1,60}? UTC)?(?:,? \((\d+\/\d+)\))?:?(?: \((\d+\/\d+)\))?\s*/;
/** The last line that the bridge writes below a comment: where it comes from, and what it is known by. */
const REFERENCE =
  /^(?:Slack: (?:message [\d.]+|https?:\/\/\S+)(?: \(dsk-[0-9a-z]+\))?|Reference: dsk-[0-9a-z]+)$/;

/** What the bridge wrote around somebody's words goes; the words stay with their formatting. */
export function readMirrored(doc: Doc): Mirrored {
  const body = withoutReference(doc);
  const [first, ...rest] = body.children;
  const lead = first?.type === 'paragraph' ? LEAD.exec(inlineText(first.children)) : null;
  if (first?.type !== 'paragraph' || lead === null) return { speaker: null, note: null, body };
  const [whole, speaker = null, corrected, before, after] = lead;
  const words = withoutBeginning(first.children, whole.length).nodes;
  const opening: readonly Block[] = words.length === 0 ? [] : [{ type: 'paragraph', children: words }];
  const part = before ?? after ?? null;
  const note = corrected === undefined ? part : 'correction';
  return { speaker, note, body: { type: 'root', children: [...opening, ...rest] } };
}

function withoutReference(doc: Doc): Doc {
  const last = doc.children.at(-1);
  const isReference = last?.type === 'paragraph' && REFERENCE.test(inlineText(last.children).trim());
  return isReference ? { type: 'root', children: doc.children.slice(0, -1) } : doc;
}

/** Takes as many characters from the beginning, through marks and links. */
function withoutBeginning(nodes: readonly Inline[], count: number): { nodes: Inline[]; left: number } {
  let left = count;
  const kept: Inline[] = [];
  for (const node of nodes) {
    if (left === 0) kept.push(node);
    else if (node.type === 'text' || node.type === 'inlineCode') {
      const value = node.value.slice(left);
      left = Math.max(0, left - node.value.length);
      if (value !== '') kept.push({ ...node, value });
    } else if (node.type === 'strong' || node.type === 'emphasis' || node.type === 'delete') {
      const inside = withoutBeginning(node.children, left);
      left = inside.left;
      if (inside.nodes.length > 0) kept.push({ ...node, children: inside.nodes });
    } else left = Math.max(0, left - inlineText([node]).length);
  }
  return { nodes: kept, left };
}
