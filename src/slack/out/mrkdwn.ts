import type { MrkdwnElement } from '@slack/types';

const LONGEST_ADDRESS = 900;

/** Escapes what is markup in mrkdwn and in the `text` of a message: control characters of Slack, nothing more. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Foreign text escaped for the `text` of a message, cut where it would become longer than `longest` characters. */
export function escapedLine(text: string, longest: number): string {
  return cutWhileWriting(text, longest, escapeMrkdwn);
}

/** A short stretch of foreign text inside our own mrkdwn: on one line, escaped, and its formatting marks made inert. */
export function inertMrkdwn(text: string, longest: number): string {
  return cutWhileWriting(text.replace(/\s+/g, ' ').trim(), longest, (char) =>
    escapeMrkdwn(char).replace(/[*_~`]/, '\u200b$&\u200b'),
  );
}

/**
 * The same for mrkdwn that cannot say `verbatim`: there Slack looks for names, channels and addresses in plain words, so
 * their signs are kept apart from what follows them.
 */
export function inertPlainMrkdwn(text: string, longest: number): string {
  return inertMrkdwn(text.replace(/[@#]|:(?=\/\/)/g, '$&\u200b'), longest);
}

/** Cuts by what is written, so that no escaped character is cut in the middle. */
function cutWhileWriting(text: string, longest: number, write: (char: string) => string): string {
  let written = '';
  for (const char of text.toWellFormed()) {
    const next = write(char);
    if (written.length + next.length >= longest) return `${written}…`;
    written += next;
  }
  return written;
}

/** A link in mrkdwn that its address and its name cannot break out of; the name alone when the address is no web address. */
export function mrkdwnLink(url: string, name: string, longest: number): string {
  const label = escapedLine(name.replace(/\s+/g, ' ').trim(), longest);
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) return label;
  const href = address.href
    .replaceAll('|', '%7C')
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E')
    .replaceAll('&', '&amp;');
  return href.length > LONGEST_ADDRESS ? label : `<${href}|${label}>`;
}

/** Without `verbatim` Slack looks for names of channels and people in plain words (docs.slack.dev, text object). */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}
