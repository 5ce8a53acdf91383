import { userInfo } from 'node:os';
import { type Config, ConfigError, DEFAULT_CONFIG_FILE, loadConfig } from '../config.ts';
import { joinConfiguredDatabase } from '../launch.ts';
import { createLog } from '../log.ts';
import { envelopeOf } from '../open-doors.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { createStore, installNamed, type Store } from '../store/store.ts';
import { showProblems, type Terminal } from './terminal.ts';

export interface FileOption {
  readonly config: string;
}

export const CONFIG_OPTION = ['-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE] as const;

/** Runs a command. Problems that a person can mend are sentences, not stack traces; they end it with `code`. */
export async function told(terminal: Terminal, work: () => Promise<void>, code = 1): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof ConfigError) showProblems(terminal, error);
    else terminal.err(error.message);
    terminal.exit(code);
  }
}

/** What a command has in hand beside a running bridge. */
export interface Hand {
  readonly store: Store;
  readonly config: Config;
  readonly terminal: Terminal;
}

/** Joins the installation's database, works, and leaves it as it was. */
export async function withStore(
  options: FileOption,
  terminal: Terminal,
  work: (hand: Hand) => Promise<void>,
): Promise<void> {
  const env = terminal.env;
  const config = loadConfig({ file: options.config, ...(env === undefined ? {} : { env }) });
  const database = await joinConfiguredDatabase(config, createLog(config.logLevel));
  const db = openDatabase(database.url, { max: 2 });
  try {
    await migrate(db);
    const store = createStore(db, await installNamed(db, config.install.name), envelopeOf(config));
    await work({ store, config, terminal });
  } finally {
    await db.destroy();
    await database.stop();
  }
}

/** Who typed the command, as the audit writes it. */
export function operator(): string {
  try {
    const name = userInfo()
      .username.replaceAll(/[^\p{L}\p{N}._@-]/gu, '')
      .slice(0, 60);
    return name === '' ? 'operator' : `operator:${name}`;
  } catch {
    // The user of a container may have no name.
    return 'operator';
  }
}

/** Words of other systems cannot start a line or move the cursor here. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

export const count = (n: number, what: string, many = `${what}s`): string => `${n} ${n === 1 ? what : many}`;
