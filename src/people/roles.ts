import { type PersonFacts, ROLES, type Role } from '../model/person.ts';

/** Which groups of the directory give a role. */
export type RoleGroups = Readonly<Record<Role, ReadonlySet<string>>>;

/** What somebody may do beside asking for himself. */
export function rolesOf({ groups }: Pick<PersonFacts, 'groups'>, given: RoleGroups): ReadonlySet<Role> {
  return new Set(ROLES.filter((role) => groups.some((group) => given[role].has(group))));
}
