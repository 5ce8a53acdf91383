/** What a form says beyond its words, for the ticket and for the person whom it is for. */

/** `participants` are those who shall hear of it besides the requester; null when there is nothing to say. */
export function peopleLine({
  asker,
  participants,
}: {
  /** Who sent the form for somebody else; null when he sent it for himself. */
  readonly asker: string | null;
  readonly participants: readonly string[];
}): string | null {
  const lines = [
    ...(asker === null ? [] : [`Asked for by ${asker}.`]),
    ...(participants.length === 0 ? [] : [`To be kept informed: ${participants.join(', ')}.`]),
  ];
  return lines.length === 0 ? null : lines.join('\n');
}

/** One answer of a form, below the others on the ticket. */
export function answerLine(question: string, answers: readonly string[]): string {
  return `${question}${/[?!.:]$/.test(question) ? '' : ':'} ${answers.join(', ')}`;
}

/** Behind the sentence that says why a request is where it is. */
export const MARKED_URGENT = 'It was marked as urgent.';

/** The first thing that a person reads under a card that he did not ask for himself. */
export function askedForYou(asker: string): string {
  return `${asker} asked for this on your behalf. The ticket names you as the one whom it is for. If it is a mistake, say so here: the agents read it.`;
}
