import type { Link, Operation } from '../model/link.ts';
import type { Outcome, Rejected, Retry } from '../model/outcome.ts';
import type { StoreTx } from '../store/store.ts';
import { NOT_CHECKED } from '../texts/carrying.ts';
import { keepCardTrue } from './card.ts';
import { isTicketGone, refusalToRead, waitForSignIn, waitForTicket } from './not-let-in.ts';
import { leaveOut, park, type Running } from './park.ts';
import type { Finished, Prepared } from './prepared.ts';
import type { World } from './world.ts';

/** After this many faults of its own an operation is parked. Outages of the other side spend none. */
const MOST_ATTEMPTS = 8;
/** The ticket works without its link to the thread: no trouble with it is worth more, and what stands behind it waits meanwhile. */
const MOST_BACKLINK_ATTEMPTS = 2;
const BACKLINK_AGAIN_MS = 5_000;
/** First look for a proof after an unknown outcome, and the longest pause between two looks. */
const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 15_000;
/** Pause before an operation is made ready again when nobody said how long to wait. */
const PREPARE_AGAIN_MS = 5_000;

/** The one place that turns the outcome of a sent operation into rows. */
export async function settleSent(
  running: Running,
  prepared: Prepared,
  outcome: Outcome<Finished>,
): Promise<void> {
  const { world, operation } = running;
  if (outcome.kind === 'ok') return finish(running, prepared, outcome.value);
  if (outcome.kind === 'rejected') {
    const other = (await prepared.otherwise?.(outcome)) ?? null;
    if (other !== null) {
      await again(running, async (tx) => {
        await tx.operations.backToReady(operation.id, 0, 1);
        await tx.operations.replace(operation.id, other);
      });
      return;
    }
    // A scope that is missing for this alone looks like a refused sign-in, and must not stop the others.
    if (outcome.code === 'auth' && isBacklink(running) && (await refusalToRead(running))?.code !== 'auth')
      return leaveOut(running, outcome.reason);
    if (outcome.code === 'auth') return waitForSignIn(running, prepared, outcome.reason);
    if (isGoneFromSlack(running, prepared, outcome)) return leaveGone(running, outcome.reason);
    if (outcome.code === 'not-found' && (await isTicketGone(running)))
      return waitForTicket(running, outcome.reason);
    return refused(running, outcome, await isEdit(running, prepared));
  }
  if (isBacklink(running)) return backlinkFailed(running, outcome);
  const effect = outcome.effect === 'unknown' ? 'doubtful' : 'none';
  // A destination that did what others asked does not fail as a whole: it cannot take this one.
  const alone = effect === 'doubtful' && !(await world.store.budgets.failing(prepared.wide));
  const ownFault = outcome.scope === 'operation' || alone ? 1 : 0;
  const pausedMs = await pause(world, prepared, outcome);
  if (operation.attempt + ownFault >= MOST_ATTEMPTS) {
    const blocks = effect === 'doubtful' || !ALONE.has(operation.body.kind);
    return park(running, outcome.reason, { blocks, effect });
  }
  if (effect === 'doubtful') {
    return again(running, (tx) => tx.operations.lookAgain(operation.id, FIRST_LOOK_MS, ownFault));
  }
  const backoffMs =
    ownFault === 0
      ? Math.max(pausedMs, turnMs(outcome), FIRST_LOOK_MS)
      : (outcome.afterMs ?? Math.min(60_000, 1_000 * 2 ** operation.attempt));
  await again(running, (tx) => tx.operations.backToReady(operation.id, backoffMs, ownFault));
}

const isBacklink = ({ operation }: Running) => operation.body.kind === 'backlink';

/**
 * Whatever befalls a link to the thread is its own: what it meets (a proxy that forbids its path, an endpoint that fails)
 * says nothing of the others, so it pauses nothing, and is left out soon.
 */
async function backlinkFailed(running: Running, outcome: Retry): Promise<void> {
  const { operation } = running;
  const ownFault = outcome.scope === 'turn' ? 0 : 1;
  if (operation.attempt + ownFault >= MOST_BACKLINK_ATTEMPTS) return leaveOut(running, outcome.reason);
  const waitMs = Math.min(outcome.afterMs ?? BACKLINK_AGAIN_MS, LONGEST_LOOK_MS);
  const doubtful = operation.state === 'sending' || outcome.effect === 'unknown';
  await again(running, (tx) =>
    doubtful
      ? tx.operations.lookAgain(operation.id, waitMs, ownFault)
      : tx.operations.backToReady(operation.id, waitMs, ownFault),
  );
}

/** It is tried again later. When it has waited for minutes the card says so. */
export async function again(
  { world, lease, link }: Running,
  later: (tx: StoreTx) => Promise<void>,
): Promise<void> {
  await world.store.fenced(lease, async (tx) => {
    await later(tx);
    if (link.waits !== null) await keepCardTrue(world, tx, link.id);
  });
}

/** It could not even be made ready to run: what is its own fault is tried a few times, then parked. */
export async function settleUnprepared(running: Running, outcome: Retry | Rejected): Promise<void> {
  const { operation } = running;
  const effect = operation.state === 'sending' ? 'doubtful' : 'none';
  if (outcome.kind === 'rejected') {
    if (effect === 'none') return refused(running, outcome, false);
    return park(running, `${NOT_CHECKED} ${outcome.reason}`, { blocks: true, effect });
  }
  if (isBacklink(running)) return backlinkFailed(running, outcome);
  const ownFault = outcome.scope === 'operation' ? 1 : 0;
  if (operation.attempt + ownFault >= MOST_ATTEMPTS) {
    const blocks = effect === 'doubtful' || operation.body.kind === 'create';
    return park(running, outcome.reason, { blocks, effect });
  }
  const waitMs = outcome.afterMs ?? PREPARE_AGAIN_MS;
  await again(running, (tx) => tx.operations.lookAgain(operation.id, waitMs, ownFault));
}

/** The same for an operation that was found in `sending`: only its proof decides. */
export async function settleLookedUp(
  running: Running,
  prepared: Prepared,
  outcome: Outcome<Finished | null>,
): Promise<void> {
  const { world, operation, lease } = running;
  const doubtful = { blocks: true, effect: 'doubtful' } as const;
  if (outcome.kind === 'rejected') {
    // Whoever lets us in again lets us look, too.
    if (outcome.code === 'auth' && prepared.otherwise === null)
      return waitForSignIn(running, prepared, outcome.reason);
    if (isGoneFromSlack(running, prepared, outcome)) return leaveGone(running, outcome.reason);
    // The message that was to be changed is not there: so it was not changed, and nobody has to find that out.
    if (outcome.code === 'not-found' && EDITS.has(prepared.point.send))
      return refused(running, outcome, true);
    return park(running, `${NOT_CHECKED} ${outcome.reason}`, doubtful);
  }
  if (outcome.kind === 'retry' && isBacklink(running)) return backlinkFailed(running, outcome);
  if (outcome.kind === 'retry') {
    const ownFault = outcome.scope === 'operation' ? 1 : 0;
    if (operation.attempt + ownFault >= MOST_ATTEMPTS) return park(running, outcome.reason, doubtful);
    const waitMs = Math.max(await pause(world, prepared, outcome), turnMs(outcome), FIRST_LOOK_MS);
    return again(running, (tx) => tx.operations.lookAgain(operation.id, waitMs, ownFault));
  }
  if (outcome.value !== null) {
    world.metrics.count('deskbridge_proofs_found', { kind: operation.body.kind });
    return finish(running, prepared, outcome.value);
  }
  const leftMs = prepared.settleMs - (operation.overdueMs ?? 0);
  if (leftMs > 0) {
    await world.store.fenced(lease, (tx) =>
      tx.operations.lookAgain(operation.id, Math.min(leftMs + 50, LONGEST_LOOK_MS)),
    );
    return;
  }
  // Neither the request nor its effect can be on the way any more: it surely did not happen.
  await world.store.fenced(lease, (tx) => tx.operations.notThere(operation.id));
}

/** Until the turn of one that waits for it. */
const turnMs = ({ scope, afterMs = 0 }: Retry) => (scope === 'turn' ? afterMs : 0);

async function pause(
  world: World,
  prepared: Prepared,
  outcome: Extract<Outcome<never>, { kind: 'retry' }>,
): Promise<number> {
  if (outcome.scope !== 'destination') return 0;
  const destination = outcome.afterMs === undefined ? prepared.wide : prepared.narrow;
  world.metrics.count('deskbridge_destination_paused', {
    why: outcome.afterMs === undefined ? 'outage' : 'limit',
  });
  return world.store.budgets.pause(destination, outcome.reason, outcome.afterMs ?? null);
}

async function finish(running: Running, prepared: Prepared, finished: Finished): Promise<void> {
  const { world, lease, link, operation } = running;
  await world.store.fenced(lease, async (tx) => {
    await tx.operations.finish(operation.id, finished.remoteId);
    await finished.commit(tx);
    if (link.parkedWhy === 'sign-in') await letIn(tx, running);
    // The ticket took something, so it is back; reading it says what it is now.
    if (link.parkedWhy === 'gone' && operation.lane === 'ticket') await tx.links.wake(link.id, true);
    await tx.audit.record({
      kind: `${operation.body.kind}.done`,
      actor: 'deskbridge',
      link: link.id,
      data: { operation: operation.id, remote: finished.remoteId },
    });
    if (operation.body.kind !== 'post' || link.waits !== null) await keepCardTrue(world, tx, link.id);
  });
  await world.store.budgets.succeeded(prepared.wide);
  world.metrics.count('deskbridge_operations_done', { kind: operation.body.kind });
}

/** It waited for somebody to let us in on this side or the other; what was stopped before that stays stopped. */
async function letIn(tx: StoreTx, { link, operation }: Running): Promise<void> {
  // Slack lets us in. Whether the ticket system does, too, tells the reading of the ticket.
  if (operation.lane === 'slack' && link.ticket?.id != null) return tx.links.wake(link.id, true);
  const reason = await tx.parked.stopOf(link.id);
  if (reason === null) return tx.links.setStatus(link.id, restored(link));
  return tx.links.setStatus(link.id, 'parked', { why: 'operation', reason });
}

/** What a link is again when nothing holds it up; the next reading of its ticket says it exactly. */
function restored(link: Link): Link['status'] {
  if (link.ticket?.id == null) return 'provisional';
  return link.ticket.fields?.status.category === 'done' ? 'closed' : 'live';
}

/** Ways to change what stands in Slack. */
const EDITS = new Set<string>(['slack.edit.send', 'slack.remove.send', 'slack.card.send']);

/** What stands on the ticket can be one's own to change or not; who may not even read there is refused as a whole. */
async function isEdit(running: Running, { point }: Prepared): Promise<boolean> {
  if (EDITS.has(point.send)) return true;
  return point.send === 'ticket.revise.send' && (await refusalToRead(running)) === null;
}

/** Somebody with the right to do so took our message out of Slack: it is not put there again. */
function isGoneFromSlack({ operation }: Running, { point }: Prepared, { code }: Rejected): boolean {
  return operation.body.kind === 'say' && code === 'not-found' && EDITS.has(point.send);
}

async function leaveGone({ world, lease, operation }: Running, reason: string): Promise<void> {
  const { itemId, body, startedAt } = operation;
  if (itemId !== null && body.kind === 'say' && startedAt !== null) {
    // We ourselves may have taken it away, when nobody should see it: what should be seen now is posted anew.
    await world.store.fenced(lease, async (tx) => {
      await tx.items.removeCopy(itemId, body.part);
      await tx.operations.backToReady(operation.id, 0, 0);
    });
    return;
  }
  await world.store.fenced(lease, (tx) =>
    tx.operations.skip(operation.id, `it is gone from Slack: ${reason}`),
  );
}

/** `edits`: it would have changed what stands there already. */
async function refused(running: Running, { code, reason, fields }: Rejected, edits: boolean): Promise<void> {
  const { world, lease, link, operation } = running;
  const thread = operation.body.kind === 'card' && link.card === null && link.home === 'thread';
  if (thread && (code === 'forbidden' || code === 'not-found')) {
    // The app is no member there: the conversation goes on in a direct message with the person who asked.
    await world.store.fenced(lease, async (tx) => {
      await tx.links.moveToDirectMessage(link.id);
      await tx.operations.backToReady(operation.id, 0, 1);
    });
    return;
  }
  // What is wrong with this one only does not stop those behind it.
  const onlyThisOne = code === 'invalid' || code === 'conflict' || ALONE.has(operation.body.kind) || edits;
  // Without its first card a direct message has no thread, and nothing could be said in it.
  const opens =
    operation.body.kind === 'create' || (operation.body.kind === 'card' && link.conversation === null);
  const blocks = !onlyThisOne || opens;
  const wrong = code === 'invalid' ? (fields ?? {}) : undefined;
  await park(running, reason, { blocks, effect: 'none', edits, fields: wrong });
}

/** Whatever becomes of these, what stands behind them in their lane is not concerned. */
const ALONE = new Set<Operation['body']['kind']>([
  'write',
  'run-approved',
  'answer-approval',
  'attach',
  'share',
  'whisper',
  'tell',
  'approval-card',
  'retire',
  'open-internal',
]);
