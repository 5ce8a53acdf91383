/** One call of Slack as an object: an event, an interaction, a command. */
export type SlackBody = Readonly<Record<string, unknown>>;

/**
 * Reads the bytes that Slack sent, now or years later: JSON (events), a form (commands), or a form whose `payload` field
 * holds JSON (interactivity). The bytes say which one it is, so that no header needs to be kept and a content type with
 * a charset does no harm (Bolt refuses those, measured). Null when they are none of these.
 */
export function parseSlackBody(bytes: Uint8Array): SlackBody | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  if (text.trimStart().startsWith('{')) return parseJson(text);
  const fields = new URLSearchParams(text);
  const payload = fields.get('payload');
  if (payload !== null) return parseJson(payload);
  const form = Object.fromEntries(fields);
  return 'command' in form || 'ssl_check' in form ? form : null;
}

function parseJson(text: string): SlackBody | null {
  try {
    const value: unknown = JSON.parse(text);
    return isBody(value) ? value : null;
  } catch {
    return null;
  }
}

function isBody(value: unknown): value is SlackBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
