import { z } from 'zod';
import { A_CHANNEL, A_GROUP, A_TEAM } from '../../texts/names.ts';
import { type Atom, codeAtoms, isLinkable, linkAtoms, type Mark, personAtoms, textAtoms } from './atoms.ts';
import { storable } from './storable.ts';

const flag = z.boolean().optional().catch(undefined);
const word = z.string().optional().catch(undefined);

/** Only what we read; Slack adds kinds of elements, and one that we do not know shows its `text` if it has one. */
const Element = z.object({
  type: z.string(),
  text: word,
  style: z.object({ bold: flag, italic: flag, strike: flag, code: flag }).optional().catch(undefined),
  url: word,
  user_id: word,
  channel_id: word,
  usergroup_id: word,
  name: word,
  unicode: word,
  range: word,
  fallback: word,
  timestamp: z.number().optional().catch(undefined),
  value: word,
});
type Element = z.infer<typeof Element>;

/** Names of channels and groups by id: rich text has ids only. */
export type Names = ReadonlyMap<string, string>;

/** The elements of a section of rich text (docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
export function readElements(elements: readonly unknown[], names: Names): readonly Atom[] {
  return elements.flatMap((element) => {
    const parsed = Element.safeParse(element);
    return parsed.success ? readElement(parsed.data, names) : [];
  });
}

function readElement(element: Element, names: Names): readonly Atom[] {
  const marks = marksOf(element);
  const text = element.text ?? '';
  const styled = element.style?.code === true ? codeAtoms : textAtoms;
  switch (element.type) {
    case 'text':
      return styled(text, marks);
    case 'link':
      return readLink(element, marks);
    case 'user':
      return personAtoms(element.user_id ?? '', marks);
    case 'channel':
      return styled(`#${names.get(element.channel_id ?? '') ?? A_CHANNEL}`, marks);
    case 'usergroup':
      return styled(`@${(names.get(element.usergroup_id ?? '') ?? A_GROUP).replace(/^@/, '')}`, marks);
    case 'team':
      return styled(`@${A_TEAM}`, marks);
    case 'broadcast':
      return styled(`@${element.range ?? 'channel'}`, marks);
    case 'emoji':
      return [{ leaf: { type: 'emoji', name: emojiName(element), value: emojiValue(element) }, marks }];
    case 'date':
      return readDate(element, marks);
    default:
      return styled(text === '' ? (element.value ?? '') : text, marks);
  }
}

function marksOf({ style }: Element): readonly Mark[] {
  return [
    ...(style?.bold === true ? (['strong'] as const) : []),
    ...(style?.italic === true ? (['emphasis'] as const) : []),
    ...(style?.strike === true ? (['delete'] as const) : []),
  ];
}

function readLink(element: Element, marks: readonly Mark[]): readonly Atom[] {
  const url = storable(element.url ?? '');
  const label = element.text ?? '';
  if (element.style?.code === true && isLinkable(url)) {
    return codeAtoms(label === '' ? url : label, [...marks, `link:${url}`]);
  }
  return linkAtoms(url, label, marks);
}

function readDate(element: Element, marks: readonly Mark[]): readonly Atom[] {
  const shown = element.fallback ?? isoTime(element.timestamp);
  return element.url === undefined ? textAtoms(shown, marks) : linkAtoms(storable(element.url), shown, marks);
}

const emojiName = ({ name }: Element) => storable(name ?? '').replaceAll(':', '') || 'emoji';

/** Slack gives code points in hex, joined by "-". Custom emoji have a name only. */
function emojiValue({ unicode }: Element): string | null {
  const points = (unicode ?? '').split('-').map((hex) => Number.parseInt(hex, 16));
  const known = points.every((point) => point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));
  return known ? String.fromCodePoint(...points.slice(0, 20)) : null;
}

function isoTime(seconds: number | undefined): string {
  const time = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}
