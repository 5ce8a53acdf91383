import type { Link } from '../model/link.ts';
import { READ_TIMEOUT_MS } from './prepared.ts';
import type { World } from './world.ts';

/** Names of those who have not decided yet; null when nobody has to. */
export async function waitingFor(
  world: World,
  { ticket }: Link,
): Promise<readonly string[] | 'unknown' | null> {
  const id = ticket?.id ?? null;
  if (ticket === null || id === null) return null;
  const approvals = world.connectors.get(ticket.connector)?.can.approvals;
  if (approvals === undefined) return 'unknown';
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => approvals.list(id));
  if (read.kind !== 'ok') return 'unknown';
  const open = read.value.filter(({ state }) => state === 'pending');
  if (open.length === 0) return null;
  const waited = open.flatMap(({ approvers }) => approvers.filter(({ decision }) => decision === 'pending'));
  return [...new Set(waited.map(({ name }) => name))];
}
