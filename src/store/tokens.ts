import { type RawBuilder, sql } from 'kysely';
import { ConnectorId, SlackUser } from '../model/ids.ts';
import { createSecret, type Secret } from '../model/secret.ts';
import type { TokenHolder } from '../model/token.ts';
import type { Scope } from './scope.ts';

/** Whose sign-in, where. */
export interface TokenKey {
  readonly connector: ConnectorId;
  readonly holder: TokenHolder;
}

/** What can be told of a sign-in without opening it. */
export interface KnownToken extends TokenKey {
  /** When the refresh token ends if nobody uses it; null when the vendor does not say. */
  readonly refreshUntil: Date | null;
  readonly refused: string | null;
}

export interface StoredToken extends KnownToken {
  readonly account: string;
  readonly resource: string;
  readonly access: Secret;
  /** Null: it ends for good. */
  readonly refresh: Secret | null;
  /** Milliseconds until the access token ends, and since it was given. */
  readonly leftMs: number;
  readonly ageMs: number;
  /** Raised by every renewal. */
  readonly generation: number;
}

/** What a vendor gave. `idleDays`: after so many days without use the refresh token ends. */
export interface GivenToken {
  readonly access: Secret;
  readonly refresh: Secret | null;
  readonly expiresInS: number;
  readonly idleDays: number | null;
}

/** `busy`: another process renews it. `moved`: somebody has. `doubtful`: an earlier renewal was never saved. */
export type Claim =
  | { readonly kind: 'claimed'; readonly doubtful: boolean }
  | { readonly kind: 'busy' | 'moved' };

interface Row {
  connector: string;
  holder: string;
  account: string;
  resource: string;
  access_sealed: Buffer;
  refresh_sealed: Buffer | null;
  left_ms: number;
  age_ms: number;
  refresh_until: Date | null;
  generation: number;
  refused: string | null;
}

const inSeconds = (seconds: number): RawBuilder<Date> =>
  sql<Date>`deskbridge_now() + make_interval(secs => ${seconds})`;

/** Sign-ins with OAuth. Tokens are sealed, each in its own column of its own row. */
export function createTokens(scope: Scope) {
  const { db, install, envelope } = scope;
  const place = ({ connector, holder }: TokenKey, column: string) => ({
    install,
    table: 'token',
    row: `${connector}:${holder}`,
    column,
  });
  const seal = (key: TokenKey, column: string, secret: Secret) =>
    envelope.seal(place(key, column), Buffer.from(secret.reveal(), 'utf8'));
  const open = (key: TokenKey, column: string, sealed: Buffer) =>
    createSecret(envelope.open(place(key, column), sealed).toString('utf8'));
  const own = ({ connector, holder }: TokenKey) =>
    sql`install_id = ${install} and connector = ${connector} and holder = ${holder}`;
  const columns = sql`connector, holder, account, resource, access_sealed, refresh_sealed, refresh_until, generation, refused,
    (extract(epoch from access_until - deskbridge_now()) * 1000)::float8 as left_ms,
    (extract(epoch from deskbridge_now() - issued_at) * 1000)::float8 as age_ms`;

  function known(row: Pick<Row, 'connector' | 'holder' | 'refresh_until' | 'refused'>): KnownToken {
    const holder: TokenHolder = row.holder === 'bridge' ? 'bridge' : SlackUser.parse(row.holder);
    const connector = ConnectorId.parse(row.connector);
    return { connector, holder, refreshUntil: row.refresh_until, refused: row.refused };
  }

  function opened(row: Row): StoredToken {
    const { account, resource, generation } = row;
    const key = known(row);
    return {
      ...key,
      account,
      resource,
      access: open(key, 'access_sealed', row.access_sealed),
      refresh: row.refresh_sealed === null ? null : open(key, 'refresh_sealed', row.refresh_sealed),
      leftMs: row.left_ms,
      ageMs: row.age_ms,
      generation,
    };
  }

  /** The columns that a new pair of tokens fills, as assignments of an update. */
  function assigned(key: TokenKey, { access, refresh, expiresInS, idleDays }: GivenToken) {
    return sql`access_sealed = ${seal(key, 'access_sealed', access)},
      refresh_sealed = ${refresh === null ? null : seal(key, 'refresh_sealed', refresh)}, issued_at = deskbridge_now(),
      access_until = ${inSeconds(expiresInS)}, refresh_until = ${idleDays === null ? null : inSeconds(idleDays * 86_400)},
      generation = token.generation + 1, renewing_by = null, renewing_until = null, doubtful = false, refused = null`;
  }

  return {
    async get(key: TokenKey): Promise<StoredToken | null> {
      const found = await sql<Row>`select ${columns} from token where ${own(key)}`.execute(db);
      return found.rows[0] === undefined ? null : opened(found.rows[0]);
    },

    /** All of them, also those that no key opens. */
    async all(): Promise<readonly KnownToken[]> {
      const found = await sql<Row>`select connector, holder, refresh_until, refused from token
        where install_id = ${install} order by connector, holder`.execute(db);
      return found.rows.map(known);
    },

    /** Connects, or connects anew. */
    async save(key: TokenKey, at: { account: string; resource: string }, given: GivenToken): Promise<void> {
      const { connector, holder } = key;
      await sql`insert into token (install_id, connector, holder, account, resource, access_sealed, access_until)
        values (${install}, ${connector}, ${holder}, ${at.account}, ${at.resource},
          ${seal(key, 'access_sealed', given.access)}, deskbridge_now())
        on conflict (install_id, connector, holder) do update set account = excluded.account, resource = excluded.resource`.execute(
        db,
      );
      await sql`update token set ${assigned(key, given)} where ${own(key)}`.execute(db);
    },

    /** The one who may renew this generation, until `leaseMs` have passed. */
    async claim(key: TokenKey, generation: number, by: { owner: string; leaseMs: number }): Promise<Claim> {
      const taken = await sql<{ doubtful: boolean }>`update token set renewing_by = ${by.owner},
          renewing_until = clock_timestamp() + make_interval(secs => ${by.leaseMs / 1000}),
          doubtful = doubtful or renewing_by is not null
        where ${own(key)} and generation = ${generation} and refused is null
          and (renewing_until is null or renewing_until < clock_timestamp()) returning doubtful`.execute(db);
      if (taken.rows[0] !== undefined) return { kind: 'claimed', doubtful: taken.rows[0].doubtful };
      const found = await sql<{ generation: number; refused: string | null }>`select generation, refused
        from token where ${own(key)}`.execute(db);
      const row = found.rows[0];
      return { kind: row?.generation === generation && row.refused === null ? 'busy' : 'moved' };
    },

    /** False when it was connected anew or forgotten meanwhile: then what was given belongs to nobody. */
    async renewed(key: TokenKey, generation: number, given: GivenToken): Promise<boolean> {
      const saved = await sql`update token set ${assigned(key, given)}
        where ${own(key)} and generation = ${generation} returning 1`.execute(db);
      return saved.rows.length > 0;
    },

    /** The renewal did not come to an answer. `doubtful`: the vendor may have done it. */
    async release(key: TokenKey, owner: string, doubtful: boolean): Promise<void> {
      await sql`update token set renewing_by = null, renewing_until = null, doubtful = token.doubtful or ${doubtful}
        where ${own(key)} and renewing_by = ${owner}`.execute(db);
    },

    /** The vendor does not take it any more; false when somebody connected anew meanwhile. */
    async refuse(key: TokenKey, generation: number, reason: string): Promise<boolean> {
      const changed =
        await sql`update token set refused = ${reason}, renewing_by = null, renewing_until = null
        where ${own(key)} and generation = ${generation} and refused is null returning 1`.execute(db);
      return changed.rows.length > 0;
    },

    /** False when there was none. */
    async remove(key: TokenKey): Promise<boolean> {
      return (await sql`delete from token where ${own(key)} returning 1`.execute(db)).rows.length > 0;
    },
  };
}
