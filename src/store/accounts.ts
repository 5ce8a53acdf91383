import { sql } from 'kysely';
import { ConnectorId, SlackUser } from '../model/ids.ts';
import { createSecret, type Secret } from '../model/secret.ts';
import type { Scope } from './scope.ts';

/** Somebody of Slack as a ticket system knows him. */
export interface LinkedAccount {
  readonly user: SlackUser;
  readonly connector: ConnectorId;
  /** His e-mail address or user name there. */
  readonly account: string;
  /** His own sign-in, while it works; null: the bridge acts and names him. */
  readonly grant: Secret | null;
  /** He consented at the vendor: his sign-in lies with the tokens. */
  readonly consented: boolean;
  /** Why his sign-in is not used any more; null while it works or when there is none. */
  readonly refused: string | null;
}

interface Row {
  slack_user: string;
  connector: string;
  account: string;
  grant_sealed: Buffer | null;
  refused: string | null;
  consented: boolean;
}

/** Accounts that people have linked; a link is made on purpose, never guessed from an address. */
export function createAccounts(scope: Scope) {
  const { db, install, envelope } = scope;
  const place = (user: string, connector: string) => ({
    install,
    table: 'account',
    row: `${user}:${connector}`,
    column: 'grant_sealed',
  });

  const columns = sql`slack_user, connector, account, grant_sealed, refused, exists (select from token t
    where t.install_id = account.install_id and t.connector = account.connector and t.holder = slack_user) as consented`;

  function opened(row: Row): LinkedAccount {
    const { slack_user: user, connector, account, grant_sealed: sealed, refused, consented } = row;
    const usable = sealed !== null && refused === null;
    const grant = usable
      ? createSecret(envelope.open(place(user, connector), sealed).toString('utf8'))
      : null;
    const parsed = { user: SlackUser.parse(user), connector: ConnectorId.parse(connector) };
    return { ...parsed, account, grant, consented, refused };
  }

  return {
    async get(user: SlackUser, connector: ConnectorId): Promise<LinkedAccount | null> {
      const found = await sql<Row>`select ${columns} from account
        where install_id = ${install} and slack_user = ${user} and connector = ${connector}`.execute(db);
      return found.rows[0] === undefined ? null : opened(found.rows[0]);
    },

    async all(): Promise<readonly LinkedAccount[]> {
      const found = await sql<Row>`select ${columns} from account
        where install_id = ${install} order by connector, account`.execute(db);
      return found.rows.map(opened);
    },

    /** Links, or links anew; a sign-in that was refused before is tried again. */
    async save({
      user,
      connector,
      account,
      grant,
    }: Omit<LinkedAccount, 'refused' | 'consented'>): Promise<void> {
      const sealed =
        grant === null ? null : envelope.seal(place(user, connector), Buffer.from(grant.reveal(), 'utf8'));
      await sql`insert into account (install_id, slack_user, connector, account, grant_sealed)
        values (${install}, ${user}, ${connector}, ${account}, ${sealed})
        on conflict (install_id, slack_user, connector) do update set
          account = excluded.account, grant_sealed = excluded.grant_sealed, refused = null, linked_at = deskbridge_now()`.execute(
        db,
      );
    },

    /** His sign-in does not work any more: the bridge acts for him until he links again. */
    async refuse(user: SlackUser, connector: ConnectorId, reason: string): Promise<void> {
      await sql`update account set refused = ${reason}
        where install_id = ${install} and slack_user = ${user} and connector = ${connector}`.execute(db);
    },

    /** Forgets tokens and passwords, of one person or all, at one connector or all; who is who stays. */
    async forgetGrants(which: {
      readonly connector: ConnectorId | null;
      readonly person: SlackUser | null;
    }): Promise<number> {
      const gone =
        await sql`update account set grant_sealed = null, refused = null where install_id = ${install}
        and (${which.connector}::text is null or connector = ${which.connector})
        and (${which.person}::text is null or slack_user = ${which.person}) and grant_sealed is not null
        returning 1`.execute(db);
      return gone.rows.length;
    },

    /** False when there was none. */
    async remove(user: SlackUser, connector: ConnectorId): Promise<boolean> {
      const removed = await sql`delete from account where install_id = ${install} and slack_user = ${user}
        and connector = ${connector} returning account`.execute(db);
      return removed.rows.length > 0;
    },
  };
}
