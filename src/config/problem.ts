/** Where a problem stands in a file; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  /** The file, or `environment`. */
  readonly source: string;
  readonly place: Place | null;
  /** The setting, e.g. `routing.rules[2].queue`, or the name of the variable. */
  readonly path: string;
  /** What is wrong and what to do. Never holds a value that could be a secret. */
  readonly message: string;
}

/** Everything that is wrong with the configuration, at once: one line per problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemLine).join('\n'));
    this.problems = problems;
  }
}

/** `file:line:column path message`, the form that editors and terminals make clickable. */
export function problemLine({ source, place, path, message }: Problem): string {
  const where = place === null ? source : `${source}:${place.line}:${place.column}`;
  return [where, path, message].filter((part) => part !== '').join(' ');
}

/** `['routing', 'rules', 2, 'queue']` as `routing.rules[2].queue`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return index === 0 ? String(part) : `.${String(part)}`;
    })
    .join('');
}
