import type { SlackBody } from './body.ts';

/**
 * The type of a call as one short word for counting: the event's type, the interaction's type, or `command`. Slack's
 * names are small letters; anything else counts as `unknown`, so that a label never grows with what strangers send.
 */
export function typeName(body: SlackBody): string {
  const { event } = body;
  if (typeof event === 'object' && event !== null) return wordOr(Reflect.get(event, 'type'));
  if (typeof body['command'] === 'string') return 'command';
  return wordOr(body['type']);
}

function wordOr(value: unknown): string {
  return typeof value === 'string' && /^[a-z_]{1,60}$/.test(value) ? value : 'unknown';
}
