import { A_CHANNEL, A_GROUP } from '../../texts/names.ts';
import { type Atom, linkAtoms, type Mark, personAtoms, textAtoms } from './atoms.ts';

/** The three characters that Slack escapes in text. */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
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

/** What stands between < and >: a person, a channel, a group, a date, a link; anything else stays as it was typed. */
export function readControl(inside: string, marks: readonly Mark[]): readonly Atom[] {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? '' : unescaped(inside.slice(bar + 1));
  if (target.startsWith('@')) return personAtoms(target.slice(1), marks, label);
  if (target.startsWith('#')) return textAtoms(`#${label === '' ? A_CHANNEL : label}`, marks);
  if (target.startsWith('!')) return readSpecial(target.slice(1), { label, marks });
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return linkAtoms(unescaped(target), label, marks);
  return textAtoms(`<${unescaped(inside)}>`, marks);
}

function readSpecial(
  target: string,
  { label, marks }: { readonly label: string; readonly marks: readonly Mark[] },
): readonly Atom[] {
  const [word = '', , , url] = target.split('^', 4);
  if (word === 'date') return url ? linkAtoms(unescaped(url), label, marks) : textAtoms(label, marks);
  if (word !== 'subteam') return textAtoms(`@${word}`, marks);
  return textAtoms(`@${label === '' ? A_GROUP : label.replace(/^@/, '')}`, marks);
}
