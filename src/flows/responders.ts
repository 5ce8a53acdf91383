import type { SlackUser } from '../model/ids.ts';
import { rolesOf } from '../people/roles.ts';
import type { Store, StoreTx } from '../store/store.ts';
import type { World } from './world.ts';

/** Those of them who answer requests: named by the configuration, or by a group of the directory. */
export async function respondersAmong(
  { rules }: Pick<World, 'rules'>,
  { principals }: Pick<Store | StoreTx, 'principals'>,
  users: Iterable<SlackUser>,
): Promise<ReadonlySet<SlackUser>> {
  const found = new Set<SlackUser>();
  for (const user of new Set(users)) {
    if (rules.responders.has(user)) found.add(user);
    else if (rules.roles.responder.size > 0) {
      const roles = rolesOf(await principals.factsOf(user), rules.roles);
      if (roles.has('responder')) found.add(user);
    }
  }
  return found;
}
