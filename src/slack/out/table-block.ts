import type { TableBlock } from '@slack/types';
import type { Block, Inline } from '../../model/doc.ts';
import { inlineText } from '../../model/doc-text.ts';
import { inlineElements, joined } from './inline-elements.ts';

export type Table = Extract<Block, { readonly type: 'table' }>;

/** Slack takes 100 rows of 20 cells, and one table in a message (docs.slack.dev, table block). */
const MOST_ROWS = 100;
const MOST_CELLS = 20;
/** A wider column is not padded: its longest cell would push everything else out of sight. */
const WIDEST_COLUMN = 40;
const LONGEST_ALIGNED = 4_000;

const widthOf = (table: Table) => Math.max(0, ...table.children.map((row) => row.children.length));

/** The one table of a message as Slack's own table; null when it is larger than Slack takes, or empty. */
export function tableBlock(table: Table): TableBlock | null {
  const width = widthOf(table);
  if (width === 0 || width > MOST_CELLS || table.children.length > MOST_ROWS) return null;
  const rows = table.children.map(({ children }) =>
    Array.from({ length: width }, (_, at) => cell(children[at]?.children ?? [])),
  );
  return { type: 'table', rows };
}

function cell(nodes: readonly Inline[]): TableBlock['rows'][number][number] {
  const elements = joined(inlineElements(nodes));
  const [only, ...others] = elements;
  if (only === undefined) return { type: 'raw_text', text: ' ' };
  if (only.type === 'text' && only.style === undefined && others.length === 0)
    return { type: 'raw_text', text: only.text };
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [...elements] }] };
}

/** A table as lines of text, its columns one below the other as long as that does not blow it up. */
export function tableText(table: Table): string {
  const rows = table.children.map((row) =>
    row.children.map((each) => inlineText(each.children).replace(/\s+/g, ' ').trim()),
  );
  const widths = Array.from({ length: widthOf(table) }, (_, at) =>
    Math.min(WIDEST_COLUMN, Math.max(0, ...rows.map((row) => row[at]?.length ?? 0))),
  );
  const line = (row: readonly string[], pad: boolean) =>
    row.map((each, at) => (pad && at < row.length - 1 ? each.padEnd(widths[at] ?? 0) : each)).join(' | ');
  const aligned = rows.map((row) => line(row, true)).join('\n');
  return aligned.length <= LONGEST_ALIGNED ? aligned : rows.map((row) => line(row, false)).join('\n');
}
