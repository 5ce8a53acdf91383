import { z } from 'zod';
import type { TextPart } from '../../model/intake.ts';
import { namesIn } from './mrkdwn.ts';
import { linkText, personPart, textPart } from './text-parts.ts';

/** Only what we read; Slack adds kinds of elements, and one that we do not know shows its `text` if it has one. */
const Inline = z.object({
  type: z.string(),
  text: z.string().optional(),
  style: z.object({ code: z.boolean().optional() }).optional().catch(undefined),
  url: z.string().optional(),
  user_id: z.string().optional(),
  channel_id: z.string().optional(),
  usergroup_id: z.string().optional(),
  name: z.string().optional(),
  unicode: z.string().optional(),
  range: z.string().optional(),
  fallback: z.string().optional(),
  timestamp: z.number().optional(),
  value: z.string().optional(),
});
type Inline = z.infer<typeof Inline>;

const Section = z.object({ elements: z.array(z.unknown()) });
const Group = z.object({
  type: z.string(),
  elements: z.array(z.unknown()),
  style: z.unknown().optional(),
  indent: z.number().int().min(0).max(20).catch(0),
  offset: z.number().int().min(0).catch(0),
});
type Group = z.infer<typeof Group>;
const RichText = z.object({ type: z.literal('rich_text'), elements: z.array(z.unknown()) });

type Names = ReadonlyMap<string, string>;

/** The rich text of a message as plain lines; null when it has none. `fallback` is the mrkdwn copy, for names. */
export function readRichText(blocks: readonly unknown[], fallback: string): readonly TextPart[] | null {
  const names = namesIn(fallback);
  const texts = blocks.map((block) => RichText.safeParse(block)).filter((parsed) => parsed.success);
  const lines = texts.flatMap((parsed) => readGroups(parsed.data.elements, names));
  const parts = lines.flatMap((line, index) => (index === 0 ? line : [textPart('\n'), ...line]));
  return parts.some((part) => part.kind === 'person' || part.text.trim() !== '') ? parts : null;
}

type Line = readonly TextPart[];

function readGroups(elements: readonly unknown[], names: Names): readonly Line[] {
  const numbering = new Map<number, number>();
  return elements.flatMap((element): readonly Line[] => {
    const parsed = Group.safeParse(element);
    if (!parsed.success) return [];
    const group = parsed.data;
    if (group.type === 'rich_text_list') return readList(group, { names, numbering });
    numbering.clear();
    if (group.type === 'rich_text_preformatted') {
      return [[textPart('```')], ...splitLines(readInlines(group.elements, names)), [textPart('```')]];
    }
    const lines = splitLines(readInlines(group.elements, names));
    return group.type === 'rich_text_quote' ? lines.map((line) => [textPart('> '), ...line]) : lines;
  });
}

/** Nested lists come one after the other with their depth; an outer numbering goes on after an inner list. */
function readList(
  group: Group,
  { names, numbering }: { readonly names: Names; readonly numbering: Map<number, number> },
): readonly Line[] {
  const { indent, offset } = group;
  const ordered = group.style === 'ordered';
  for (const depth of numbering.keys()) {
    if (depth > indent || (depth === indent && !ordered)) numbering.delete(depth);
  }
  return group.elements.flatMap((element): readonly Line[] => {
    const section = Section.safeParse(element);
    if (!section.success) return [];
    const number = (numbering.get(indent) ?? offset) + 1;
    if (ordered) numbering.set(indent, number);
    const sign = ordered ? `${number}. ` : '- ';
    const pad = '  '.repeat(indent);
    return splitLines(readInlines(section.data.elements, names)).map((line, index) => [
      textPart(index === 0 ? pad + sign : `${pad}  `),
      ...line,
    ]);
  });
}

/** Cuts at line breaks. The break that ends a section is the section's end, not an empty line. */
function splitLines(parts: readonly TextPart[]): readonly Line[] {
  const lines: TextPart[][] = [[]];
  for (const part of parts) {
    if (part.kind === 'person') {
      lines.at(-1)?.push(part);
      continue;
    }
    const [first = '', ...rest] = part.text.split('\n');
    lines.at(-1)?.push(textPart(first));
    for (const text of rest) lines.push([textPart(text)]);
  }
  const last = lines.at(-1) ?? [];
  const ended = lines.length > 1 && last.every((part) => part.kind === 'text' && part.text === '');
  return ended ? lines.slice(0, -1) : lines;
}

function readInlines(elements: readonly unknown[], names: Names): readonly TextPart[] {
  return elements.map((element) => {
    const parsed = Inline.safeParse(element);
    return parsed.success ? readInline(parsed.data, names) : textPart('');
  });
}

function readInline(inline: Inline, names: Names): TextPart {
  const text = inline.text ?? '';
  switch (inline.type) {
    case 'text':
      return textPart(inline.style?.code === true ? `\`${text}\`` : text);
    case 'link':
      return textPart(linkText(inline.url ?? '', text));
    case 'user':
      return personPart(inline.user_id ?? '');
    case 'channel':
      return textPart(`#${named(inline.channel_id, names)}`);
    case 'usergroup':
      return textPart(`@${named(inline.usergroup_id, names).replace(/^@/, '')}`);
    case 'broadcast':
      return textPart(`@${inline.range ?? 'channel'}`);
    case 'emoji':
      return textPart(emoji(inline));
    case 'date':
      return textPart(inline.fallback ?? isoTime(inline.timestamp));
    default:
      return textPart(text === '' ? (inline.value ?? '') : text);
  }
}

function named(id: string | undefined, names: Names): string {
  return id === undefined ? '' : (names.get(id) ?? id);
}

/** Slack gives code points in hex, joined by "-". Custom emoji have a name only. */
function emoji(inline: Inline): string {
  const points = (inline.unicode ?? '').split('-').map((hex) => Number.parseInt(hex, 16));
  const known = points.every((point) => point > 0 && point <= 0x10ffff);
  return known ? String.fromCodePoint(...points) : `:${inline.name ?? ''}:`;
}

function isoTime(seconds: number | undefined): string {
  const time = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}
