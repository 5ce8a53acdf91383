import type { TextPart } from '../../model/intake.ts';
import { linkText, personPart, textPart } from './text-parts.ts';

/**
 * Slack's mrkdwn as plain text: control sequences (`<@U1>`, `<#C1|it>`, `<!here>`, `<https://…|label>`) become words,
 * the three escaped characters become themselves. Linear in the length of the text.
 */
export function readMrkdwn(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(/<([^<>]*)>/g)) {
    parts.push(textPart(unescaped(text.slice(from, found.index))), readControl(found[1] ?? ''));
    from = found.index + found[0].length;
  }
  parts.push(textPart(unescaped(text.slice(from))));
  return parts;
}

/** Names that only the mrkdwn copy of a message holds: channel and group ids with their labels. */
export function namesIn(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const found of text.matchAll(/<(?:#|!subteam\^)([A-Za-z0-9]+)\|([^<>|]+)>/g)) {
    const [, id, name] = found;
    if (id !== undefined && name !== undefined) names.set(id, unescaped(name));
  }
  return names;
}

function readControl(inside: string): TextPart {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? '' : unescaped(inside.slice(bar + 1));
  if (target.startsWith('@')) return personPart(target.slice(1));
  if (target.startsWith('#')) return textPart(`#${label === '' ? target.slice(1) : label}`);
  if (target.startsWith('!')) return textPart(readSpecial(target.slice(1), label));
  const link = /^[a-z][a-z0-9+.-]*:/i.test(target);
  return textPart(link ? linkText(unescaped(target), label) : `<${unescaped(inside)}>`);
}

function readSpecial(target: string, label: string): string {
  const [word = '', id = ''] = target.split('^');
  if (word === 'subteam') return label === '' ? `@${id}` : label.startsWith('@') ? label : `@${label}`;
  if (word === 'date') return label;
  return `@${word}`;
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
