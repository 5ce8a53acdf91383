import type { Connector } from '../connectors/connector.ts';
import { CommentId, type TicketId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok, type Rejected, type Retry, retryLater } from '../model/outcome.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import type { Lease } from '../store/leases.ts';
import { planReceipt } from '../sync/asked.ts';
import { isPingPong, REST_MS } from '../sync/breaker.ts';
import type { Known, Observed, TicketReading } from '../sync/observed.ts';
import { CONNECTOR_MISSING, LOOKS_LIKE_A_LOOP } from '../texts/carrying.ts';
import { addForms } from './add-forms.ts';
import { hearAnswer } from './ask-about-approval.ts';
import { askWhatWasSet } from './ask-when.ts';
import { keepCardTrue } from './card.ts';
import { knownOf } from './known.ts';
import { takeSame } from './likely-duplicates.ts';
import { moveRequest } from './move-request.ts';
import { lookAtRecords, watchesRecords } from './native-approvals.ts';
import { tellNotLetIn } from './not-let-in.ts';
import { noteMove } from './note-move.ts';
import { openOrSay, planOrWait, setApart } from './own-faults.ts';
import { type AskedReceipts, readDeliveries } from './read-deliveries.ts';
import { runLanes } from './run-lanes.ts';
import { takeCorrection } from './take-correction.ts';
import { takePick } from './take-pick.ts';
import { watchBound } from './watch-bound.ts';
import type { World } from './world.ts';
import { writeSteps } from './write-steps.ts';

const READ_TIMEOUT_MS = 20_000;
/** Pause before planning is tried again when the world could not be read. */
const PLAN_AGAIN_MS = 3_000;
/** Pause before a ticket system that refuses our sign-in is asked again. */
const NOT_LET_IN_MS = 60_000;
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
  const sending = open.some((operation) => operation.state === 'sending');
  const { asked, picks, same, corrections, forms, deliveries, apart, left } = await readDeliveries(
    world,
    link,
  );
  if (apart.length > 0) await setApart(world, { lease, link, apart });
  if (left.length > 0) await world.store.fenced(lease, (tx) => tx.deliveries.closeAll(left, 'left-thread'));
  const answer = () => answerReceipts(world, lease, { link, open, asked });
  if (sending || link.resting) return answer();

  if (picks.length > 0 && link.route !== null) {
    await takePick(world, lease, { link, open, picks });
    return true;
  }
  if (same.length > 0) {
    await takeSame(world, lease, { link, picks: same });
    return true;
  }
  const [correction] = corrections;
  if (correction !== undefined) {
    const taken = await takeCorrection(world, lease, { link, open, correction });
    if (taken.kind === 'ok') return true;
    return planLater(world, lease, taken);
  }
  if (forms.length > 0) {
    const added = await addForms(world, lease, { link, forms });
    if (added.kind === 'ok') return true;
    return planLater(world, lease, added);
  }
  const observed = await observe(world, { lease, link }, deliveries);
  if (observed.kind === 'ok' && observed.value === null) return answer();
  const done =
    observed.kind !== 'ok' || observed.value === null
      ? observed
      : await planAndWrite(world, { lease, link, observed: observed.value });
  if (done.kind === 'ok') return true;
  await answer();
  return planLater(world, lease, done);
}

async function planLater(world: World, lease: Lease, why: Retry | Rejected): Promise<false> {
  world.metrics.count('deskbridge_plans_delayed', { why: why.kind });
  const afterMs = why.kind === 'retry' ? (why.afterMs ?? PLAN_AGAIN_MS) : PLAN_AGAIN_MS * 20;
  await world.store.fenced(lease, (tx) => tx.links.planLater(lease.link, afterMs));
  return false;
}

/** What is new for this link; null when nothing is. */
async function observe(
  world: World,
  { lease, link }: { readonly lease: Lease; readonly link: Link },
  deliveries: Observed['deliveries'],
): Promise<Outcome<Observed | null>> {
  const ticket = await readTicket(world, lease, link);
  if (ticket.kind !== 'ok') {
    // The ticket system is away: what people wrote is planned all the same, so that it waits in its lane.
    return deliveries.length > 0 ? ok({ deliveries, ticket: null }) : ticket;
  }
  if (deliveries.length === 0 && ticket.value === null) return ok(null);
  return ok({ deliveries, ticket: ticket.value });
}

/** Tells whoever asked, also while something is stopped, looked up, or away. Answers whether somebody did. */
async function answerReceipts(
  world: World,
  lease: Lease,
  { link, open, asked }: Pick<Known, 'link' | 'open'> & { readonly asked: AskedReceipts },
): Promise<boolean> {
  if (asked.length === 0) return false;
  const items = await world.store.items.of(link.id);
  const outlook = await world.store.receipts.outlook(link.id);
  const steps = asked.flatMap(({ id, intake }) => planReceipt({ link, open, items, outlook }, id, intake));
  await world.store.fenced(lease, (tx) => writeSteps(tx, link, steps));
  return true;
}

async function readTicket(
  world: World,
  lease: Lease,
  link: Link,
): Promise<Outcome<TicketReading | 'gone' | null>> {
  const ticket = link.ticket;
  const id = ticket?.id ?? null;
  if (ticket === null || id === null || link.stale <= link.seen) return ok(null);
  const connector = world.connectors.get(ticket.connector);
  if (connector === undefined) return retryLater(CONNECTOR_MISSING, 'operation', NO_CONNECTOR_MS);
  const pausedMs = await world.store.budgets.pausedForMs(connector.id);
  if (pausedMs > 0)
    return { kind: 'retry', reason: 'paused', scope: 'destination', effect: 'none', afterMs: pausedMs };
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => connector.read(id));
  if (read.kind === 'rejected' && read.code === 'not-found') return ok('gone');
  if (read.kind === 'retry' && read.scope === 'destination') {
    const pausedFor = await world.store.budgets.pause(connector.id, read.reason, read.afterMs ?? null);
    return { ...read, afterMs: pausedFor };
  }
  if (read.kind === 'rejected' && read.code === 'auth') {
    await world.store.budgets.pause(connector.id, read.reason, NOT_LET_IN_MS);
    await tellNotLetIn(world, { lease, link, reason: read.reason });
    world.log.error(
      { destination: connector.id, reason: read.reason },
      'Deskbridge is not let in to read tickets',
    );
    return retryLater(read.reason, 'destination', NOT_LET_IN_MS);
  }
  if (read.kind !== 'ok') return read;
  const gone = await lookForMissing(world, link, { connector, id, snapshot: read.value });
  return gone.kind === 'ok' ? ok({ snapshot: read.value, gone: gone.value }) : gone;
}

/** Comments that we know and the reading lacks are asked for one by one: a lagging list is no deletion. */
async function lookForMissing(
  world: World,
  link: Link,
  { connector, id, snapshot }: { connector: Connector; id: TicketId; snapshot: TicketSnapshot },
): Promise<Outcome<ReadonlySet<CommentId>>> {
  const read = new Set<string>(snapshot.comments.map((comment) => comment.id));
  const items = await world.store.items.of(link.id);
  const missing = items.filter(
    (item) => item.origin === 'ticket' && item.kind === 'message' && !item.gone && !read.has(item.nativeId),
  );
  const gone = new Set<CommentId>();
  for (const { nativeId } of missing) {
    const comment = CommentId.parse(nativeId);
    const again = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
      connector.comments.read(id, comment),
    );
    if (again.kind === 'retry') return again;
    if (again.kind === 'rejected' && again.code === 'not-found') gone.add(comment);
  }
  return ok(gone);
}

async function planAndWrite(
  world: World,
  { lease, link, observed }: { lease: Lease; link: Link; observed: Observed },
): Promise<Outcome<null>> {
  if (link.route === null) return openOrSay(world, { lease, link, deliveries: observed.deliveries });
  const moves = observed.deliveries.flatMap(({ id, intake }) =>
    intake.kind === 'move' ? [{ id, intake }] : [],
  );
  const rest = observed.deliveries.filter(({ intake }) => intake.kind !== 'move');
  const [move] = moves;
  // What was said before goes to the old ticket, and what was read there is shown: then it moves.
  if (move !== undefined && rest.length === 0 && observed.ticket === null)
    return moveRequest(world, { lease, link, ...move });
  return planRound(world, { lease, link, observed: { ...observed, deliveries: rest } });
}

async function planRound(
  world: World,
  { lease, link, observed }: { lease: Lease; link: Link; observed: Observed },
): Promise<Outcome<null>> {
  if (isPingPong(await world.store.operations.recent(link.id))) return takeRest(world, lease, link);
  const read = await knownOf(world, link, observed);
  if (read.kind !== 'ok') return read;
  const known = read.value;
  const planned = planOrWait(world, known, observed);
  if (planned.kind !== 'ok') return planned;
  const { steps, apart, seen } = planned.value;
  await world.store.fenced(lease, async (tx) => {
    await writeSteps(tx, link, steps);
    const { ticket } = observed;
    if (ticket !== null && ticket !== 'gone') {
      await noteMove(world, tx, { link, now: ticket.snapshot });
      await askWhatWasSet(world, tx, { link, now: ticket.snapshot });
    }
    if (ticket !== null && watchesRecords(world, link)) await lookAtRecords(tx, link.id);
    if (seen) await tx.links.setSeen(link.id, link.stale);
    await watchBound(world, tx, known, observed);
    await hearAnswer(world, tx, link, observed);
    await keepCardTrue(world, tx, link.id);
  });
  if (apart.length > 0) await setApart(world, { lease, link, apart });
  for (const step of steps) {
    if (step.do === 'record' && step.kind === 'message.late')
      world.metrics.count('deskbridge_items_late', { origin: 'slack' });
  }
  return ok(null);
}

/** Something answers itself on both sides: it stops for a while, visibly, and goes on when it has calmed down. */
async function takeRest(world: World, lease: Lease, link: Link): Promise<Outcome<null>> {
  const reason = LOOKS_LIKE_A_LOOP;
  world.metrics.count('deskbridge_loops_stopped');
  world.log.error({ link: link.id }, 'A link looks like a loop and rests for ten minutes');
  await world.store.fenced(lease, async (tx) => {
    await tx.links.setStatus(link.id, 'parked', { why: 'loop', reason });
    // What comes after the rest begins with a look at the ticket, which says what the link is again.
    await tx.links.wake(link.id, true);
    await tx.audit.record({ kind: 'link.rests', actor: 'deskbridge', link: link.id, data: { why: 'loop' } });
    await keepCardTrue(world, tx, link.id);
  });
  return retryLater(reason, 'operation', REST_MS);
}
