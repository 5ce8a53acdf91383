import { workName } from '../approvals/open.ts';
import { wantedIn } from '../approvals/work.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Approval } from '../model/approval.ts';
import type { Attempt } from '../model/effect.ts';
import type { Link, LinkedTicket, OperationBody } from '../model/link.ts';
import { type Outcome, ok, rejected, retryLater } from '../model/outcome.ts';
import type { TicketChange, WrittenFields } from '../model/ticket.ts';
import type { Cause } from '../store/approvals.ts';
import type { StoreTx } from '../store/store.ts';
import {
  BEING_READ,
  notRunBecause,
  notRunNote,
  STOPPED_WHILE_RUNNING,
  TICKET_GONE,
} from '../texts/approval-notes.ts';
import { modeFor } from './approval-mode.ts';
import type { Approving } from './approving.ts';
import { boundNow } from './build-approval.ts';
import { type Moved, moveApproval, notedOf, type Told, unfitFor } from './move-approval.ts';
import { type Finished, type Preparation, READ_TIMEOUT_MS, ticketLimits, ticketOf } from './prepared.ts';
import { note } from './tell-approval.ts';
import type { World } from './world.ts';

/** So long until it is looked again what the first message says. */
const EDITED_MS = 1_000;

type Body = Extract<OperationBody, { kind: 'run-approved' }>;

interface Running {
  readonly world: World;
  readonly approving: Approving;
  readonly link: Link;
  readonly body: Body;
  readonly connector: Connector;
}

/**
 * The work of one approved step. The quorum is asked again in the moment before the ticket system is called, of the request as
 * it would be sent; from then on it is `executing`, and only an answer that surely nothing happened lets it be tried again.
 */
export async function prepareApproved(world: World, link: Link, body: Body): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const approving = world.approvals;
  if (approving === undefined) return ok({ skip: 'approvals are switched off' });
  const record = await world.store.approvals.get(body.approval);
  if (record === null || !isDue(record.approval, body)) return ok({ skip: 'it is not approved any more' });
  const { connector, id } = found.value;
  const running = { world, approving, link, body, connector };
  return ok({
    point: { send: 'ticket.write.send', find: 'ticket.write.find' },
    ...ticketLimits(connector, id),
    timeoutMs: connector.write.timeoutMs,
    settleMs: connector.write.settleMs,
    send: (attempt) => send(running, attempt),
    find: (attempt) => find(running, attempt),
    remember: null,
    otherwise: null,
    dispose: async () => {},
  });
}

const isDue = ({ status, round, at }: Approval, body: Body) =>
  (status === 'granted' || status === 'executing') && round === body.round && at === body.step;

async function send(running: Running, attempt: Attempt): Promise<Outcome<Finished>> {
  const { world, approving, link, connector } = running;
  const begun = await begin(running);
  if (begun.kind !== 'ok') return begun;
  if (begun.value === null) return ok(finished());
  const { change, approval } = begun.value;
  const mode = await modeFor(world.store, approving, link, approval.request.kind);
  if (mode !== 'on') return ok(finishedBy(running, { left: [] }));
  const sent = await connector.write.send(change, attempt);
  if (sent.kind === 'ok') return ok(finishedBy(running, sent.value));
  if (sent.kind === 'retry' && sent.effect === 'none') await tell(running, { kind: 'not-run' }, 'not-run');
  if (sent.kind === 'rejected') await tell(running, { kind: 'done', ok: false }, sent.code);
  return sent;
}

/** Whoever died in the middle of it left it executing; the ticket tells whether it was done. */
async function find(running: Running, attempt: Attempt): Promise<Outcome<Finished | null>> {
  const record = await running.world.store.approvals.get(running.body.approval);
  if (record === null || record.approval.status !== 'executing') return ok(null);
  const change = changeOf(running.link, record.approval);
  if (change === null) return ok(null);
  const found = await running.connector.write.find(change, attempt);
  if (found.kind !== 'ok') return found;
  return ok(found.value === null ? null : finishedBy(running, found.value));
}

interface Begun {
  readonly change: TicketChange;
  readonly approval: Approval;
}

/** Null when it will not be done: it has been said why, and what stands behind it in its lane goes on. */
async function begin(running: Running): Promise<Outcome<Begun | null>> {
  const { world, approving, body } = running;
  const record = await world.store.approvals.get(body.approval);
  if (record === null || !isDue(record.approval, body)) return ok(null);
  const seen = await readNow(running);
  if (seen.kind !== 'ok') return seen;
  const unfit = await unfitFor(world, approving, { record, actor: [] });
  if (unfit.kind !== 'ok') return unfit;
  return world.store.transaction(async (tx): Promise<Outcome<Begun | null>> => {
    const held = await tx.approvals.hold(body.approval);
    if (held === null || !isDue(held.approval, body)) return ok(null);
    const moving = { world, approving, held, unfit: unfit.value };
    // An earlier attempt began it, and its proof was not found: whether it was done nobody knows.
    if (held.approval.status === 'executing') {
      await moveApproval(tx, { ...moving, cause: causeOf(running, 'uncertain') }, { kind: 'crash' });
      return rejected('conflict', STOPPED_WHILE_RUNNING);
    }
    // Somebody changed the first message a moment ago; in a moment it is known what it says.
    if (await tx.approvals.bound.isEdited(held.link)) return retryLater(BEING_READ, 'turn', EDITED_MS);
    const now = await boundNow(tx, held, { ...running.link, ticket: seen.value });
    if (now === null) return rejected('conflict', TICKET_GONE);
    if (now.isClosed) {
      await sayNotRun(tx, running, held.approval, { kind: 'refused', why: 'over' });
      return ok(null);
    }
    const told = { kind: 'execute' as const, request: now.request };
    const moved = await moveApproval(tx, { ...moving, cause: causeOf(running, 'executing') }, told);
    const change = moved.kind === 'moved' ? changeOf(running.link, moved.after) : null;
    if (moved.kind === 'moved' && change !== null) return ok({ change, approval: moved.after });
    await sayNotRun(tx, running, held.approval, moved);
    return ok(null);
  });
}

/** The ticket by a reading of this moment. */
async function readNow({ world, link, connector }: Running): Promise<Outcome<LinkedTicket>> {
  const id = link.ticket?.id ?? null;
  if (link.ticket === null || id === null) return rejected('conflict', TICKET_GONE);
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => connector.read(id));
  if (read.kind !== 'ok') return read;
  return ok({ ...link.ticket, fields: read.value });
}

function changeOf({ ticket }: Link, approval: Approval): TicketChange | null {
  const work = approval.request.work[workName(approval)];
  const set = work === undefined ? null : wantedIn(work);
  if (ticket === null || ticket.id === null || set === null) return null;
  return { ticket: ticket.id, set, before: ticket.fields, actor: { name: 'Deskbridge', grant: null } };
}

async function sayNotRun(
  tx: StoreTx,
  { link, body }: Running,
  approval: Approval,
  moved: Moved,
): Promise<void> {
  if (moved.kind !== 'refused') return;
  const noted = await notedOf(tx, body.approval, approval);
  await tx.operations.append(link.id, [note(notRunNote(noted, notRunBecause(moved.why)))]);
  await tx.links.wake(link.id, moved.why === 'another-version' || moved.why === 'over');
}

const finished = (): Finished => ({ remoteId: null, commit: async () => {} });

/** Written down with the end of the operation: what was left out by the ticket system was not done. */
function finishedBy(running: Running, { left }: WrittenFields): Finished {
  return {
    remoteId: null,
    async commit(tx) {
      const isDone = left.length === 0;
      await tellIn(tx, running, { kind: 'done', ok: isDone }, isDone ? 'done' : 'left');
      await tx.links.wake(running.link.id, true);
    },
  };
}

const tell = (running: Running, told: Told, result: string): Promise<void> =>
  running.world.store.transaction((tx) => tellIn(tx, running, told, result));

async function tellIn(tx: StoreTx, running: Running, told: Told, result: string): Promise<void> {
  const { world, approving, body } = running;
  const held = await tx.approvals.hold(body.approval);
  if (held === null || !isDue(held.approval, body)) return;
  await moveApproval(tx, { world, approving, held, unfit: new Set(), cause: causeOf(running, result) }, told);
}

const causeOf = ({ body }: Running, result: string): Cause => ({
  ...{ kind: 'approval.ran', actor: 'deskbridge', principal: null, surface: null },
  ...{ result, cause: `${body.round}:${body.step}` },
});
