import type { Link } from '../model/link.ts';
import type { Rejected } from '../model/outcome.ts';
import type { Lease } from '../store/leases.ts';
import { keepCardTrue } from './card.ts';
import type { Running } from './park.ts';
import { type Prepared, READ_TIMEOUT_MS, ticketOf } from './prepared.ts';
import type { World } from './world.ts';

/** Pause before a destination that refused our sign-in is asked again. */
const SIGN_IN_AGAIN_MS = 60_000;
/** Pause before a ticket that is gone is asked again. */
const TICKET_AGAIN_MS = 5 * 60_000;

/** Refused as a whole: nothing of ours is at fault, and nothing may be lost. It goes on by itself when we are let in again. */
export async function waitForSignIn(
  { world, lease, link, operation }: Running,
  prepared: Prepared,
  reason: string,
): Promise<void> {
  await world.store.budgets.pause(prepared.wide, reason, SIGN_IN_AGAIN_MS);
  world.metrics.count('deskbridge_destination_paused', { why: 'sign-in' });
  world.log.error(
    { destination: prepared.wide, reason },
    'Deskbridge is not let in; everything that goes there waits',
  );
  await world.store.fenced(lease, async (tx) => {
    if (operation.state === 'sending') await tx.operations.lookAgain(operation.id, SIGN_IN_AGAIN_MS);
    else await tx.operations.backToReady(operation.id, SIGN_IN_AGAIN_MS, 0);
    await tx.links.setStatus(link.id, 'parked', { why: 'sign-in', reason });
    await keepCardTrue(world, tx, link.id);
  });
}

/** The same when it is found out by reading the ticket: what waits for its turn to be sent would never be the one to say so. */
export async function tellNotLetIn(
  world: World,
  { lease, link, reason }: { readonly lease: Lease; readonly link: Link; readonly reason: string },
): Promise<void> {
  if (link.status === 'parked') return;
  const open = await world.store.operations.open(link.id);
  if (!open.some(({ lane, body }) => lane === 'ticket' && body.kind !== 'backlink')) return;
  await world.store.fenced(lease, async (tx) => {
    await tx.links.setStatus(link.id, 'parked', { why: 'sign-in', reason });
    await keepCardTrue(world, tx, link.id);
  });
}

/** Is the whole ticket not there, and not only what was asked of it? */
export async function isTicketGone(running: Running): Promise<boolean> {
  return (await refusalToRead(running))?.code === 'not-found';
}

/** Why the ticket may not even be read; null when it can be, or nobody knows. */
export async function refusalToRead({ world, link, operation }: Running): Promise<Rejected | null> {
  const found = ticketOf(world, link);
  if (operation.lane !== 'ticket' || found.kind !== 'ok') return null;
  const { connector, id } = found.value;
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => connector.read(id));
  return read.kind === 'rejected' ? read : null;
}

/** It goes on by itself when the ticket is back; that it is gone is told by reading it, which says so in the thread. */
export async function waitForTicket(
  { world, lease, link, operation }: Running,
  reason: string,
): Promise<void> {
  world.log.warn({ link: link.id, reason }, 'A ticket is gone; what goes there waits until it is back');
  await world.store.fenced(lease, async (tx) => {
    await tx.operations.backToReady(operation.id, TICKET_AGAIN_MS, 0);
    await tx.links.wake(link.id, true);
  });
}
