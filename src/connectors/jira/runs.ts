import type { Inline } from '../../model/doc.ts';

type Leaf = Extract<Inline, { readonly type: 'text' | 'inlineCode' | 'break' | 'mention' | 'emoji' }>;
const SPANS = ['strong', 'emphasis', 'delete'] as const;
export type Span = (typeof SPANS)[number];

/** A stretch of inline content with everything that lies over it: how Jira thinks of marks, beside each other. */
export interface Run {
  readonly leaf: Leaf;
  readonly url: string | null;
  readonly spans: ReadonlySet<Span>;
}

const NO_SPANS: ReadonlySet<Span> = new Set();

export function plainRun(value: string): Run {
  return { leaf: { type: 'text', value }, url: null, spans: NO_SPANS };
}

/** Runs as nested nodes: links outermost, then strong, emphasis, delete; neighbours that lie under the same are one. */
export function nest(runs: readonly Run[]): readonly Inline[] {
  return inLinks(runs.filter(({ leaf }) => leaf.type !== 'text' || leaf.value !== ''));
}

function inLinks(runs: readonly Run[]): readonly Inline[] {
  return grouped(runs, (run) => run.url).flatMap(({ key, runs: inside }): readonly Inline[] =>
    key === null ? inSpans(inside, 0) : [{ type: 'link', url: key, children: inSpans(inside, 0) }],
  );
}

function inSpans(runs: readonly Run[], level: number): readonly Inline[] {
  const span = SPANS[level];
  if (span === undefined) return joinedText(runs);
  return grouped(runs, (run) => run.spans.has(span)).flatMap(({ key, runs: inside }): readonly Inline[] =>
    key ? [{ type: span, children: inSpans(inside, level + 1) }] : inSpans(inside, level + 1),
  );
}

function grouped<K>(runs: readonly Run[], keyOf: (run: Run) => K): { key: K; runs: Run[] }[] {
  const groups: { key: K; runs: Run[] }[] = [];
  for (const run of runs) {
    const key = keyOf(run);
    const last = groups.at(-1);
    if (last !== undefined && last.key === key) last.runs.push(run);
    else groups.push({ key, runs: [run] });
  }
  return groups;
}

/** Neighbours of the same kind become one node, so that a text reads the same however the editor cut it. */
function joinedText(runs: readonly Run[]): readonly Inline[] {
  const kinds = grouped(runs, ({ leaf }) =>
    leaf.type === 'text' || leaf.type === 'inlineCode' ? leaf.type : Symbol(leaf.type),
  );
  return kinds.map(({ runs: same }): Inline => {
    const [first] = same;
    const words = same.map(({ leaf }) => ('value' in leaf ? (leaf.value ?? '') : ''));
    if (first?.leaf.type === 'inlineCode') return { type: 'inlineCode', value: words.join('') };
    if (first === undefined || first.leaf.type === 'text') return { type: 'text', value: words.join('') };
    return first.leaf;
  });
}

/** Nested nodes as runs. What is nested deeper than any editor makes keeps its words and loses its marks. */
export function flatten(nodes: readonly Inline[]): readonly Run[] {
  const runs: Run[] = [];
  const waiting: { node: Inline; url: string | null; spans: ReadonlySet<Span> }[] = [];
  const push = (inside: readonly Inline[], url: string | null, spans: ReadonlySet<Span>) => {
    for (const node of inside.toReversed()) waiting.push({ node, url, spans });
  };
  push(nodes, null, NO_SPANS);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, url, spans } = next;
    switch (node.type) {
      case 'strong':
      case 'emphasis':
      case 'delete':
        push(node.children, url, new Set([...spans, node.type]));
        break;
      case 'link':
        push(node.children, node.url, spans);
        break;
      default:
        runs.push({ leaf: node, url, spans });
    }
  }
  return runs;
}
