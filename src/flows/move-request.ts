import { plainDoc } from '../model/doc.ts';
import { docText, joinDocs } from '../model/doc-text.ts';
import type { DeliveryId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link, LinkedTicket, NewOperation, Operation, RequestText, Route } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import { splitDoc } from '../model/split-doc.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import type { Lease } from '../store/leases.ts';
import { saidAt } from '../sync/say-on-ticket.ts';
import { type Step, whisper } from '../sync/steps.ts';
import { standsStill } from '../texts/approval-answers.ts';
import { OLD_TICKET_FIRST } from '../texts/carrying.ts';
import {
  type MoveStory,
  movedReason,
  noSuchQueue,
  notAllowed,
  notOpen,
  pastText,
  quotedText,
  sameQueue,
  stopped,
  unreadable,
} from '../texts/move.ts';
import { theRequest } from '../texts/names.ts';
import { isDated, writtenAt } from '../texts/on-tickets.ts';
import { keepCardTrue } from './card.ts';
import { decidingOn } from './deciding-on.ts';
import { profileOf } from './names.ts';
import { kindIn } from './note-move.ts';
import { READ_TIMEOUT_MS, ticketOf } from './prepared.ts';
import { queueTitle } from './queue-title.ts';
import { respondersAmong } from './responders.ts';
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
  const mover = await profileOf(world, intake.by);
  if (mover.kind !== 'ok') return mover;
  const requester = await profileOf(world, link.requester);
  if (requester.kind !== 'ok') return requester;
  await moveIn(world, asked, {
    ...{ queue, route, request, ticket, past: past.value },
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
  const deciding = await decidingOn(world, link);
  if (deciding !== null) return standsStill(nameOf(link.ticket), deciding.names, deciding.isDecided);
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
  readonly route: Route;
  readonly request: RequestText;
  readonly ticket: LinkedTicket;
  readonly past: Past;
  readonly mover: string;
  readonly requester: { readonly name: string; readonly email: string | null };
}

async function moveIn(world: World, { lease, link, id, intake }: Asked, moving: Moving): Promise<void> {
  const { queue, route, ticket, mover } = moving;
  const from = queueTitle(world.rules, route.queue);
  const connector = world.connectors.get(queue.connector);
  const longest = connector?.comments.longest ?? world.look.longest;
  await world.store.fenced(lease, async (tx) => {
    const openedAt = await tx.moves.openedAt(link.id);
    const story: MoveStory = {
      ...{ key: nameOf(ticket), url: ticket.url ?? '', queue: from, by: mover, why: intake.why, openedAt },
      approvals: moving.past.approvals,
      files: agentFiles(moving.past.snapshot, await tx.operations.ours(link.id)),
    };
    const done = await tx.operations.carried(link.id);
    const items = await tx.items.of(link.id);
    const gone = new Set(items.flatMap((item) => (item.gone ? [item.id] : [])));
    const said = new Set(
      items.flatMap(({ origin, kind, visibility, nativeId, gone: isGone }) =>
        origin === 'ticket' && kind === 'message' && visibility === 'public' && !isGone ? [nativeId] : [],
      ),
    );
    await tx.moves.move(link.id, {
      queue: intake.queue,
      connector: queue.connector,
      site: connector?.site ?? queue.connector,
      reason: movedReason(from, mover, intake.why),
      confidential: isConfidential(world.rules, intake.queue),
    });
    await tx.operations.append(link.id, [
      createOf(moving, story, done),
      ...answersOf(moving.past.snapshot, said, longest),
      ...again(done, gone),
    ]);
    if (queue.internalChannel !== null && link.internal === null) {
      const body = { kind: 'open-internal' as const, channel: queue.internalChannel };
      await tx.operations.append(link.id, [{ lane: 'slack', itemId: null, body }]);
    }
    const [was, became] = [route.queue, intake.queue];
    const kind = kindIn(world.rules, [became]);
    await tx.routing.correct(link.id, { how: 'moved', kind, was, became });
    await tx.deliveries.closeAll([id], 'moved');
    await tx.audit.record({
      kind: 'request.moved',
      actor: `slack:${intake.by}`,
      link: link.id,
      data: {
        from: route.queue,
        to: intake.queue,
        ticket: ticket.key,
        rule: route.rule,
        config: world.rules.configHash,
      },
    });
    await keepCardTrue(world, tx, link.id);
  });
}

/** Whatever the table sends to this queue is confidential. */
function isConfidential({ routing }: World['rules'], queue: string): boolean {
  const rules = routing.rules.filter((rule) => rule.queue === queue);
  return rules.length > 0 && rules.every(({ privacy }) => privacy === 'private');
}

/** Files that we did not put there: people find them on the old ticket. */
function agentFiles({ files }: TicketSnapshot, ours: ReadonlySet<string>): readonly string[] {
  return files.flatMap(({ id, name, visibility }) =>
    visibility === 'public' && !ours.has(id) ? [name] : [],
  );
}

function createOf(
  { queue, route, request, ticket, mover, requester }: Moving,
  story: MoveStory,
  done: readonly Carried[],
): NewOperation {
  const first = done.findLast(({ body }) => body.kind === 'create')?.body;
  const participants = first?.kind === 'create' ? first.participants : undefined;
  return {
    lane: 'ticket',
    itemId: null,
    body: {
      kind: 'create',
      target: queue.target,
      summary: request.summary,
      description: joinDocs(request.details, plainDoc(pastText(story))),
      requester,
      ...(participants === undefined ? {} : { participants }),
      tags: route.tags,
      ...(ticket.id === null
        ? {}
        : {
            moved: {
              ...{ connector: ticket.connector, ticket: ticket.id, key: story.key },
              ...{ queue: queue.title, actor: mover },
            },
          }),
    },
  };
}

/** What agents answered in public, with their names and times. */
function answersOf(
  { key, comments }: TicketSnapshot,
  said: ReadonlySet<string>,
  longest: number,
): readonly NewOperation[] {
  const quoted = comments.flatMap(({ id, author, createdAt, body, visibility }) =>
    said.has(id) && visibility === 'public' ? [{ author, at: createdAt, text: docText(body) }] : [],
  );
  if (quoted.length === 0) return [];
  return splitDoc(plainDoc(quotedText(key, quoted)), longest).map((part) => ({
    lane: 'ticket' as const,
    itemId: null,
    body: { kind: 'note' as const, text: docText(part), visibility: 'public' as const },
  }));
}

type Carried = Pick<Operation, 'itemId' | 'body'>;

/** What people of Slack had said and put there, as it stood at the end, each with its own time. */
function again(done: readonly Carried[], gone: ReadonlySet<string>): readonly NewOperation[] {
  const latest = new Map<string, Carried>();
  for (const one of done) {
    const { itemId, body } = one;
    if (itemId === null || gone.has(itemId)) continue;
    if (body.kind === 'comment') {
      // A message that became shorter has lost its last parts.
      for (let part = body.of + 1; latest.delete(`${itemId}:${part}`); ) part += 1;
      latest.set(`${itemId}:${body.part}`, one);
    }
    if (body.kind === 'attach') latest.set(itemId, one);
  }
  return [...latest.values()].flatMap(({ itemId, body }): NewOperation[] => {
    if (body.kind === 'attach' && !body.withdrawn) {
      const { sent, ...rest } = body;
      return [{ lane: 'ticket', itemId, body: rest }];
    }
    if (body.kind !== 'comment' || body.withdrawn) return [];
    const already = isDated(docText(body.body));
    const dated = already ? body.body : joinDocs(plainDoc(writtenAt(saidAt(body.ts))), body.body);
    return [{ lane: 'ticket', itemId, body: { ...body, body: dated } }];
  });
}
