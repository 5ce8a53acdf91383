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
      redact: { paths: ['*.token', '*.password', '*.authorization'], censor: '[secret]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
