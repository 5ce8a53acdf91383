/** What may stand in what, as Atlassian's schema of the document format says; only the nodes that issues know. */
const BLOCKS = ['paragraph', 'bulletList', 'orderedList', 'codeBlock'] as const;
const INLINE = [
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'inlineCard',
  'date',
  'status',
  'mediaInline',
] as const;
const MEDIA = ['mediaSingle', 'mediaGroup'] as const;
const CELL = [
  ...BLOCKS,
  ...MEDIA,
  'heading',
  'blockquote',
  'panel',
  'rule',
  'taskList',
  'blockCard',
  'nestedExpand',
];

export const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  doc: [...CELL, 'table', 'expand', 'decisionList', 'embedCard'],
  paragraph: INLINE,
  heading: INLINE,
  blockquote: [...BLOCKS, ...MEDIA],
  bulletList: ['listItem'],
  orderedList: ['listItem'],
  listItem: [...BLOCKS, 'mediaSingle'],
  taskList: ['taskItem', 'taskList'],
  taskItem: INLINE,
  decisionList: ['decisionItem'],
  decisionItem: INLINE,
  codeBlock: ['text'],
  panel: [...BLOCKS, ...MEDIA, 'heading', 'rule', 'taskList', 'blockCard'],
  expand: [...CELL, 'table'],
  nestedExpand: [...BLOCKS, ...MEDIA, 'heading'],
  table: ['tableRow'],
  tableRow: ['tableCell', 'tableHeader'],
  tableCell: CELL,
  tableHeader: CELL,
  mediaSingle: ['media', 'caption'],
  mediaGroup: ['media'],
  caption: INLINE,
};

/** Nodes that must not be empty, and what their first child may be where that is less. */
export const FIRST: Readonly<Record<string, readonly string[]>> = {
  blockquote: CHILDREN['blockquote'] ?? [],
  bulletList: ['listItem'],
  orderedList: ['listItem'],
  listItem: ['paragraph', 'codeBlock', 'mediaSingle'],
  taskList: ['taskItem'],
  table: ['tableRow'],
  tableRow: ['tableCell', 'tableHeader'],
  tableCell: CELL,
  tableHeader: CELL,
  panel: CHILDREN['panel'] ?? [],
  mediaSingle: ['media'],
  mediaGroup: ['media'],
};

/** Attributes without which a node is refused. */
export const NEEDED: Readonly<Record<string, readonly string[]>> = {
  heading: ['level'],
  taskList: ['localId'],
  taskItem: ['localId', 'state'],
  decisionList: ['localId'],
  decisionItem: ['localId', 'state'],
  mention: ['id'],
  emoji: ['shortName'],
  date: ['timestamp'],
  status: ['text', 'color'],
  panel: ['panelType'],
  media: ['type'],
};

const MARKS = new Set([
  'strong',
  'em',
  'strike',
  'code',
  'link',
  'underline',
  'subsup',
  'textColor',
  'backgroundColor',
]);

/** Whether these marks may lie over one text: known ones, each once, and code beside nothing but a link. */
export function marksFit(marks: readonly string[], parent: string): boolean {
  if (parent === 'codeBlock') return marks.length === 0;
  if (new Set(marks).size !== marks.length || marks.some((mark) => !MARKS.has(mark))) return false;
  return !marks.includes('code') || marks.every((mark) => mark === 'code' || mark === 'link');
}
