import { userInfo } from 'node:os';
import { type Config, ConfigError, DEFAULT_CONFIG_FILE, loadConfig } from '../config.ts';
import { joinConfiguredDatabase } from '../launch.ts';
import { createLog } from '../log.ts';
import type { InstallId } from '../model/ids.ts';
import { envelopeOf } from '../open-doors.ts';
import { openDatabase } from '../store/database.ts';
import type { Grants } from '../store/grants.ts';
import { migrateOrRequire } from '../store/migrate.ts';
import { createStore, installNamed, type Store } from '../store/store.ts';
import { grantNamed, grantsOf } from './bot-tokens.ts';
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
  /** Of the workspace that DESKBRIDGE_WORKSPACE names; the home without it. */
  readonly store: Store;
  /** What all workspaces share: the configuration, the bridge's own sign-ins. The same where there is one. */
  readonly home: Store;
  /** Null where one workspace is served. */
  readonly grants: Grants | null;
  /** Of every install, also those whose grant has ended. */
  everyStore(): Promise<readonly Store[]>;
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
    await migrateOrRequire(db);
    const open = (install: InstallId) => createStore(db, install, envelopeOf(config));
    const home = open(await installNamed(db, config.install.name));
    const grants = grantsOf(config, db, home.install);
    const { workspace } = config;
    const named = workspace === null || grants === null ? null : await grantNamed(grants, workspace);
    const everyStore = async () => {
      const granted = (await grants?.all()) ?? [];
      return [...new Set([home.install, ...granted.map(({ install }) => install)])].map(open);
    };
    const store = named === null || named.install === home.install ? home : open(named.install);
    await work({ store, home, grants, everyStore, config, terminal });
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
