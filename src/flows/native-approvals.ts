import type { LinkId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { StoreTx } from '../store/store.ts';
import { peopleOf } from './build-approval.ts';
import { followRecord, openRecord, recordOf, requestFor, type There } from './follow-record.ts';
import { READ_TIMEOUT_MS } from './prepared.ts';
import type { World } from './world.ts';

/** No hook tells of a decision: while one waits, the record is read so often, in milliseconds. */
const EVERY_MS = 30_000;

/** Whether decisions that the ticket system waits for are brought to Slack for this request. */
export function watchesRecords(world: World, { route, ticket }: Pick<Link, 'route' | 'ticket'>): boolean {
  if (world.approvals === undefined || route === null || (ticket?.id ?? null) === null) return false;
  return (
    world.rules.queues.get(route.queue)?.nativeApprovals === true &&
    world.connectors.get(route.connector)?.can.approvals !== undefined
  );
}

/** Something of the ticket was read: its approvals are read next, by one errand however much there was to read. */
export const lookAtRecords = (tx: Pick<StoreTx, 'errands'>, link: LinkId, afterMs = 0): Promise<void> =>
  tx.errands.wake(`records:${link}`, { kind: 'read-approvals', link }, afterMs);

/** Reads what the ticket system's own approvals say. Answers after how many milliseconds to do so again; null: no more. */
export async function readRecords(world: World, id: LinkId): Promise<Outcome<number | null>> {
  const link = await world.store.links.get(id);
  const { approvals: approving } = world;
  const ticket = link?.ticket?.id ?? null;
  if (link === null || approving === undefined || ticket === null) return ok(null);
  const rows = (await world.store.approvals.ofLink(id)).filter(waits);
  if (rows.length === 0 && (!watchesRecords(world, link) || link.status === 'closed')) return ok(null);
  const connector = link.ticket === null ? undefined : world.connectors.get(link.ticket.connector);
  const listed = connector?.can.approvals;
  if (connector === undefined || listed === undefined) return ok(null);
  const there = { world, approving, link, connector };
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => listed.list(ticket));
  if (read.kind !== 'ok') {
    world.metrics.count('deskbridge_records_unread', { connector: connector.id, why: read.kind });
    if (read.kind === 'rejected')
      world.log.warn({ connector: connector.id, reason: read.reason }, 'Approvals of a ticket are hidden');
    return read;
  }
  const seen = read.value.map((one) => recordOf(connector, one));
  const isWaiting = await takeIn(there, seen, rows);
  return ok(isWaiting ? EVERY_MS : null);
}

const waits = ({ native, approval }: StoredApproval) => native !== null && approval.status === 'open';

/** Answers whether somebody still has to decide. */
async function takeIn(
  there: There,
  seen: readonly ReturnType<typeof recordOf>[],
  rows: readonly StoredApproval[],
): Promise<boolean> {
  const { world, link } = there;
  const people = await peopleOf(world, link, await world.store.links.factsOf(link.id));
  const isKnown = (id: string) => rows.some(({ native }) => native?.id === id);
  await world.store.transaction(async (tx) => {
    for (const row of rows) {
      const held = await tx.approvals.hold(row.id);
      const { native } = held ?? { native: null };
      if (held === null || native === null) continue;
      // The request has another ticket now, or the record was deleted.
      const isElsewhere = native.connector !== there.connector.id;
      const record = isElsewhere ? undefined : seen.find(({ id }) => id === native.id);
      const missing = `record-missing:${row.id}`;
      if (record !== undefined) await tx.said.over(missing);
      // One listing can lack what is there; the next one says whether it is gone.
      else if (!isElsewhere && (await tx.said.once(missing, 'once'))) continue;
      await followRecord(tx, there, { held, record: record ?? { ...native, state: 'void' } });
    }
    if (!watchesRecords(world, link)) return;
    const before = await tx.approvals.ofLink(link.id);
    for (const record of seen) {
      if (record.state !== 'pending' || isKnown(record.id)) continue;
      const same = before.filter(({ native }) => native?.id === record.id);
      // It was gone and is there again: that is another occasion.
      const isBack = same.length > 0 && same.every(({ approval }) => approval.status === 'void');
      const request = requestFor(there, record, people);
      if (request !== null) await openRecord(tx, there, { record, request, nth: isBack ? same.length : 0 });
    }
  });
  return (await world.store.approvals.ofLink(link.id)).some(waits);
}
