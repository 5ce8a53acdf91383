/**
 * Where parts of the bridge say what happened. The fields come first, as pino has it; they hold ids, codes and short
 * words, never text of people and never a secret.
 */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const noLog: Log = { info() {}, warn() {}, error() {} };
