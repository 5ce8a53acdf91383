import type { DeliveryId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link, LinkedTicket, NewOperation, Operation, RequestText, Route } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import { mayAct } from '../privacy/audience.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
import { type Step, whisper } from '../sync/steps.ts';
import { standsStill } from '../texts/approval-answers.ts';
import { decidedNote } from '../texts/approval-notes.ts';
import { outsidersMayNotAct } from '../texts/audience.ts';
import { OLD_TICKET_FIRST } from '../texts/carrying.ts';
import {
  type MoveStory,
  movedReason,
  noSuchQueue,
  notAllowed,
  notOpen,
  onlySome,
  sameQueue,
  stopped,
  unreadable,
} from '../texts/move.ts';
import { theRequest } from '../texts/names.ts';
import { giveToAgents } from './agents-thread.ts';
import { standingOf } from './audience.ts';
import { keepCardTrue } from './card.ts';
import { decidingOn } from './deciding-on.ts';
import { notedOf } from './move-approval.ts';
import { again, agentFiles, answersOf, createOf } from './moved-ticket.ts';
import { profileOf } from './names.ts';
import { kindIn } from './note-move.ts';
import { READ_TIMEOUT_MS, ticketOf } from './prepared.ts';
import { queueTitle } from './queue-title.ts';
import { meaningOf } from './reacted.ts';
import { respondersAmong } from './responders.ts';
import { type MovedRequest, routeMoved } from './route-moved.ts';
import { asksNothingNew, handOver } from './route-request.ts';
import { note } from './tell-approval.ts';
import type { QueueRules, World } from './world.ts';
import { writeSteps } from './write-steps.ts';

type Move = Extract<Intake, { kind: 'move' }>;
interface Asked {
  readonly lease: Lease;
  readonly link: Link;
  readonly id: DeliveryId;
  readonly intake: Move;
}

/** What is on its way to the old ticket gets there first; looked at again after this time, in milliseconds. */
const ARRIVES_MS = 1_500;
/** What shows what is true when it runs does not hold a move up. */
const ANYWHERE = new Set<Operation['body']['kind']>([
  ...(['card', 'whisper', 'post', 'tell', 'open-internal', 'approval-card'] as const),
]);

/**
 * Moves a request to another queue: its link gets a new ticket, and everything that people said goes along. All of it is
 * planned in one transaction; each effect is an operation like every other, so that a crash in between changes nothing.
 */
export async function moveRequest(world: World, asked: Asked): Promise<Outcome<null>> {
  const { link, intake } = asked;
  const { route, request, ticket } = link;
  const queue = world.rules.queues.get(intake.queue);
  const standing = await standingOf(world, world.team, intake.by);
  if (standing.kind === 'retry') return standing;
  if (standing.kind === 'rejected' || !mayAct(standing.value))
    return refuse(world, asked, outsidersMayNotAct);
  const refusal = await refusalOf(world, asked, queue);
  if (refusal !== null) return refuse(world, asked, refusal);
  if (queue === undefined || route === null || request === null || ticket === null)
    throw new Error('A move without a queue or a ticket was not refused');
  const open = await world.store.operations.open(link.id);
  const onTheWay = open.filter(({ body }) => !ANYWHERE.has(body.kind));
  if (onTheWay.some(({ state }) => state === 'parked')) return refuse(world, asked, stopped(nameOf(ticket)));
  if (onTheWay.length > 0) return retryLater(OLD_TICKET_FIRST, 'operation', ARRIVES_MS);
  const past = await pastOf(world, link);
  if (past.kind === 'rejected') return refuse(world, asked, unreadable(nameOf(ticket), past.reason));
  if (past.kind !== 'ok') return past;
  if (past.value.snapshot.restricted === true) return refuse(world, asked, onlySome(nameOf(ticket)));
  const mover = await profileOf(world, intake.by);
  if (mover.kind !== 'ok') return mover;
  const requester = await profileOf(world, link.requester);
  if (requester.kind !== 'ok') return requester;
  const word = past.value.snapshot.priority;
  const meant = await meaningOf(world, link, word === null ? [] : [word]);
  if (meant.kind !== 'ok') return meant;
  const moved = await routeMoved(
    world,
    { id: link.id, route, request },
    {
      ...{ name: intake.queue, queue, priority: meant.value.get(word ?? '') ?? route.priority },
      reason: movedReason(queueTitle(world.rules, route.queue), mover.value.name, intake.why),
    },
  );
  await moveIn(world, asked, {
    ...{ queue, moved, request, ticket, before: route, past: past.value },
    ...{ mover: mover.value.name, requester: requester.value },
  });
  world.metrics.count('deskbridge_requests_moved', { from: route.queue, to: intake.queue });
  return ok(null);
}

/** Why it may not be moved; null when it may. */
async function refusalOf(
  world: World,
  { link, intake }: Asked,
  queue: QueueRules | undefined,
): Promise<string | null> {
  const helps = await respondersAmong(world, world.store, [intake.by]);
  const route = link.route;
  if (!helps.has(intake.by) && route?.responders.includes(intake.by) !== true) return notAllowed;
  if (queue === undefined) return noSuchQueue;
  if (route?.queue === intake.queue) return sameQueue(queue.title);
  // What is open is asked again about the new ticket; what is approved has to be done on the one it was approved for.
  const deciding = await decidingOn(world, link);
  if (deciding?.isDecided === true) return standsStill(nameOf(link.ticket), deciding.names, true);
  if (link.status === 'parked') return stopped(nameOf(link.ticket));
  if (link.status !== 'live' || link.ticket?.id == null) return notOpen(nameOf(link.ticket));
  return null;
}

const nameOf = (ticket: LinkedTicket | null) => theRequest(ticket?.key);

async function refuse(
  world: World,
  { lease, link, id, intake }: Asked,
  text: string,
): Promise<Outcome<null>> {
  const steps: Step[] = [
    {
      do: 'record',
      kind: 'move.refused',
      actor: `slack:${intake.by}`,
      data: { queue: intake.queue, reason: text },
    },
    whisper(intake.by, intake.channel, text),
    { do: 'close', delivery: id, reason: 'planned' },
  ];
  await world.store.fenced(lease, (tx) => writeSteps(tx, link, steps));
  return ok(null);
}

interface Past {
  readonly snapshot: TicketSnapshot;
  readonly approvals: readonly string[];
}

/** The old ticket as it is at the end. */
async function pastOf(world: World, link: Link): Promise<Outcome<Past>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => connector.read(id));
  if (read.kind !== 'ok') return read;
  const { approvals } = connector.can;
  if (approvals === undefined) return ok({ snapshot: read.value, approvals: [] });
  const listed = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => approvals.list(id));
  if (listed.kind === 'retry') return listed;
  const open = listed.kind === 'ok' ? listed.value.filter(({ state }) => state === 'pending') : [];
  return ok({
    snapshot: read.value,
    approvals: open.map(({ name, approvers }) =>
      [name, ...approvers.map((approver) => approver.name)].join(', '),
    ),
  });
}

interface Moving {
  readonly queue: QueueRules;
  readonly before: Route;
  readonly moved: MovedRequest;
  readonly request: RequestText;
  readonly ticket: LinkedTicket;
  readonly past: Past;
  readonly mover: string;
  readonly requester: { readonly name: string; readonly email: string | null };
}

async function moveIn(world: World, { lease, link, id, intake }: Asked, moving: Moving): Promise<void> {
  const { queue, before, ticket, mover, moved, past } = moving;
  const { route } = moved;
  const connector = world.connectors.get(queue.connector);
  const longest = connector?.comments.longest ?? world.look.longest;
  const handed = await handedOver(world, link, { route, before });
  await world.store.fenced(lease, async (tx) => {
    const openedAt = await tx.moves.openedAt(link.id);
    const story: MoveStory = {
      ...{ key: nameOf(ticket), url: ticket.url ?? '', queue: queueTitle(world.rules, before.queue) },
      ...{ by: mover, why: intake.why, openedAt, approvals: past.approvals },
      files: agentFiles(past.snapshot, await tx.operations.ours(link.id)),
    };
    const done = await tx.operations.carried(link.id);
    const items = await tx.items.of(link.id);
    const gone = new Set(items.flatMap((item) => (item.gone ? [item.id] : [])));
    const said = new Set(
      items.flatMap(({ origin, kind, visibility, nativeId, gone: isGone }) =>
        origin === 'ticket' && kind === 'message' && visibility === 'public' && !isGone ? [nativeId] : [],
      ),
    );
    await tx.moves.move(link.id, route, connector?.site ?? queue.connector);
    await tx.operations.append(link.id, [
      createOf({ ...moving, ...moved }, story, done),
      ...handed,
      ...(await decidedBefore(world, tx, link)),
      ...answersOf(past.snapshot, said, longest),
      ...again(done, gone),
    ]);
    await giveToAgents(tx, link, queue.internalChannel);
    const [was, became] = [before.queue, intake.queue];
    const kind = kindIn(world.rules, [became]);
    await tx.routing.correct(link.id, { how: 'moved', kind, was, became });
    await tx.deliveries.closeAll([id], 'moved');
    await tx.audit.record({
      kind: 'request.moved',
      actor: `slack:${intake.by}`,
      link: link.id,
      data: {
        ...{ from: was, to: became, ticket: ticket.key, rule: before.rule },
        ...{ risk: route.risk, policies: route.policies.join(' '), config: world.rules.configHash },
      },
    });
    await keepCardTrue(world, tx, link.id);
  });
}

/** Who takes it up reads on the new ticket what has to be approved; the person is told what he was not told before. */
async function handedOver(
  world: World,
  link: Link,
  { route, before }: { readonly route: Route; readonly before: Route },
): Promise<readonly NewOperation[]> {
  if (route.policies.length === 0) return [];
  const handed = await handOver(world, link, { route, facts: null });
  return asksNothingNew(route, before) ? handed.filter(({ lane }) => lane === 'ticket') : handed;
}

/** What is decided stays decided and is not asked again, so the new ticket says it, too. */
async function decidedBefore(world: World, tx: StoreTx, link: Link): Promise<readonly NewOperation[]> {
  if (world.approvals === undefined) return [];
  const notes: NewOperation[] = [];
  for (const { id, approval, closedAt, native } of await tx.approvals.ofLink(link.id)) {
    // Nobody decided what is void, and what the old ticket's own record decided stands there.
    if (closedAt === null || native !== null || approval.status === 'void') continue;
    const isSimulated = approval.request.simulated === true;
    const how = { status: approval.status, isSimulated, hasRun: !isSimulated && approval.ran > 0 };
    notes.push(note(decidedNote(nameOf(link.ticket), await notedOf(tx, id, approval), how)));
  }
  return notes;
}
