import type { Link } from '../model/link.ts';
import type { Deciding } from '../sync/observed.ts';
import { namesOf } from './move-approval.ts';
import type { World } from './world.ts';

/** Whether an approval of a request is open, and whom it was asked of; null: none is. One that is simulated changes nothing. */
export async function decidingOn(
  { store, approvals }: Pick<World, 'store' | 'approvals'>,
  link: Link,
): Promise<Deciding | null> {
  // Where they are switched off nobody could decide.
  if (approvals === undefined) return null;
  const open = (await store.approvals.ofLink(link.id)).filter(
    ({ closedAt, approval }) => closedAt === null && approval.request.simulated !== true,
  );
  if (open.length === 0) return null;
  const waiting = open.filter(({ approval }) => approval.status === 'open');
  if (waiting.length === 0) return { names: [], isDecided: true };
  // Of a ticket that only some may open, nobody learns here who decides about it.
  if (link.ticket?.fields?.restricted === true) return { names: [], isDecided: false };
  const asked = await Promise.all(
    waiting.map(({ id, approval: { round, at } }) =>
      store.approvals.asked.of({ approval: id, round, step: at }),
    ),
  );
  const people = [...new Set(asked.flat().map(({ principal }) => principal))];
  return { names: [...(await namesOf(store, people)).values()], isDecided: false };
}
