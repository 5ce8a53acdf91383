/** What makes us fail stops itself alone, says so, and is tried again. */
import { WHY_APART } from '../model/apart.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
import type { Known, Observed } from '../sync/observed.ts';
import { planWhatCanBe, type Unplannable } from '../sync/plan.ts';
import { CANNOT_BE_OPENED, FAILED_AT_PLANNING, failedToOpen } from '../texts/carrying.ts';
import { keepCardTrue } from './card.ts';
import { openRequest } from './open-request.ts';
import type { World } from './world.ts';

/** Pause before something is planned again at which we failed. */
const AFTER_FAULT_MS = 60_000;
/** The same for a request while it may be a failure that passes. */
const OPEN_AGAIN_MS = 5_000;

/** What makes us fail waits apart, visibly, and stops nobody else. */
export async function setApart(
  world: World,
  { lease, link, apart }: { lease: Lease; link: Link; apart: readonly Unplannable[] },
): Promise<void> {
  await world.store.fenced(lease, async (tx) => {
    await tx.deliveries.setApart(apart.map(({ id }) => id));
    for (const { id } of apart)
      await tx.audit.record({
        kind: 'message.apart',
        actor: 'deskbridge',
        link: link.id,
        data: { delivery: id },
      });
    await (link.route === null ? sayUnopened(tx, link) : keepCardTrue(world, tx, link.id));
  });
  for (const { id, error } of apart) {
    world.metrics.count('deskbridge_bugs', { where: 'plan' });
    world.log.error({ link: link.id, delivery: id, error: String(error) }, WHY_APART);
  }
}

/** The first plan of a link. While it cannot be made nothing of the request shows anywhere, so that is said. */
export async function openOrSay(
  world: World,
  request: { lease: Lease; link: Link; deliveries: Observed['deliveries'] },
): Promise<Outcome<null>> {
  const { lease, link } = request;
  try {
    const opened = await openRequest(world, request);
    if (opened.kind !== 'rejected') return opened;
    world.log.error({ link: link.id, reason: opened.reason }, 'A request cannot be opened');
  } catch (error) {
    if (error instanceof Error && error.name === 'LeaseLost') throw error;
    world.metrics.count('deskbridge_bugs', { where: 'open' });
    world.log.error({ link: link.id, error: String(error) }, 'A request cannot be opened');
  }
  // What passes by itself is not worth a word.
  if (link.waits === null) return retryLater(CANNOT_BE_OPENED, 'operation', OPEN_AGAIN_MS);
  await world.store.fenced(lease, (tx) => sayUnopened(tx, link));
  return retryLater(CANNOT_BE_OPENED, 'operation', AFTER_FAULT_MS);
}

/** Once, in the thread where it was asked. */
async function sayUnopened(tx: StoreTx, link: Link): Promise<void> {
  if (await tx.receipts.hasOperations(link.id)) return;
  const body = { kind: 'post', text: failedToOpen, where: 'conversation' } as const;
  await tx.operations.append(link.id, [{ lane: 'slack', itemId: null, body }]);
}

/** A fault of ours in what cannot be left out: the lanes go on, and it is tried again, not at once. */
export function planOrWait(
  world: World,
  known: Known,
  observed: Observed,
): Outcome<ReturnType<typeof planWhatCanBe>> {
  try {
    return ok(planWhatCanBe(known, observed));
  } catch (error) {
    world.metrics.count('deskbridge_bugs', { where: 'plan' });
    world.log.error(
      { link: known.link.id, error: String(error) },
      'A link cannot be planned; its lanes go on, and it is tried again every minute',
    );
    return retryLater(FAILED_AT_PLANNING, 'operation', AFTER_FAULT_MS);
  }
}
