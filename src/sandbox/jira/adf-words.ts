import { type AdfDoc, type AdfNode, adfNode } from './adf.ts';

/** How a document is spelled: as a reader sees it, or in the wiki markup of version 2 and webhooks. */
interface Spelling {
  text(node: AdfNode): string;
  mention(node: AdfNode): string;
  heading(level: number, words: string): string;
  code(language: string, words: string): string;
  quote(words: string): string;
  /** One item; `marks` has one sign per level, "*" or "#". */
  item(marks: string, number: number, words: string): string;
  row(cells: readonly string[], isHead: boolean): string;
}

const attr = (node: AdfNode, name: string) => {
  const value = node.attrs?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const AS_SEEN: Spelling = {
  text: ({ text = '' }) => text,
  mention: (node) => attr(node, 'text'),
  heading: (_, words) => words,
  code: (_, words) => words,
  quote: (words) => words.replaceAll(/^/gm, '> '),
  item: (marks, number, words) =>
    `${'  '.repeat(marks.length - 1)}${marks.endsWith('#') ? `${number}.` : '-'} ${words}`,
  row: (cells) => cells.join(' | '),
};

const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  strong: ['*', '*'],
  em: ['_', '_'],
  strike: ['-', '-'],
  underline: ['+', '+'],
};

/** Signs that wiki markup would read are quoted by a backslash. */
const quoted = (text: string) => text.replaceAll(/[{}[\]*_|!~^\\-]/g, '\\$&');

const AS_WIKI: Spelling = {
  text({ text = '', marks = [] }) {
    const code = marks.some((mark) => mark.type === 'code');
    const words = code ? `{{${quoted(text)}}}` : quoted(text);
    const href = marks.find((mark) => mark.type === 'link')?.attrs?.href;
    const signs = marks.flatMap((mark) =>
      SIGNS[mark.type] === undefined ? [] : [SIGNS[mark.type] ?? ['', '']],
    );
    const marked = signs.reduce((inner, [open, close]) => `{${open}}${inner}{${close}}`, words);
    return href === undefined ? marked : `[${words}|${href}]`;
  },
  mention: (node) => `[~accountid:${attr(node, 'id')}]`,
  heading: (level, words) => `h${level}. ${words}`,
  code: (language, words) => `{code${language === '' ? '' : `:${language}`}}\n${words}\n{code}`,
  quote: (words) => `{quote}\n${words}\n{quote}`,
  item: (marks, _, words) => `${marks} ${words}`,
  row: (cells, isHead) =>
    isHead ? `||${cells.join('||')}||` : `|${cells.map((cell) => cell || ' ').join('|')}|`,
};

export function adfToText(doc: AdfDoc | null): string {
  return doc === null ? '' : blocks(doc.content, AS_SEEN);
}

export function adfToWiki(doc: AdfDoc | null): string {
  return doc === null ? '' : blocks(doc.content, AS_WIKI);
}

function blocks(content: readonly unknown[] | undefined, spelling: Spelling): string {
  return (content ?? []).map((value) => block(value, spelling)).join('\n\n');
}

function block(value: unknown, spelling: Spelling): string {
  const node = adfNode(value);
  if (node === null) return '';
  switch (node.type) {
    case 'heading':
      return spelling.heading(Number(attr(node, 'level')), inline(node.content, spelling));
    case 'codeBlock':
      return spelling.code(attr(node, 'language'), inline(node.content, AS_SEEN));
    case 'blockquote':
      return spelling.quote(blocks(node.content, spelling));
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
      return list(node, '', spelling).join('\n');
    case 'table':
      return rows(node, spelling).join('\n');
    case 'rule':
      return '----';
    case 'panel':
    case 'expand':
    case 'mediaSingle':
    case 'mediaGroup':
      return blocks(node.content, spelling);
    case 'media':
      return attr(node, 'alt');
    default:
      return inline(node.content, spelling);
  }
}

function list(node: AdfNode, above: string, spelling: Spelling): string[] {
  const marks = above + (node.type === 'orderedList' ? '#' : '*');
  const first = Number(attr(node, 'order')) || 1;
  return (node.content ?? []).flatMap((value, index) => {
    const item = adfNode(value);
    if (item === null) return [];
    if (item.type === 'taskList') return list(item, marks, spelling);
    if (item.type === 'taskItem') {
      const box = attr(item, 'state') === 'DONE' ? '[x] ' : '[ ] ';
      return [spelling.item(marks, index + 1, box + inline(item.content, spelling))];
    }
    const inside = (item.content ?? []).map(adfNode).filter((one) => one !== null);
    const isList = ({ type }: AdfNode) => /List$/.test(type);
    const words = inside.filter((one) => !isList(one)).map((one) => block(one, spelling));
    const below = inside.filter(isList).flatMap((one) => list(one, marks, spelling));
    return [spelling.item(marks, first + index, words.join('\n')), ...below];
  });
}

function rows(table: AdfNode, spelling: Spelling): string[] {
  return (table.content ?? []).map((value) => {
    const cells = (adfNode(value)?.content ?? []).map(adfNode).filter((one) => one !== null);
    const isHead = cells[0]?.type === 'tableHeader';
    return spelling.row(
      cells.map((cell) => (cell.content ?? []).map((one) => block(one, spelling)).join(' ')),
      isHead,
    );
  });
}

function inline(content: readonly unknown[] | undefined, spelling: Spelling): string {
  return (content ?? [])
    .map((value) => {
      const node = adfNode(value);
      if (node === null) return '';
      if (node.type === 'hardBreak') return '\n';
      if (node.type === 'text') return spelling.text(node);
      if (node.type === 'mention') return spelling.mention(node);
      return attr(node, 'text') || attr(node, 'url') || inline(node.content, spelling);
    })
    .join('');
}
