import { sql } from 'kysely';
import { type ConnectorId, PrincipalId, SlackUser } from '../model/ids.ts';
import { type DirectoryPerson, type LinkedHow, NO_FACTS, type PersonFacts } from '../model/person.ts';
import { Profile, principalRows, type Row } from './principal-rows.ts';
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
  | {
      readonly kind: 'new' | 'known';
      readonly principal: PrincipalId;
      /** Who he is in Slack. */
      readonly users: readonly SlackUser[];
      readonly wasActive: boolean;
    }
  /** Two of his ids belong to different people here, or one person would have two ids in a system. */
  | { readonly kind: 'conflict'; readonly system: string };

/** People, each once, whatever the systems call them. */
export function createPrincipals(scope: Scope) {
  return { ...createReads(scope), ...createWrites(scope) };
}

function createReads(scope: Scope) {
  const { db, install, envelope } = scope;
  const { selected, opened } = principalRows(scope);
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

    /** Who has this address, as a system names him and for a day: enough for a suggestion, never for a link. */
    async addresses(): Promise<
      readonly { readonly system: string; readonly id: string; readonly email: string }[]
    > {
      const found = await sql<{ system: string; native_id: string; profile: Buffer }>`
        select system, native_id, profile from person where install_id = ${install}
          and fetched_at > deskbridge_now() - interval '1 day' order by system, native_id`.execute(db);
      return found.rows.flatMap(({ system, native_id: id, profile }) => {
        const place = { install, table: 'person', row: `${system}:${id}`, column: 'profile' };
        const { email } = Profile.parse(JSON.parse(envelope.open(place, profile).toString('utf8')));
        return email === null ? [] : [{ system, id, email }];
      });
    },

    async all(): Promise<readonly Principal[]> {
      const found = await sql<Row>`${selected} where p.install_id = ${install}
        group by p.install_id, p.id order by p.id`.execute(db);
      return found.rows.map(opened);
    },
  };
}

function createWrites(scope: Scope) {
  const { db, install, envelope } = scope;
  const { place, owners, attach, create, usersOf, isActive, alone } = principalRows(scope);
  return {
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
      const wasActive = await isActive(principal);
      await sql`update principal set profile = ${profile}, department = ${person.department},
        tier = ${person.tier}, groups = ${person.groups}::text[], manager = ${manager}, active = ${active},
        imported_at = deskbridge_now() where install_id = ${install} and id = ${principal}`.execute(db);
      return {
        kind: known.length === 0 ? 'new' : 'known',
        principal: PrincipalId.parse(principal),
        users: await usersOf(principal),
        wasActive,
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
      if (owner !== undefined && !(await isActive(owner))) return 'inactive';
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

    /** Forgets which account somebody of Slack has there; false when none was known. */
    async unbind(user: SlackUser, system: ConnectorId): Promise<boolean> {
      const gone =
        await sql`delete from identity i where install_id = ${install} and system = ${system} and principal_id =
        (select principal_id from identity where install_id = ${install} and system = 'slack' and native_id = ${user})
        returning 1`.execute(db);
      return gone.rows.length > 0;
    },

    /** The principal of somebody of Slack, made when there is none. */
    async ofSlack(user: SlackUser): Promise<PrincipalId> {
      await alone();
      const [owner] = await owners([['slack', user]]);
      const principal = owner ?? (await create());
      await attach(principal, [['slack', user]], 'operator');
      return PrincipalId.parse(principal);
    },

    /** Answers his users of Slack. */
    async setActive(principal: PrincipalId, active: boolean): Promise<readonly SlackUser[]> {
      await sql`update principal set active = ${active}
        where install_id = ${install} and id = ${principal}`.execute(db);
      return await usersOf(principal);
    },
  };
}
