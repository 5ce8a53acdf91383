import { SlackUser } from '../../model/ids.ts';
import type { TextPart } from '../../model/intake.ts';

export function textPart(text: string): TextPart {
  return { kind: 'text', text };
}

/** A person still without a name; an id that cannot be one stays visible as text. */
export function personPart(id: string): TextPart {
  const user = SlackUser.safeParse(id);
  return user.success ? { kind: 'person', user: user.data } : textPart(`@${id}`);
}

export function linkText(url: string, label: string): string {
  const plain = url.replace(/^mailto:/, '');
  return label === '' || label === url || label === plain ? plain : `${label} (${plain})`;
}

/** Postgres refuses NUL in text, and UTF-8 has no half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
