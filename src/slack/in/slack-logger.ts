import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../model/log.ts';

const TOKEN = /x(?:ox[a-z](?:\.xox[a-z])?|app|wfp)-[A-Za-z0-9-]+/g;

/**
 * What Slack's packages have to say, in our log. Their debug and info lines hold whole payloads and are dropped; what is
 * left is cut short and loses anything that looks like a token.
 */
export function createSlackLogger(log: Log, part: string): Logger {
  const line = (words: readonly unknown[]) =>
    words.map(plain).join(' ').replaceAll(TOKEN, '[secret]').slice(0, 300);
  return {
    debug() {},
    info() {},
    warn: (...words) => log.warn({ part }, line(words)),
    error: (...words) => log.error({ part }, line(words)),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}

function plain(word: unknown): string {
  if (typeof word === 'string') return word;
  return word instanceof Error ? `${word.name}: ${word.message}` : typeof word;
}
