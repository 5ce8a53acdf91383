import type { PrincipalId } from '../model/ids.ts';
import type { Link, OperationBody } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { StoreTx } from '../store/store.ts';
import { setOnTicket } from '../texts/native-approvals.ts';
import type { Asked } from './open-approval.ts';
import { READ_TIMEOUT_MS } from './prepared.ts';
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
  const asking = new Set<string>();
  for (const { field, is, ask } of wanted) {
    const mayBeOurs = known.some((one) => mayHaveSet(one, { field, now, since: ticket.updatedAt }));
    const isAsked = known.some(
      ({ approval, closedAt }) => closedAt === null && approval.request.kind === ask,
    );
    if (isAsked || mayBeOurs || asking.has(ask)) continue;
    asking.add(ask);
    const trigger = setOnTicket(field, is);
    const origin = `set:${ask}:${field}:${now.updatedAt.toISOString()}`;
    const asked = { action: ask, origin, trigger, set: { field, is } };
    await tx.errands.add({ kind: 'open-approval', link: link.id, asked });
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
  const isReal = approval.request.simulated !== true;
  const hasRun = isReal && (approval.ran > 0 || approval.status === 'executing');
  if (native !== null || !isRecent || !hasRun) return false;
  const is = field === 'status' ? now.status.category : shownIn(now, field);
  return Object.values(approval.request.work).some(({ changes }) =>
    changes.some((change) => change.field === field && isSame(change.after ?? '', is)),
  );
}

/** Who set something on a ticket, as far as its system says. `actor`: for the audit. */
export interface SetBy {
  readonly actor: string;
  /** He proposes it: neither he nor who stands in for him decides. Null: nobody here is known to be that account. */
  readonly person: PrincipalId | null;
}

type Set = NonNullable<Asked['set']>;

/** Asks the ticket system who set this there. What went by our own account was set by whoever asked for it in Slack. */
export async function whoSet(
  world: World,
  { id, ticket }: Pick<Link, 'id' | 'ticket'>,
  set: Set,
): Promise<Outcome<SetBy>> {
  const connector = ticket === null ? undefined : world.connectors.get(ticket.connector);
  const on = ticket?.id ?? null;
  const own = `connector:${ticket?.connector ?? ''}`;
  if (connector === undefined || on === null) return ok({ actor: own, person: null });
  const { changes } = connector.can;
  if (changes === undefined) return ok({ actor: own, person: null });
  const named = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    changes.lastSetBy(on, set),
  );
  if (named.kind === 'retry') return named;
  const account = named.kind === 'ok' ? named.value : null;
  if (account === null) return ok({ actor: own, person: null });
  const actor = `${own}:${account}`;
  const known = await world.store.principals.of({ system: connector.id, id: account });
  if (known !== null) return ok({ actor, person: known.id });
  const asked = (await world.store.operations.changed(id)).find((one) => isFrom(one, set));
  return ok({ actor, person: asked === undefined ? null : await world.store.principals.ofSlack(asked.by) });
}

/** A status is asked for by what it means; only a step of the workflow names the state that it leads to. */
function isFrom(
  { set: wanted, step }: Extract<OperationBody, { kind: 'write' }>,
  { field, is }: Set,
): boolean {
  if (field === 'status') return wanted.status !== undefined && (step === undefined || isSame(step.to, is));
  if (field === 'resolution') return false;
  const value = wanted[field];
  return value !== undefined && value !== null && isSame(typeof value === 'string' ? value : value.name, is);
}
