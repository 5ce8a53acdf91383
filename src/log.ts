import { pino } from 'pino';
import type { Log } from './model/log.ts';

/**
 * The process's log: one JSON line an event on standard error, so that commands can print on standard output. Parts log
 * ids, codes and short words; nobody passes bodies or tokens in.
 */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: errorShown, error: errorShown },
      redact: {
        paths: ['token', 'password', 'authorization'].flatMap((name) => [name, `*.${name}`]),
        censor: '[secret]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Without what a client hangs on its errors: the request, and with it the credentials. */
function errorShown(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type, message, stack, ...code };
}
