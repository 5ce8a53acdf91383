import type { InstallId } from '../model/ids.ts';
import type { Db, Tx } from './database.ts';
import type { Envelope } from './envelope.ts';

/** What every group of queries works with: a connection or a transaction, one install, the envelope. */
export interface Scope {
  readonly db: Db | Tx;
  readonly install: InstallId;
  readonly envelope: Envelope;
}
