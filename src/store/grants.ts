import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { InstallId, SlackTeam, SlackUser } from '../model/ids.ts';
import { createSecret, type Secret } from '../model/secret.ts';
import { type GivenGrant, ownTeam, type SlackPlace, type SlackToken } from '../model/slack-grant.ts';
import { createAudit } from './audit.ts';
import type { Db, Tx } from './database.ts';
import type { Scope } from './scope.ts';

/** What can be told of a grant without opening it. */
export interface KnownGrant extends SlackPlace {
  readonly install: InstallId;
  readonly appId: string;
  readonly botUserId: SlackUser;
  readonly scopes: readonly string[];
  readonly by: SlackUser;
  readonly at: Date;
  /** Raised with every new token, and when it ends. */
  readonly generation: number;
  /** Milliseconds until its token ends; null for one that does not. */
  readonly leftMs: number | null;
  /** Null while it stands. */
  readonly revoked: { readonly at: Date; readonly why: string } | null;
}

interface Row {
  readonly tenant_id: string;
  readonly app_id: string;
  readonly enterprise_id: string | null;
  readonly enterprise_name: string | null;
  readonly team_id: string | null;
  readonly team_name: string | null;
  readonly bot_user: string;
  readonly scopes: string[];
  readonly given_by: string;
  readonly given_at: Date;
  readonly generation: number;
  readonly left_ms: number | null;
  readonly revoked_at: Date | null;
  readonly revoked_why: string | null;
  readonly token_sealed: Buffer;
  readonly refresh_sealed: Buffer | null;
}

type SealedColumn = 'token_sealed' | 'refresh_sealed';

const placed = (id: string | null, name: string | null) =>
  id === null ? null : { id: SlackTeam.parse(id), name: name ?? id };

function known(row: Row): KnownGrant {
  const { revoked_at: at, revoked_why: why } = row;
  return {
    install: InstallId.parse(row.tenant_id),
    appId: row.app_id,
    enterprise: placed(row.enterprise_id, row.enterprise_name),
    team: placed(row.team_id, row.team_name),
    botUserId: SlackUser.parse(row.bot_user),
    scopes: row.scopes,
    by: SlackUser.parse(row.given_by),
    at: row.given_at,
    generation: row.generation,
    leftMs: row.left_ms,
    revoked: at === null || why === null ? null : { at, why },
  };
}

/** What Slack granted to the app of one configuration. The scope's install is the one of that configuration: the home. */
export type Grants = ReturnType<typeof createGrants>;

export function createGrants(scope: Scope & { readonly db: Db }) {
  const { db, install: home, envelope } = scope;
  const placeOf = (tenant: InstallId, column: SealedColumn) =>
    ({ install: home, table: 'slack_grant', row: tenant, column }) as const;
  const columns = sql`tenant_id, app_id, enterprise_id, enterprise_name, team_id, team_name, bot_user, scopes, given_by,
    given_at, generation, (extract(epoch from token_until - deskbridge_now()) * 1000)::float8 as left_ms, revoked_at,
    revoked_why, token_sealed, refresh_sealed`;

  /** The columns that a token fills, as assignments. */
  function sealed(tenant: InstallId, { token, rotation }: SlackToken) {
    const seal = (column: SealedColumn, secret: Secret) =>
      envelope.seal(placeOf(tenant, column), Buffer.from(secret.reveal()));
    return {
      token: seal('token_sealed', token),
      refresh: rotation === null ? null : seal('refresh_sealed', rotation.refresh),
      seconds: rotation?.expiresInS ?? null,
    };
  }
  const until = (seconds: number | null) =>
    sql`case when ${seconds}::float8 is null then null
      else deskbridge_now() + make_interval(secs => ${seconds}::float8) end`;

  const audit = (tx: Tx, install: InstallId) => createAudit({ db: tx, install, envelope });

  /** The install of this workspace or organisation: the one that it had, the home where that served it, or a new one. */
  async function installFor(tx: Tx, grant: GivenGrant): Promise<InstallId> {
    const own = ownTeam(grant);
    const had = await sql<{ id: string }>`select tenant_id as id from slack_grant
      where install_id = ${home} and app_id = ${grant.appId} and coalesce(team_id, enterprise_id) = ${own}`.execute(
      tx,
    );
    if (had.rows[0] !== undefined) return InstallId.parse(had.rows[0].id);
    // It was served with a token from the environment before: what it has goes on.
    const served = await sql<{ id: string }>`select id from install where id = ${home} and slack_team = ${own}
      and not exists (select from slack_grant where install_id = ${home} and tenant_id = ${home})`.execute(
      tx,
    );
    if (served.rows[0] !== undefined) return home;
    const made = await sql<{ id: string }>`insert into install (id, name)
      select ${uuidv7()}, name || '/' || ${own} from install where id = ${home} returning id`.execute(tx);
    return InstallId.parse(made.rows[0]?.id);
  }

  return {
    home,

    /** All that ever were, also those that no key opens; what was given last stands last. */
    async all(): Promise<readonly KnownGrant[]> {
      const found = await sql<Row>`select ${columns} from slack_grant where install_id = ${home}
        order by given_at, tenant_id`.execute(db);
      return found.rows.map(known);
    },

    /** Its token. @throws when no configured key opens it, or it was moved here from another install */
    async open(
      install: InstallId,
    ): Promise<{ readonly token: Secret; readonly refresh: Secret | null } | null> {
      const found = await sql<Row>`select ${columns} from slack_grant
        where install_id = ${home} and tenant_id = ${install}`.execute(db);
      const [row] = found.rows;
      if (row === undefined) return null;
      const open = (column: SealedColumn, value: Buffer) =>
        createSecret(envelope.open(placeOf(install, column), value).toString('utf8'));
      const refresh = row.refresh_sealed === null ? null : open('refresh_sealed', row.refresh_sealed);
      return { token: open('token_sealed', row.token_sealed), refresh };
    },

    /** Keeps what Slack gave, for the first time or again. What was parked because of the grant goes on. */
    async save(grant: GivenGrant): Promise<InstallId> {
      return await db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtext('deskbridge.grant'))`.execute(tx);
        const install = await installFor(tx, grant);
        const { token, refresh, seconds } = sealed(install, grant);
        const { enterprise, team, appId, botUserId, scopes, by } = grant;
        await sql`insert into slack_grant (install_id, tenant_id, app_id, enterprise_id, enterprise_name, team_id, team_name,
            bot_user, scopes, given_by, token_sealed, refresh_sealed, token_until)
          values (${home}, ${install}, ${appId}, ${enterprise?.id ?? null}, ${enterprise?.name ?? null}, ${team?.id ?? null},
            ${team?.name ?? null}, ${botUserId}, ${[...scopes]}::text[], ${by}, ${token}, ${refresh}, ${until(seconds)})
          on conflict (install_id, tenant_id) do update set enterprise_id = excluded.enterprise_id,
            enterprise_name = excluded.enterprise_name, team_name = excluded.team_name, bot_user = excluded.bot_user,
            scopes = excluded.scopes, given_by = excluded.given_by, given_at = deskbridge_now(),
            token_sealed = excluded.token_sealed, refresh_sealed = excluded.refresh_sealed,
            token_until = excluded.token_until, generation = slack_grant.generation + 1, renewing_by = null,
            renewing_until = null, revoked_at = null, revoked_why = null`.execute(tx);
        await sql`update install set slack_team = ${ownTeam(grant)}, slack_bot_user = ${botUserId}
          where id = ${install}`.execute(tx);
        await sql`update link l set state = case when exists (select from ticket t where t.install_id = l.install_id
              and t.link_id = l.id and t.ticket_id is not null) then 'live' else 'provisional' end,
            parked_why = null, parked_reason = null, parked_at = null, wake_at = deskbridge_now(),
            plan_after = null, ticket_stale = ticket_stale + 1
          where install_id = ${install} and state = 'parked' and parked_why = 'install'`.execute(tx);
        // Whatever waited because Slack had refused the token before need wait no longer.
        await sql`update budget set failures = 0, paused_until = null, reason = null
          where install_id = ${install} and destination = 'slack'`.execute(tx);
        await sql`update operation set next_at = deskbridge_now()
          where install_id = ${install} and lane = 'slack' and state = 'ready'`.execute(tx);
        const data = { place: ownTeam(grant), scopes: scopes.join(',') };
        await audit(tx, install).record({ kind: 'slack.installed', actor: `slack:${by}`, link: null, data });
        return install;
      });
    },

    /** Who may renew this generation until `leaseMs` have passed; false for everybody else. */
    async claim(
      grant: KnownGrant,
      by: { readonly owner: string; readonly leaseMs: number },
    ): Promise<boolean> {
      const taken = await sql`update slack_grant set renewing_by = ${by.owner},
          renewing_until = clock_timestamp() + make_interval(secs => ${by.leaseMs / 1000})
        where install_id = ${home} and tenant_id = ${grant.install} and generation = ${grant.generation}
          and revoked_at is null and (renewing_until is null or renewing_until < clock_timestamp())
        returning 1`.execute(db);
      return taken.rows.length > 0;
    },

    /** False when it was given anew or taken back meanwhile. */
    async renewed(grant: KnownGrant, given: SlackToken): Promise<boolean> {
      const { token, refresh, seconds } = sealed(grant.install, given);
      const saved = await sql`update slack_grant set token_sealed = ${token}, refresh_sealed = ${refresh},
          token_until = ${until(seconds)}, generation = generation + 1, renewing_by = null, renewing_until = null
        where install_id = ${home} and tenant_id = ${grant.install} and generation = ${grant.generation}
          and revoked_at is null returning 1`.execute(db);
      return saved.rows.length > 0;
    },

    /**
     * It does not stand any more: its links are parked with `why`, also those that wait because Slack refused already, and
     * nothing of it is done. False when it had ended
     * before, or was given anew since `grant` was read.
     */
    async end(grant: KnownGrant, why: string, actor: string): Promise<boolean> {
      const { install, generation } = grant;
      return await db.transaction().execute(async (tx) => {
        const ended = await sql`update slack_grant set revoked_at = deskbridge_now(), revoked_why = ${why},
            generation = generation + 1, renewing_by = null, renewing_until = null
          where install_id = ${home} and tenant_id = ${install} and generation = ${generation} and revoked_at is null
          returning 1`.execute(tx);
        if (ended.rows.length === 0) return false;
        await sql`update link set state = 'parked', parked_why = 'install', parked_reason = ${why},
            parked_at = deskbridge_now()
          where install_id = ${install} and (state in ('provisional', 'live') or parked_why = 'sign-in')`.execute(
          tx,
        );
        const data = { place: ownTeam(grant), why };
        await audit(tx, install).record({ kind: 'slack.ended', actor, link: null, data });
        return true;
      });
    },

    /** The installs that have this ticket: a hook names nothing else. */
    async havingTicket(connector: string, ticket: string): Promise<readonly InstallId[]> {
      const found = await sql<{ id: string }>`select distinct t.install_id as id from ticket t
        join slack_grant g on g.tenant_id = t.install_id and g.install_id = ${home}
        where t.connector = ${connector} and t.ticket_id = ${ticket}`.execute(db);
      return found.rows.map(({ id }) => InstallId.parse(id));
    },
  };
}
