import type { PrincipalId, SlackUser } from '../model/ids.ts';
import type { DirectoryPerson } from '../model/person.ts';
import type { IdentityKey } from '../store/principals.ts';
import type { Store, StoreTx } from '../store/store.ts';
import { renewCards } from './approval-cards.ts';
import { forgetIn } from './forget-sign-ins.ts';

export interface DirectoryTaken {
  readonly added: number;
  readonly known: number;
  /** Who was deactivated by this export. */
  readonly left: readonly PrincipalId[];
  /** Directory ids of people who were not taken, and the system in which they clash with what is known. */
  readonly conflicts: readonly { readonly id: string; readonly system: string }[];
}

class Clash extends Error {
  readonly system: string;
  constructor(system: string) {
    super(`clash in ${system}`);
    this.system = system;
  }
}

/** Takes an export of the directory, each person by himself: who is who, and who has left. */
export async function takeDirectory(
  store: Store,
  people: readonly DirectoryPerson[],
  actor: string,
): Promise<DirectoryTaken> {
  let [added, known] = [0, 0];
  const left: PrincipalId[] = [];
  const conflicts: { id: string; system: string }[] = [];
  for (const person of people) {
    try {
      await store.transaction(async (tx) => {
        const taken = await tx.principals.take(person);
        if (taken.kind === 'conflict') throw new Clash(taken.system);
        if (taken.kind === 'new') added += 1;
        else {
          known += 1;
          await renewAsked(tx, taken.principal);
        }
        if (person.active || !taken.wasActive) return;
        left.push(taken.principal);
        await takeAway(tx, taken.users, { principal: taken.principal, actor });
      });
    } catch (error) {
      if (!(error instanceof Clash)) throw error;
      // Whom it may be that left is unclear; that he left is not.
      if (!person.active) left.push(...(await leaveWhoever(store, person, actor)));
      conflicts.push({ id: person.id, system: error.system });
    }
  }
  return { added, known, left, conflicts };
}

/** Everybody who goes under one of the ids of somebody who left. */
async function leaveWhoever(
  store: Store,
  { id, slack }: DirectoryPerson,
  actor: string,
): Promise<readonly PrincipalId[]> {
  const keys: IdentityKey[] = [{ system: '@directory', id }];
  if (slack !== null) keys.push({ system: 'slack', id: slack });
  return await store.transaction(async (tx) => {
    const left = new Set<PrincipalId>();
    for (const key of keys) {
      const found = await tx.principals.of(key);
      if (found?.active !== true || left.has(found.id)) continue;
      left.add(found.id);
      await takeAway(tx, await tx.principals.setActive(found.id, false), { principal: found.id, actor });
    }
    return [...left];
  });
}

/** Somebody may do nothing any more, at once: his sign-ins go in the same transaction. */
export async function deactivate(store: Store, user: SlackUser, actor: string): Promise<void> {
  await store.transaction(async (tx) => {
    const principal = await tx.principals.ofSlack(user);
    const users = await tx.principals.setActive(principal, false);
    await takeAway(tx, users, { principal, actor });
  });
}

export async function reactivate(store: Store, user: SlackUser, actor: string): Promise<void> {
  await store.transaction(async (tx) => {
    const principal = await tx.principals.ofSlack(user);
    await tx.principals.setActive(principal, true);
    await tx.audit.record({ kind: 'person.reactivated', actor, link: null, data: { principal } });
  });
}

async function takeAway(
  tx: StoreTx,
  users: readonly SlackUser[],
  { principal, actor }: { readonly principal: PrincipalId; readonly actor: string },
): Promise<void> {
  for (const person of users) await forgetIn(tx, { connector: null, person });
  await renewAsked(tx, principal);
  await tx.audit.record({ kind: 'person.deactivated', actor, link: null, data: { principal } });
}

const MOST_RENEWED = 50;

/** What he may read of approvals can be less now: the cards of those that he was asked for are looked at again. */
async function renewAsked(tx: StoreTx, principal: PrincipalId): Promise<void> {
  for (const record of await tx.approvals.askedOf(principal, MOST_RENEWED)) await renewCards(tx, record);
}
