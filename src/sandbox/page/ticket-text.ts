/** A ticket's description as agents want to read it: the words of the requester, why it is here, and the facts below. */
export interface TicketText {
  readonly words: string;
  readonly reason: string | null;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

const REASON = /^Why (?:it is )?here: (.+)$/;
const FACT = /^(Requested by|Slack thread:|Slack:|Reference:) (.+)$/;

const SHORT: Readonly<Record<string, string>> = {
  'Requested by': 'Requested by',
  'Slack thread:': 'Slack thread',
  'Slack:': 'Slack thread',
  'Reference:': 'Reference',
};

/** Reads only the last paragraph as the bridge's own: what people write above it may look like anything. */
export function readDescription(description: string): TicketText {
  const paragraphs = description.trim().split(/\n{2,}/);
  const last = (paragraphs.at(-1) ?? '').split('\n');
  const reason = last.map((line) => REASON.exec(line)?.[1]).find((found) => found !== undefined) ?? null;
  if (reason === null) return { words: description.trim(), reason: null, facts: [] };
  const facts = last.flatMap((line) => {
    const [, name = '', value] = FACT.exec(line) ?? [];
    return value === undefined ? [] : [{ name: SHORT[name] ?? name, value }];
  });
  return { words: paragraphs.slice(0, -1).join('\n\n'), reason, facts };
}

/** The last line that the bridge writes below a comment: where it comes from, and what it is known by. */
const REFERENCE =
  /\n\n(?:Slack: (?:message [\d.]+|https:\/\/\S+)(?: \(dsk-[0-9a-z]+\))?|Reference: dsk-[0-9a-z]+)$/;

/** Who really said a comment that the bridge wrote, and what: "Mara Lindgren (Slack): text". */
export function readMirrored(text: string): { readonly speaker: string | null; readonly words: string } {
  const [, speaker, rest] = /^([^\n:]{1,100}) \(Slack\):?\s+([\s\S]*)$/.exec(text) ?? [];
  if (speaker === undefined || rest === undefined) return { speaker: null, words: text };
  return { speaker, words: rest.replace(REFERENCE, '') };
}
