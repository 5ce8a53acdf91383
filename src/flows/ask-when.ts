import type { Link } from '../model/link.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { StoreTx } from '../store/store.ts';
import { setOnTicket } from '../texts/native-approvals.ts';
import type { AskWhen, World } from './world.ts';

type Shown = Pick<
  TicketSnapshot,
  'status' | 'priority' | 'impact' | 'urgency' | 'group' | 'assignee' | 'resolution'
>;

const shownIn = (fields: Shown, field: AskWhen['field']): string =>
  (field === 'status' ? fields.status.name : fields[field]) ?? '';
const isSame = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * What an agent has just set on the ticket and somebody has to decide about first. Asked once for each such change, in the
 * transaction that writes the reading down.
 */
export async function askWhatWasSet(
  world: World,
  tx: StoreTx,
  { link, now }: { readonly link: Link; readonly now: TicketSnapshot },
): Promise<void> {
  const { route, ticket } = link;
  const before = ticket?.fields ?? null;
  if (world.approvals === undefined || route === null || ticket === null || before === null) return;
  const wanted = (world.rules.queues.get(route.queue)?.askWhen ?? []).filter(
    ({ field, is }) => isSame(shownIn(now, field), is) && !isSame(shownIn(before, field), is),
  );
  if (wanted.length === 0) return;
  const known = await tx.approvals.ofLink(link.id);
  for (const { field, is, ask } of wanted) {
    const mayBeOurs = known.some((one) => mayHaveSet(one, { field, now, since: ticket.updatedAt }));
    const isAsked = known.some(
      ({ approval, closedAt }) => closedAt === null && approval.request.kind === ask,
    );
    if (isAsked || mayBeOurs) continue;
    const trigger = setOnTicket(field, is);
    const origin = `set:${ask}:${field}:${now.updatedAt.toISOString()}`;
    await tx.errands.add({ kind: 'open-approval', link: link.id, asked: { action: ask, origin, trigger } });
  }
}

/** Approved work may have set just this since the last reading; that is no change of an agent's. */
function mayHaveSet(
  { native, approval, closedAt }: StoredApproval,
  {
    field,
    now,
    since,
  }: { readonly field: AskWhen['field']; readonly now: Shown; readonly since: Date | null },
): boolean {
  const isRecent = closedAt === null || since === null || closedAt >= since;
  const hasRun = approval.ran > 0 || approval.status === 'executing';
  if (native !== null || !isRecent || !hasRun) return false;
  const is = field === 'status' ? now.status.category : shownIn(now, field);
  return Object.values(approval.request.work).some(({ changes }) =>
    changes.some((change) => change.field === field && isSame(change.after ?? '', is)),
  );
}
