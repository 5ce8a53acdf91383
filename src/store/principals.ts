import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { type ConnectorId, PrincipalId, SlackUser } from '../model/ids.ts';
import { type DirectoryPerson, type LinkedHow, NO_FACTS, type PersonFacts } from '../model/person.ts';
import type { Scope } from './scope.ts';

/** The identity provider among the systems; no connector can be called so. */
const DIRECTORY = '@directory';

/** Somebody's id in one system. */
export type IdentityKey =
  | { readonly system: 'slack'; readonly id: SlackUser }
  | { readonly system: ConnectorId; readonly id: string }
  | { readonly system: typeof DIRECTORY; readonly id: string };

export interface Principal extends PersonFacts {
  readonly id: PrincipalId;
  /** Null when no directory named him. */
  readonly name: string | null;
  readonly email: string | null;
  /** The directory's id of his manager. */
  readonly manager: string | null;
  readonly active: boolean;
  /** Ids by system. */
  readonly ids: ReadonlyMap<string, string>;
}

/** What became of one person of an export. */
export type Taken =
  | { readonly kind: 'new' | 'known'; readonly principal: PrincipalId; readonly users: readonly SlackUser[] }
  /** Two of his ids belong to different people here, or one person would have two ids in a system: nothing was changed. */
  | { readonly kind: 'conflict'; readonly system: string };

const Profile = z.object({ name: z.string(), email: z.string().nullable() });

interface Row {
  id: string;
  profile: Buffer | null;
  department: string | null;
  tier: string | null;
  groups: string[];
  manager: string | null;
  active: boolean;
  systems: string[];
  natives: string[];
}

/** People, each once, whatever the systems call them. */
export function createPrincipals(scope: Scope) {
  const { db, install, envelope } = scope;
  const place = (id: string) => ({ install, table: 'principal', row: id, column: 'profile' });

  const selected = sql`select p.id, p.profile, p.department, p.tier, p.groups, p.manager, p.active,
    array_agg(i.system order by i.system) as systems, array_agg(i.native_id order by i.system) as natives
    from principal p join identity i on i.install_id = p.install_id and i.principal_id = p.id`;

  function opened({ id, profile, systems, natives, ...rest }: Row): Principal {
    const told =
      profile === null ? null : Profile.parse(JSON.parse(envelope.open(place(id), profile).toString('utf8')));
    return {
      ...rest,
      id: PrincipalId.parse(id),
      name: told?.name ?? null,
      email: told?.email ?? null,
      ids: new Map(systems.map((system, index) => [system, natives[index] ?? ''])),
    };
  }

  /** Whose these ids are, held until the transaction ends. */
  async function owners(keys: readonly (readonly [string, string])[]): Promise<readonly string[]> {
    const found = await sql<{ principal_id: string }>`select distinct principal_id from identity
      where install_id = ${install} and (system, native_id) in (select * from unnest(
        ${keys.map(([system]) => system)}::text[], ${keys.map(([, id]) => id)}::text[]))`.execute(db);
    return found.rows.map((row) => row.principal_id);
  }

  /** The system in which the person has another id already, or whose id is another person's; null when all went in. */
  async function attach(
    principal: string,
    keys: readonly (readonly [string, string])[],
    how: LinkedHow,
  ): Promise<string | null> {
    for (const [system, id] of keys) {
      await sql`insert into identity (install_id, system, native_id, principal_id, how)
        values (${install}, ${system}, ${id}, ${principal}, ${how}) on conflict do nothing`.execute(db);
      const mine = await sql`select 1 from identity where install_id = ${install} and system = ${system}
        and native_id = ${id} and principal_id = ${principal}`.execute(db);
      if (mine.rows.length === 0) return system;
    }
    return null;
  }

  async function create(): Promise<string> {
    const id = uuidv7();
    await sql`insert into principal (install_id, id) values (${install}, ${id})`.execute(db);
    return id;
  }

  async function usersOf(principal: string): Promise<readonly SlackUser[]> {
    const found = await sql<{
      native_id: string;
    }>`select native_id from identity where install_id = ${install}
      and principal_id = ${principal} and system = 'slack'`.execute(db);
    return found.rows.map((row) => SlackUser.parse(row.native_id));
  }

  /** Two imports or sign-ins at once must not make two of one person. */
  const alone = () =>
    sql`select pg_advisory_xact_lock(hashtext(${`deskbridge.people:${install}`}))`.execute(db);

  return {
    /** What the routing table may ask about somebody of Slack; nothing is known of whom no directory told. */
    async factsOf(user: SlackUser): Promise<PersonFacts> {
      const found = await sql<PersonFacts>`select p.department, p.groups, p.tier from principal p
        join identity i on i.install_id = p.install_id and i.principal_id = p.id
        where i.install_id = ${install} and i.system = 'slack' and i.native_id = ${user} and p.active`.execute(
        db,
      );
      return found.rows[0] ?? NO_FACTS;
    },

    /** Those of them who may do nothing any more. */
    async deactivated(users: readonly SlackUser[]): Promise<ReadonlySet<SlackUser>> {
      if (users.length === 0) return new Set();
      const found = await sql<{ native_id: string }>`select i.native_id from identity i
        join principal p on p.install_id = i.install_id and p.id = i.principal_id
        where i.install_id = ${install} and i.system = 'slack' and i.native_id = any(${users}::text[])
          and not p.active`.execute(db);
      return new Set(found.rows.map((row) => SlackUser.parse(row.native_id)));
    },

    async of({ system, id }: IdentityKey): Promise<Principal | null> {
      const found = await sql<Row>`${selected} where p.install_id = ${install} and p.id = (select principal_id
        from identity where install_id = ${install} and system = ${system} and native_id = ${id})
        group by p.install_id, p.id`.execute(db);
      return found.rows[0] === undefined ? null : opened(found.rows[0]);
    },

    async all(): Promise<readonly Principal[]> {
      const found = await sql<Row>`${selected} where p.install_id = ${install}
        group by p.install_id, p.id order by p.id`.execute(db);
      return found.rows.map(opened);
    },

    /**
     * Takes one person of an export, in the caller's transaction, which has to be rolled back on a conflict. What a directory
     * says replaces what it said before; ids that it leaves out stay.
     */
    async take(person: DirectoryPerson): Promise<Taken> {
      await alone();
      const { id: directoryId, name, email, slack, accounts, manager, active } = person;
      const keys: (readonly [string, string])[] = [
        [DIRECTORY, directoryId],
        ...(slack === null ? [] : [['slack', slack] as const]),
        ...accounts,
      ];
      const known = await owners(keys);
      if (known.length > 1) return { kind: 'conflict', system: DIRECTORY };
      const principal = known[0] ?? (await create());
      const clash = await attach(principal, keys, 'import');
      if (clash !== null) return { kind: 'conflict', system: clash };
      const profile = envelope.seal(place(principal), Buffer.from(JSON.stringify({ name, email })));
      await sql`update principal set profile = ${profile}, department = ${person.department},
        tier = ${person.tier}, groups = ${person.groups}::text[], manager = ${manager}, active = ${active},
        imported_at = deskbridge_now() where install_id = ${install} and id = ${principal}`.execute(db);
      return {
        kind: known.length === 0 ? 'new' : 'known',
        principal: PrincipalId.parse(principal),
        users: await usersOf(principal),
      };
    },

    /**
     * Says that somebody of Slack is this account. `other`: it is somebody else's, or he has another one there. `inactive`:
     * he may do nothing any more. Nothing is changed then.
     */
    async bind(
      user: SlackUser,
      { system, id }: { readonly system: ConnectorId; readonly id: string },
      how: LinkedHow,
    ): Promise<'bound' | 'other' | 'inactive'> {
      await alone();
      const [owner] = await owners([['slack', user]]);
      if (owner !== undefined) {
        const found = await sql<{ active: boolean }>`select active from principal
          where install_id = ${install} and id = ${owner}`.execute(db);
        if (found.rows[0]?.active === false) return 'inactive';
      }
      const taken = await sql<{ native_id: string; principal_id: string }>`select native_id, principal_id
        from identity where install_id = ${install} and system = ${system}
          and (native_id = ${id} or principal_id = ${owner ?? null}::uuid)`.execute(db);
      const isOther = taken.rows.some((row) => row.native_id !== id || row.principal_id !== owner);
      if (isOther) return 'other';
      await attach(
        owner ?? (await create()),
        [
          ['slack', user],
          [system, id],
        ],
        how,
      );
      return 'bound';
    },

    /** Forgets which account somebody of Slack has there. */
    async unbind(user: SlackUser, system: ConnectorId): Promise<void> {
      await sql`delete from identity i where install_id = ${install} and system = ${system} and principal_id =
        (select principal_id from identity where install_id = ${install} and system = 'slack' and native_id = ${user})`.execute(
        db,
      );
    },

    /** Answers his users of Slack. */
    async setActive(principal: PrincipalId, active: boolean): Promise<readonly SlackUser[]> {
      await sql`update principal set active = ${active}
        where install_id = ${install} and id = ${principal}`.execute(db);
      return await usersOf(principal);
    },
  };
}
