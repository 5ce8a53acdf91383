/** Texts that are approved, as rich text: there every word stands as it is, and Slack obeys none of it. */
import type { KnownBlock, RichTextBlock, RichTextElement } from '@slack/types';
import { type Difference, differenceOf } from '../../model/difference.ts';
import { type RemarkKind, remarksIn, revealed } from '../../model/remarks.ts';
import { cutInForm, cutNote, nothingYet } from '../../texts/approvals.ts';
import { plain } from './inline-elements.ts';

/** How much room there is. */
export interface Room {
  /** Characters of one text. */
  readonly text: number;
  /** Characters that are kept beside a change. */
  readonly around: number;
  readonly note: (n: number) => string;
}
export const ON_CARD: Room = { text: 1_200, around: 80, note: cutNote };
export const IN_FORM: Room = { text: 20_000, around: 2_000, note: cutInForm };

const section = (elements: readonly RichTextElement[]): RichTextBlock['elements'][number] => ({
  type: 'rich_text_section',
  elements: [...elements],
});
const richText = (...parts: RichTextBlock['elements']): KnownBlock => ({
  type: 'rich_text',
  elements: parts,
});

/** The first characters of a text, and how many are left out; no sign is cut in two. */
function beginningOf(text: string, longest: number): { readonly text: string; readonly more: number } {
  if (text.length <= longest) return { text, more: 0 };
  const cut = text.slice(0, longest).replace(/[\ud800-\udbff]$/u, '');
  return { text: cut, more: [...text.slice(cut.length)].length };
}

function endOf(text: string, longest: number): { readonly text: string; readonly more: number } {
  if (text.length <= longest) return { text, more: 0 };
  const cut = text.slice(text.length - longest).replace(/^[\udc00-\udfff]/u, '');
  return { text: cut, more: [...text.slice(0, text.length - cut.length)].length };
}

/** One field before and after: what goes struck through, what comes bold, and what stays around it. */
export function changeBlock(
  {
    field,
    before,
    after,
  }: { readonly field: string; readonly before: string | null; readonly after: string | null },
  room: Room,
): KnownBlock {
  const [was, is] = [before === null ? '' : revealed(before), after === null ? '' : revealed(after)];
  const difference = differenceOf(was, is);
  const { elements, more } = changed(difference, room);
  const name = plain(`${beginningOf(revealed(field), 200).text}: `, { bold: true });
  const empty = { before: before === null || before === '', after: after === null || after === '' };
  const shown: RichTextElement[] =
    difference.removed === '' && difference.added === ''
      ? [...plain(is === '' ? nothingYet : beginningOf(is, room.text).text)]
      : [
          ...(empty.before ? plain(`${nothingYet} → `, { italic: true }) : []),
          ...elements,
          ...(empty.after ? plain(` → ${nothingYet}`, { italic: true }) : []),
        ];
  const note = more === 0 ? [] : plain(`\n${room.note(more)}`, { italic: true });
  return richText(section([...name, ...shown, ...note]));
}

function changed({ before, removed, added, after }: Difference, { text, around }: Room) {
  const [head, gone, come, tail] = [
    endOf(before, around),
    beginningOf(removed, text),
    beginningOf(added, text),
    beginningOf(after, around),
  ];
  const elements: RichTextElement[] = [
    ...plain(`${head.more > 0 ? '…' : ''}${head.text}`),
    ...plain(gone.text, { strike: true }),
    ...(gone.text !== '' && come.text !== '' ? plain(' → ') : []),
    ...plain(come.text, { bold: true }),
    ...plain(`${tail.text}${tail.more > 0 ? '…' : ''}`),
  ];
  return { elements, more: head.more + gone.more + come.more + tail.more };
}

/** A text as it would be sent, what has to be noticed in it in bold, and how often each sort was found. */
export function messageBlock(
  source: string,
  room: Room,
): {
  readonly block: KnownBlock;
  readonly counts: ReadonlyMap<RemarkKind, number>;
  readonly links: readonly string[];
} {
  const whole = revealed(source);
  const { text, more } = beginningOf(whole, room.text);
  const remarks = remarksIn(whole);
  const counts = new Map<RemarkKind, number>();
  const elements: RichTextElement[] = [];
  let from = 0;
  for (const { kind, start, end } of remarks) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (start >= text.length) continue;
    elements.push(...plain(text.slice(from, start)), ...plain(text.slice(start, end), { bold: true }));
    from = Math.min(end, text.length);
  }
  elements.push(...plain(text.slice(from)));
  const links = remarks.flatMap(({ kind, start, end }) => (kind === 'link' ? [whole.slice(start, end)] : []));
  const note = more === 0 ? [] : plain(`\n${room.note(more)}`, { italic: true });
  const quoted = [...elements, ...note];
  return {
    block: richText({
      type: 'rich_text_quote',
      elements: quoted.length === 0 ? plain(nothingYet, { italic: true }) : quoted,
    }),
    counts,
    links: [...new Set(links)],
  };
}

/** Plain words of somebody, cut with a count. */
export function wordsBlock(label: string, words: string, room: Room): KnownBlock {
  const { text, more } = beginningOf(revealed(words), room.text);
  const note = more === 0 ? [] : plain(`\n${room.note(more)}`, { italic: true });
  return richText(section([...plain(`${revealed(label)}: `, { bold: true }), ...plain(text), ...note]));
}
