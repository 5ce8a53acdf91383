import type { Config } from '../../config.ts';
import { oauthAppsOf } from '../../connect.ts';
import { createTokenKeeper } from '../../flows/keep-tokens.ts';
import type { Io } from '../../model/io.ts';
import { noLog } from '../../model/log.ts';
import { noMetrics } from '../../model/metrics.ts';
import { rejected } from '../../model/outcome.ts';
import type { TokenOf } from '../../model/token.ts';
import { envelopeOf } from '../../open-doors.ts';
import { openDatabase } from '../../store/database.ts';
import { createStore, installNamed } from '../../store/store.ts';

interface SignIns {
  readonly tokenOf: TokenOf;
  close(): Promise<void>;
}

/** The kept sign-ins, for connections that use one. One that ends within minutes is renewed, as any call would. */
export async function openSignIns(config: Config, url: string | null, io: Io): Promise<SignIns> {
  const apps = oauthAppsOf(config)(io);
  if (url === null || apps.size === 0) {
    const away = async () =>
      rejected('auth', 'The sign-in is kept in the database, which could not be asked; mend that first');
    return { tokenOf: () => ({ current: away, instead: away }), close: async () => {} };
  }
  const db = openDatabase(url, { max: 2, queryTimeoutMs: 5_000 });
  try {
    const store = createStore(db, await installNamed(db, config.install.name), envelopeOf(config));
    const tokenOf = createTokenKeeper({ store, apps, io, metrics: noMetrics, log: noLog });
    return { tokenOf, close: () => db.destroy() };
  } catch (error) {
    await db.destroy();
    const why = error instanceof Error ? error.message : String(error);
    const broken = async () => rejected('auth', `The sign-in could not be read from the database: ${why}`);
    return { tokenOf: () => ({ current: broken, instead: broken }), close: async () => {} };
  }
}
