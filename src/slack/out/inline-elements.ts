import type { RichTextElement } from '@slack/types';
import { DEEPEST, type Inline } from '../../model/doc.ts';
import { inlineText } from '../../model/doc-text.ts';
import { cutText } from '../../model/split-doc.ts';
import { honestLink } from './honest-link.ts';

/** Slack refuses longer text in one element; we stay below. */
export const LONGEST_TEXT = 2_900;
/** A longer label is a text of its own, with the address behind it. */
const LONGEST_LABEL = 500;
const WEB_ADDRESS = /https?:\/\/[^\s<>"|\p{Cc}\p{Cf}]+[^\s<>"|\p{Cc}\p{Cf}.,;:!?)\]}]/gu;
const EMOJI_NAME = /^[a-z0-9_+'-]{1,100}$/;

type Style = NonNullable<Extract<RichTextElement, { readonly type: 'text' }>['style']>;
const MARKS = { strong: 'bold', emphasis: 'italic', delete: 'strike' } as const;

/**
 * Inline nodes as rich_text elements. Text stands there as it is: nothing in it is markup, so it cannot ping anybody
 * (`<!channel>`) or hide a link behind another name. No element is longer than Slack takes.
 */
export function inlineElements(nodes: readonly Inline[], style: Style = {}): readonly RichTextElement[] {
  return write(nodes, style, 0);
}

/** Our own or foreign plain words; web addresses in them become links that show themselves. */
export function textElements(text: string, style: Style = {}): readonly RichTextElement[] {
  const elements: RichTextElement[] = [];
  let from = 0;
  const source = text.toWellFormed();
  for (const { 0: url, index } of source.matchAll(WEB_ADDRESS)) {
    const link = honestLink(url, '');
    if (link === null) continue;
    elements.push(...plain(source.slice(from, index), style), {
      type: 'link',
      url: link.url,
      ...styled(style),
    });
    from = index + url.length;
  }
  return [...elements, ...plain(source.slice(from), style)];
}

/** Characters that an element shows or carries. */
export function sizeOf(element: RichTextElement): number {
  switch (element.type) {
    case 'text':
      return element.text.length;
    case 'link':
      return element.url.length + (element.text?.length ?? 0);
    default:
      return 20;
  }
}

/** Text with nothing in it that could be a link: code. */
export function plain(text: string, style: Style = {}): RichTextElement[] {
  return cutText(text.toWellFormed(), LONGEST_TEXT).flatMap((piece) =>
    piece === '' ? [] : [{ type: 'text' as const, text: piece, ...styled(style) }],
  );
}

const styled = (style: Style) => (Object.keys(style).length === 0 ? {} : { style });

function write(nodes: readonly Inline[], style: Style, depth: number): readonly RichTextElement[] {
  if (depth > DEEPEST * 2) return [];
  return nodes.flatMap((node): readonly RichTextElement[] => {
    switch (node.type) {
      case 'text':
        return textElements(node.value, style);
      case 'inlineCode':
        return plain(node.value, { ...style, code: true });
      case 'break':
        return [{ type: 'text', text: '\n' }];
      case 'mention':
        return node.user === null
          ? plain(`@${node.name}`, style)
          : [{ type: 'user', user_id: node.user, ...styled(style) }];
      case 'emoji':
        return emoji(node, style);
      case 'link':
        return link(node, style, depth);
      default:
        return write(node.children, { ...style, [MARKS[node.type]]: true }, depth + 1);
    }
  });
}

function emoji(node: Extract<Inline, { readonly type: 'emoji' }>, style: Style): RichTextElement[] {
  if (node.value !== null && node.value !== '') return plain(node.value, style);
  return EMOJI_NAME.test(node.name)
    ? [{ type: 'emoji', name: node.name, ...styled(style) }]
    : plain(`:${node.name}:`, style);
}

function link(
  node: Extract<Inline, { readonly type: 'link' }>,
  style: Style,
  depth: number,
): readonly RichTextElement[] {
  const label = inlineText(node.children, depth + 1).toWellFormed();
  const honest = honestLink(node.url, label.length > LONGEST_LABEL ? '' : label);
  // Without an address that Slack may open, the words and the address stand side by side.
  if (honest === null) return plain(inlineText([node], depth), style);
  const found = { type: 'link' as const, url: honest.url, ...styled({ ...style, ...markOf(node.children) }) };
  if (label.length > LONGEST_LABEL) return [...plain(`${label} (`, style), found, ...plain(')', style)];
  return [honest.label === null ? found : { ...found, text: honest.label }];
}

/** The marks that a label has as a whole: a link element has one style. */
function markOf(nodes: readonly Inline[]): Style {
  const [only, ...others] = nodes;
  if (only === undefined || others.length > 0) return {};
  if (only.type === 'inlineCode') return { code: true };
  if (only.type !== 'strong' && only.type !== 'emphasis' && only.type !== 'delete') return {};
  return { [MARKS[only.type]]: true, ...markOf(only.children) };
}

/** Neighbours of one style as one element, as long as that is not too long. */
export function joined(elements: readonly RichTextElement[]): readonly RichTextElement[] {
  const all: RichTextElement[] = [];
  for (const element of elements) {
    const last = all.at(-1);
    const fits =
      last?.type === 'text' &&
      element.type === 'text' &&
      last.text.length + element.text.length <= LONGEST_TEXT &&
      JSON.stringify(last.style) === JSON.stringify(element.style);
    if (fits) all.splice(-1, 1, { ...last, text: last.text + element.text });
    else all.push(element);
  }
  return all;
}
