/** What stands where a secret stood. `what` has its article: "a password". */
export function removedWords(what: string): string {
  return `[${what} was removed]`;
}

const and = (whats: readonly string[]) =>
  whats.length < 2 ? (whats[0] ?? '') : `${whats.slice(0, -1).join(', ')} and ${whats.at(-1)}`;

/** To the person who typed it, in private; the value is never repeated. */
export function secretWarning(whats: readonly string[]): string {
  return (
    `What you wrote looked like it holds ${and(whats)}. I took that out before anything reached the ticket. It still stands in Slack: ` +
    'please delete or edit your message, and change whatever it opens (a new password, a new key), because others may have seen it. ' +
    'If it was harmless, write it in other words.'
  );
}
