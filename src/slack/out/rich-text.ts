import type { KnownBlock, RichTextBlock, RichTextElement } from '@slack/types';

export type KnownBlocks = KnownBlock[];

/** Slack refuses longer text in one element, and more blocks in one message; we stay below both. */
const LONGEST_TEXT = 2_900;
const LONGEST_MESSAGE = 11_000;
const URL_PATTERN = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}]/g;

/**
 * Text from outside as rich_text elements: nothing in it is markup, so it cannot ping anybody (`<!channel>`) or hide a
 * link behind another name. A web address becomes a link that shows itself.
 */
function richText(text: string): KnownBlock[] {
  const shown =
    text.length > LONGEST_MESSAGE
      ? `${text.slice(0, LONGEST_MESSAGE)}…\n(cut: the rest stands on the ticket)`
      : text;
  const blocks: RichTextBlock[] = [];
  for (let at = 0; at < shown.length; at += LONGEST_TEXT) {
    const part = shown.slice(at, at + LONGEST_TEXT);
    blocks.push({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: elementsOf(part) }] });
  }
  return blocks;
}

function elementsOf(text: string): RichTextElement[] {
  const elements: RichTextElement[] = [];
  let from = 0;
  for (const match of text.matchAll(URL_PATTERN)) {
    if (match.index > from) elements.push({ type: 'text', text: text.slice(from, match.index) });
    elements.push({ type: 'link', url: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) elements.push({ type: 'text', text: text.slice(from) });
  return elements;
}

/** Escapes what is markup in mrkdwn and in the `text` of a message: control characters of Slack, nothing more. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A short stretch of foreign text inside our own mrkdwn: escaped, and its formatting marks made inert. */
export function inertMrkdwn(text: string): string {
  return escapeMrkdwn(text).replace(/([*_~`])/g, '\u200b$1\u200b');
}

/** Something said in the conversation: by a person of the ticket system, or by us (`author` null). */
export function renderMessage(
  author: string | null,
  text: string,
): { readonly text: string; readonly blocks: KnownBlocks } {
  const by: KnownBlock[] =
    author === null
      ? []
      : [
          {
            type: 'context',
            elements: [{ type: 'mrkdwn', text: `:speech_balloon: *${inertMrkdwn(author).slice(0, 1_000)}*` }],
          },
        ];
  const line = author === null ? text : `${author}: ${text}`;
  return { text: escapeMrkdwn(line.slice(0, 2_000)), blocks: [...by, ...richText(text)] };
}
