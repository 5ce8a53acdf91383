const TONES = 6;

function toneOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % TONES;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '').join('');
}

/** Decoration: the name always stands beside it. */
export function Avatar({ name, isBot = false }: { readonly name: string; readonly isBot?: boolean }) {
  return (
    <span className={isBot ? 'avatar bot' : `avatar tone-${toneOf(name)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
