import type { Config } from '../../config.ts';
import { oauthAppsOf } from '../../connect.ts';
import { createTokenKeeper } from '../../flows/keep-tokens.ts';
import type { InstallId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { noLog } from '../../model/log.ts';
import { noMetrics } from '../../model/metrics.ts';
import { rejected } from '../../model/outcome.ts';
import { ownTeam } from '../../model/slack-grant.ts';
import type { TokenOf } from '../../model/token.ts';
import { envelopeOf } from '../../open-doors.ts';
import { type Db, openDatabase } from '../../store/database.ts';
import { createGrants } from '../../store/grants.ts';
import { createStore, installNamed } from '../../store/store.ts';

export interface SignIns {
  readonly tokenOf: TokenOf;
  /** The connections to Slack: one, or one of each workspace and organisation that installed the app. */
  readonly bots: readonly {
    readonly name: string;
    /** Which workspace or organisation; null: the only one, or nobody knows. */
    readonly place: string | null;
    readonly token: () => Promise<string>;
  }[];
  close(): Promise<void>;
}

/** The kept sign-ins, for connections that use one. One that ends within minutes is renewed, as any call would. */
export async function openSignIns(config: Config, url: string | null, io: Io): Promise<SignIns> {
  const apps = oauthAppsOf(config)(io);
  const { grant } = config.slack;
  const only =
    grant.kind === 'token'
      ? [{ name: 'slack', place: null, token: async () => grant.botToken.reveal() }]
      : null;
  const unknown = {
    name: 'slack',
    place: null,
    token: noGrants('which could not be asked; mend that first'),
  };
  if (url === null || (apps.size === 0 && only !== null)) {
    const away = async () =>
      rejected('auth', 'The sign-in is kept in the database, which could not be asked; mend that first');
    return {
      tokenOf: () => ({ current: away, instead: away }),
      bots: only ?? [unknown],
      close: async () => {},
    };
  }
  const db = openDatabase(url, { max: 2, queryTimeoutMs: 5_000 });
  try {
    const store = createStore(db, await installNamed(db, config.install.name), envelopeOf(config));
    const tokenOf = createTokenKeeper({ store, apps, io, metrics: noMetrics, log: noLog });
    const bots = only ?? (await grantedBots(config, db, store.install));
    return { tokenOf, bots, close: () => db.destroy() };
  } catch (error) {
    await db.destroy();
    const why = error instanceof Error ? error.message : String(error);
    const broken = async () => rejected('auth', `The sign-in could not be read from the database: ${why}`);
    const bots = only ?? [{ name: 'slack', place: null, token: noGrants(`which answered: ${why}`) }];
    return { tokenOf: () => ({ current: broken, instead: broken }), bots, close: async () => {} };
  }
}

const noGrants = (why: string) => () =>
  Promise.reject(new Error(`What Slack granted is kept in the database, ${why}`));

async function grantedBots(config: Config, db: Db, home: InstallId): Promise<SignIns['bots']> {
  const grants = createGrants({ db, install: home, envelope: envelopeOf(config) });
  const standing = (await grants.all()).filter(({ revoked }) => revoked === null);
  if (standing.length === 0) {
    const none = 'No workspace has installed the app yet. Make a link with "deskbridge slack install-link".';
    return [{ name: 'slack', place: null, token: () => Promise.reject(new Error(none)) }];
  }
  return standing.map((grant) => ({
    name: `slack ${ownTeam(grant)}`,
    place: ownTeam(grant),
    token: async () => (await grants.open(grant.install))?.token.reveal() ?? '',
  }));
}
