import type { Lane, Link, Operation } from '../model/link.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Lease } from '../store/leases.ts';
import { FAILED_MIDWAY } from '../texts/carrying.ts';
import type { Running } from './park.ts';
import { prepare } from './prepare.ts';
import type { Finished, Preparation, Prepared } from './prepared.ts';
import { again, settleLookedUp, settleSent, settleUnprepared } from './settle.ts';
import type { World } from './world.ts';

/** A look for a proof may take this long, in milliseconds. */
const LOOK_TIMEOUT_MS = 30_000;

/** Operations of a lane in one turn; between turns what is new is planned, so that a long lane does not hold it up. */
const MOST_IN_A_TURN = 10;

/** Runs what is due in both lanes of a link, side by side, each in order. Answers whether anything moved. */
export async function runLanes(world: World, lease: Lease): Promise<boolean> {
  const open = await world.store.operations.open(lease.link);
  const moved = await Promise.all([
    runLane(world, lease, { lane: 'slack', first: open }),
    runLane(world, lease, { lane: 'ticket', first: open }),
  ]);
  return moved.some(Boolean);
}

async function runLane(
  world: World,
  lease: Lease,
  { lane, first }: { readonly lane: Lane; readonly first: readonly Operation[] },
): Promise<boolean> {
  let moved = false;
  /** The head cannot go on now; only what needs no order may still run. */
  let stands = false;
  let all = first;
  for (let turn = 0; turn < MOST_IN_A_TURN; turn += 1) {
    if (turn > 0) all = await world.store.operations.open(lease.link);
    const open = all.filter((operation) => operation.lane === lane);
    const [head] = open;
    if (head === undefined) return moved;
    const runnable = !stands && head.state !== 'parked' && head.dueInMs <= 0;
    // Read for the head only when something may run: most rounds end here.
    if (!runnable && !open.some(isFree)) return moved;
    const link = await world.store.links.get(lease.link);
    if (link === null) return moved;
    const operation = runnable ? head : open.find((one) => isFree(one) && mayOvertake(one, head, link));
    if (operation === undefined) return moved;
    const goesOn = await runOne({ world, lease, link, operation });
    moved ||= goesOn;
    // Nothing else can stand behind the only one before the next turn has planned.
    if (goesOn && open.length === 1) return true;
    if (!goesOn && operation !== head) return moved;
    stands ||= !goesOn;
  }
  return moved;
}

/** Needs no order among the others: a few words to one person, and the card, which shows what is true when it is edited. */
const isFree = ({ body, state, dueInMs }: Operation) =>
  (body.kind === 'whisper' || body.kind === 'card') && state !== 'parked' && dueInMs <= 0;

/** A whisper never waits for others; the card overtakes what stopped its lane, so that it can say so. */
const mayOvertake = ({ body }: Operation, head: Operation, link: Link) =>
  body.kind === 'whisper' || (head.state === 'parked' && link.card !== null);

/** Runs the head of a lane. Answers whether the lane may go on. */
async function runOne(running: Running): Promise<boolean> {
  const { world, lease, link, operation } = running;
  const prepared = await guarded(running, () => prepare(world, link, operation));
  if (prepared.kind !== 'ok') {
    await settleUnprepared(running, prepared);
    return prepared.kind === 'rejected';
  }
  const preparation = prepared.value;
  if ('skip' in preparation) {
    await world.store.fenced(lease, (tx) => tx.operations.skip(operation.id, preparation.skip));
    return true;
  }
  try {
    if (operation.state !== 'sending') return await send(running, preparation);
    await lookUp(running, preparation);
    return true;
  } finally {
    await preparation.dispose();
  }
}

async function send(running: Running, prepared: Prepared): Promise<boolean> {
  const { world, lease, operation } = running;
  const waitMs = await world.store.budgets.take(prepared.limits);
  if (waitMs > 0) {
    await again(running, (tx) => tx.operations.lookAgain(operation.id, waitMs));
    return false;
  }
  const startedAt = await world.store.fenced(lease, (tx) =>
    tx.operations.startSending(operation.id, prepared.timeoutMs, prepared.remember),
  );
  const outcome = await guarded(running, () =>
    world.io.run(prepared.point.send, { timeoutMs: prepared.timeoutMs, notAfter: lease.until }, () =>
      prepared.send({ marker: operation.marker, startedAt }),
    ),
  );
  await settleSent(running, prepared, outcome);
  return true;
}

async function lookUp(running: Running, prepared: Prepared): Promise<void> {
  const { world, lease, operation } = running;
  const { startedAt } = operation;
  if (startedAt === null) throw new Error(`Operation ${operation.id} is sending without a start`);
  const outcome = await guarded(running, () =>
    world.io.run(prepared.point.find, { timeoutMs: LOOK_TIMEOUT_MS, notAfter: lease.until }, () =>
      prepared.find({ marker: operation.marker, startedAt }),
    ),
  );
  await settleLookedUp(running, prepared, outcome);
}

/** A throw is a bug of ours: nothing is known about the effect then, so it is looked up like any other unknown one. */
async function guarded<T extends Preparation | Finished | null>(
  { world, operation }: Running,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'DeadlinePassed') throw error;
    world.metrics.count('deskbridge_bugs', { where: operation.body.kind });
    world.log.error(
      { operation: operation.id, error: String(error) },
      'An operation failed in a way that it should not',
    );
    return {
      kind: 'retry',
      reason: FAILED_MIDWAY,
      scope: 'operation',
      effect: 'unknown',
    };
  }
}
