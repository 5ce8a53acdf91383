import { ConfigError } from '../config/problem.ts';

/** What a command needs of the process around it. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Sets the exit code with which the process ends when its work is done. */
  exit(code: number): void;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
}

/** This process. Its environment is left to `loadConfig`, the only reader. */
export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  exit(code) {
    process.exitCode = code;
  },
  env: undefined,
};

/** Runs a command; problems of the configuration are printed one per line and end it with exit code 1. */
export function withProblems(terminal: Terminal, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    showProblems(terminal, error);
    terminal.exit(1);
  }
}

export function showProblems(terminal: Terminal, error: ConfigError): void {
  terminal.err(error.message);
  const count = error.problems.length;
  terminal.err(`${count} ${count === 1 ? 'problem' : 'problems'} found.`);
}

/** Rows as columns of equal width, the last one ragged. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
        .join('  '),
    )
    .join('\n');
}
