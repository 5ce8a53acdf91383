import type { Command } from 'commander';
import { oauthAppsOf } from '../connect.ts';
import { createIo } from '../connectors/io.ts';
import { createConnecting } from '../flows/connect-account.ts';
import { forgetSignIns } from '../flows/forget-sign-ins.ts';
import { notOf, reseal } from '../flows/reseal.ts';
import { ConnectorId, SlackUser } from '../model/ids.ts';
import { noMetrics } from '../model/metrics.ts';
import type { TokenHolder } from '../model/token.ts';
import { keyIdsOf } from '../open-doors.ts';
import { SEALED_COLUMNS, type SealCount } from '../store/seals.ts';
import type { Store } from '../store/store.ts';
import {
  CONFIG_OPTION,
  count,
  type FileOption,
  type Hand,
  oneLine,
  operator,
  told,
  withStore,
} from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

interface RevokeOptions extends FileOption {
  readonly person?: string;
  readonly all?: boolean;
}

/** Adds `connect`, `revoke` and `keys`: who signs in where with OAuth, and what seals what is stored. */
export function signInCommands(program: Command, terminal: Terminal): void {
  program
    .command('connect <connector>')
    .description('print a one-time link with which Deskbridge itself is signed in there with OAuth')
    .option(...CONFIG_OPTION)
    .action((connector: string, options: FileOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => invite(hand, connector, 'bridge'))),
    );
  program
    .command('revoke [connector]')
    .description('forget stored sign-ins at once: of a connector, of a person, or all')
    .option('--person <slack-user>', 'only those of this person, by his member id in Slack')
    .option('--all', 'of every connector')
    .option(...CONFIG_OPTION)
    .action((connector: string | undefined, options: RevokeOptions) =>
      told(terminal, () => withStore(options, terminal, (hand) => revoke(hand, connector, options))),
    );
  const keys = program.command('keys').description('the keys that seal what is stored');
  keys
    .command('status', { isDefault: true })
    .description('how much each key has sealed, and which can be removed')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, status)));
  keys
    .command('reseal')
    .description('seal everything anew with the first key; safe beside a running bridge')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, resealAll)));
}

const appsOf = ({ config }: Hand) => {
  const io = createIo({ metrics: noMetrics, ...config.network });
  return { io, apps: oauthAppsOf(config)(io) };
};

/** Prints a one-time link with which somebody gives a sign-in. */
export async function invite(hand: Hand, name: string, holder: TokenHolder): Promise<void> {
  const { config, terminal } = hand;
  // The bridge signs in once for all workspaces, a person in his own.
  const store = holder === 'bridge' ? hand.home : hand.store;
  const { publicUrl } = config.server;
  const connector = ConnectorId.safeParse(name);
  const { io, apps } = appsOf(hand);
  const made =
    connector.success && publicUrl !== null
      ? await createConnecting({ store, apps, io, publicUrl }).invite({ connector: connector.data, holder })
      : null;
  if (made === null) {
    const names = [...apps.keys()].join(', ') || 'none';
    throw new Error(
      `Nobody can sign in with OAuth at "${oneLine(name)}". Connectors with oauth_app: ${names}. Nothing was changed.`,
    );
  }
  await store.audit.record({
    kind: 'sign-in.invited',
    actor: operator(),
    link: null,
    data: { connector: name, holder },
  });
  const whose =
    holder === 'bridge' ? 'Open it as the account that Deskbridge works as' : `Give it to ${holder} only`;
  terminal.out(`${made.url}\n${whose}. It works once, for ${count(made.hours, 'hour')}.`);
}

async function revoke(hand: Hand, name: string | undefined, options: RevokeOptions): Promise<void> {
  const { store, config, terminal } = hand;
  const connector = name === undefined ? null : ConnectorId.parse(name);
  const person = options.person === undefined ? null : SlackUser.parse(options.person);
  if (connector === null && person === null && options.all !== true) {
    throw new Error('Name a connector, or a person with --person, or say --all. Nothing was changed.');
  }
  const { apps } = appsOf(hand);
  // Without a named workspace it is everywhere: what is forgotten has to be gone.
  const stores = config.workspace === null ? await hand.everyStore() : [store];
  const forgotten = { tokens: 0, grants: 0, notes: new Set<string>() };
  for (const one of stores) {
    const done = await forgetSignIns({ store: one, apps, actor: operator() }, { connector, person });
    forgotten.tokens += done.tokens;
    forgotten.grants += done.grants;
    for (const note of done.notes) forgotten.notes.add(note);
  }
  terminal.out(
    `Forgotten: ${count(forgotten.tokens, 'sign-in')} with OAuth, ${count(forgotten.grants, 'token or password', 'tokens and passwords')} of people. Running processes notice at their next call.`,
  );
  for (const line of forgotten.notes) terminal.out(oneLine(line));
  const named = [...config.connectors.values()].filter(({ id }) => connector === null || id === connector);
  if (person === null && named.length > 0) {
    terminal.out(
      'Secrets in environment variables are not stored here: revoke them where they were made, and restart with others.',
    );
  }
}

async function status({ everyStore, config, terminal }: Hand): Promise<void> {
  const [sealing = '', ...older] = keyIdsOf(config);
  const counts = await countsIn(await everyStore());
  const rows = counts.map(({ table, column, key, rows: sealed }) => [
    `${table}.${column}`,
    key,
    String(sealed),
    key === sealing
      ? 'the first key'
      : older.includes(key)
        ? 'an older key'
        : 'NOT CONFIGURED: cannot be read',
  ]);
  terminal.out(aligned([['column', 'key', 'values', 'which'], ...rows]));
  const left = notOf(sealing, counts).reduce((sum, { rows: sealed }) => sum + sealed, 0);
  terminal.out(
    left === 0
      ? 'Everything is sealed by the first key. Every other one can be removed.'
      : `${count(left, 'value')} not sealed by the first key. "deskbridge keys reseal" seals them anew.`,
  );
}

/** One line per column and key, whatever install the values are in. */
async function countsIn(stores: readonly Store[]): Promise<readonly SealCount[]> {
  const all = new Map<string, SealCount>();
  for (const store of stores) {
    for (const count of await store.seals.counts()) {
      const name = `${count.table}.${count.column}:${count.key}`;
      all.set(name, { ...count, rows: count.rows + (all.get(name)?.rows ?? 0) });
    }
  }
  return [...all.values()];
}

async function resealAll({ everyStore, config, terminal }: Hand): Promise<void> {
  const stores = await everyStore();
  let [resealed, lost] = [0, 0];
  for (const store of stores) {
    const done = await reseal(store, SEALED_COLUMNS, { keys: new Set(keyIdsOf(config)) });
    resealed += done.resealed;
    lost += done.lost;
  }
  terminal.out(`Sealed anew: ${count(resealed, 'value')}.`);
  if (lost > 0) terminal.err(`${count(lost, 'value')} cannot be read: their key is not configured.`);
  const left = notOf(keyIdsOf(config)[0] ?? '', await countsIn(stores)).length;
  if (left === 0) terminal.out('Every key but the first can be removed from DESKBRIDGE_ENCRYPTION_KEY.');
}
