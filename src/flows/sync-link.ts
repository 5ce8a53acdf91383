import type { Intake } from '../model/intake.ts';
import type { Link, NewOperation } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
import type { Known, Observed } from '../sync/observed.ts';
import { plan } from '../sync/plan.ts';
import type { Step } from '../sync/steps.ts';
import { keepCardTrue } from './card.ts';
import { namesIn } from './names.ts';
import { openRequest } from './open-request.ts';
import { runLanes } from './run-lanes.ts';
import type { World } from './world.ts';

const READ_TIMEOUT_MS = 20_000;
/** Pause before planning is tried again when the world could not be read. */
const PLAN_AGAIN_MS = 3_000;
/** Pause before a ticket is read again whose connector left the configuration. */
const NO_CONNECTOR_MS = 60_000;

/** Works on one link until nothing is due: looks up proofs, plans what is new, runs both lanes. */
export async function syncLink(world: World, lease: Lease): Promise<void> {
  let more = true;
  while (more) {
    const planned = await planLink(world, lease);
    const moved = await runLanes(world, lease);
    more = planned || moved;
  }
}

/** Answers whether a plan was made. None is made while an operation waits for its proof. */
async function planLink(world: World, lease: Lease): Promise<boolean> {
  const link = await world.store.links.get(lease.link);
  if (link === null) return false;
  const open = await world.store.operations.open(link.id);
  if (open.some((operation) => operation.state === 'sending')) return false;

  const observed = await observe(world, link);
  if (observed.kind === 'ok' && observed.value === null) return false;
  const done =
    observed.kind !== 'ok' || observed.value === null
      ? observed
      : await planAndWrite(world, { lease, link, observed: observed.value });
  if (done.kind === 'ok') return true;
  world.metrics.count('deskbridge_plans_delayed', { why: done.kind });
  const afterMs = done.kind === 'retry' ? (done.afterMs ?? PLAN_AGAIN_MS) : PLAN_AGAIN_MS * 20;
  await world.store.fenced(lease, (tx) => tx.links.planLater(link.id, afterMs));
  return false;
}

/** What is new for this link; null when nothing is. */
async function observe(world: World, link: Link): Promise<Outcome<Observed | null>> {
  const stored = await world.store.deliveries.sortedFor(link.id);
  const deliveries: { id: (typeof stored)[number]['id']; intake: Intake }[] = [];
  for (const { id, body, sealedBecause } of stored) {
    if (sealedBecause !== null) throw new Error(`Delivery ${id} cannot be opened. ${sealedBecause}`);
    deliveries.push({ id, intake: await world.interpret(body) });
  }
  const ticket = await readTicket(world, link);
  if (ticket.kind !== 'ok') {
    // The ticket system is away: what people wrote is planned all the same, so that it waits in its lane.
    return deliveries.length > 0 ? ok({ deliveries, ticket: null }) : ticket;
  }
  if (deliveries.length === 0 && ticket.value === null) return ok(null);
  return ok({ deliveries, ticket: ticket.value });
}

async function readTicket(world: World, link: Link): Promise<Outcome<TicketSnapshot | 'gone' | null>> {
  const ticket = link.ticket;
  const id = ticket?.id ?? null;
  if (ticket === null || id === null || link.stale <= link.seen) return ok(null);
  const connector = world.connectors.get(ticket.connector);
  if (connector === undefined)
    return retryLater('Its connector is not configured', 'operation', NO_CONNECTOR_MS);
  const pausedMs = await world.store.budgets.pausedForMs(connector.id);
  if (pausedMs > 0)
    return { kind: 'retry', reason: 'paused', scope: 'destination', effect: 'none', afterMs: pausedMs };
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    connector.read(id, ticket.commentsSince),
  );
  if (read.kind === 'rejected' && read.code === 'not-found') return ok('gone');
  if (read.kind === 'retry' && read.scope === 'destination') {
    const pausedFor = await world.store.budgets.pause(connector.id, read.reason, read.afterMs ?? null);
    return { ...read, afterMs: pausedFor };
  }
  return read;
}

async function planAndWrite(
  world: World,
  { lease, link, observed }: { lease: Lease; link: Link; observed: Observed },
): Promise<Outcome<null>> {
  if (link.route === null) return openRequest(world, { lease, link, deliveries: observed.deliveries });
  const names = await namesIn(
    world,
    observed.deliveries.map(({ intake }) => intake),
  );
  if (names.kind !== 'ok') return names;
  const open = await world.store.operations.open(link.id);
  const known: Known = {
    link,
    items: await world.store.items.of(link.id),
    ours: await world.store.operations.ours(link.id),
    names: names.value,
    responders: world.rules.responders,
    reopenDays: world.rules.reopenDays,
    now: await world.store.now(),
    open,
  };
  const steps = plan(known, observed);
  await world.store.fenced(lease, async (tx) => {
    for (const step of steps) await write(tx, link, step);
    if (observed.ticket !== null) await tx.links.setSeen(link.id, link.stale);
    await keepCardTrue(world, tx, link.id);
  });
  for (const step of steps) {
    if (step.do === 'item' && step.item.late)
      world.metrics.count('deskbridge_items_late', { origin: step.item.origin });
  }
  return ok(null);
}

async function write(tx: StoreTx, link: Link, step: Step): Promise<void> {
  switch (step.do) {
    case 'item': {
      const id = await tx.items.add(link.id, step.item);
      const mirror: NewOperation | null = step.mirror === null ? null : { ...step.mirror, itemId: id };
      if (mirror !== null) await tx.operations.append(link.id, [mirror]);
      return;
    }
    case 'operate':
      return tx.operations.append(link.id, [step.operation]);
    case 'ticket':
      return tx.links.saveTicket(link.id, step.ticket);
    case 'status':
      return tx.links.setStatus(link.id, step.status, step.parkedReason);
    case 'close':
      return tx.deliveries.closeAll([step.delivery], step.reason);
    case 'record':
      return tx.audit.record({ kind: step.kind, actor: step.actor, link: link.id, data: step.data });
  }
}
