import { composedParts } from './composed-text.ts';
import type { JsonObject } from './message-store.ts';
import type { SlackWorld } from './world.ts';

const PIECE = /<@([A-Z0-9]+)>|(https?:\/\/[^\s<>]+)/g;

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** People type "@Name"; Slack's client turns it into a mention. Longer names win. */
function resolveMentions(world: SlackWorld, typed: string): string {
  const named = [...world.people.values()].map((person) => ({ id: person.id, name: person.name }));
  named.push({ id: world.app.botUserId, name: world.app.name });
  named.sort((a, b) => b.name.length - a.name.length);
  return named.reduce((text, { id, name }) => text.replaceAll(`@${name}`, `<@${id}>`), typed);
}

/**
 * What Slack's client makes of typed text: escaped `text` with mentions and links in their control sequences, and the
 * same as a rich_text block. `<@U…>` may be typed as it is. Marks such as `*bold*` are words, unless it is `formatted`.
 */
export function typedMessage(
  world: SlackWorld,
  typed: string,
  formatted = false,
): { text: string; blocks: JsonObject[] } {
  const source = resolveMentions(world, typed);
  const elements: JsonObject[] = [];
  let text = '';
  let end = 0;
  const plain = (upTo: number) => {
    const between = source.slice(end, upTo);
    if (between === '') return;
    text += escapeText(between);
    elements.push({ type: 'text', text: between });
  };
  for (const match of source.matchAll(PIECE)) {
    plain(match.index);
    end = match.index + match[0].length;
    const [, user, url] = match;
    if (user !== undefined) {
      text += `<@${user}>`;
      elements.push({ type: 'user', user_id: user });
    } else if (url !== undefined) {
      text += `<${escapeText(url)}>`;
      elements.push({ type: 'link', url });
    }
  }
  plain(source.length);
  const plainly = [{ type: 'rich_text_section', elements }];
  const composed = formatted ? composedParts(text) : plainly;
  return { text, blocks: [{ type: 'rich_text', elements: composed.length === 0 ? plainly : composed }] };
}
