import type { BodyOf, Link, Operation } from '../model/link.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
import {
  decisionNotThere,
  editNotThere,
  fileNotThere,
  KEPT_FOR_LATER,
  messageNotThere,
  NOT_OPENED,
  notChanged,
  notRetired,
  THIS_THREAD,
} from '../texts/carrying.ts';
import { ticketName } from '../texts/names.ts';
import { cardHash, cardOf, keepCardTrue } from './card.ts';
import { subjectOf } from './point-back.ts';
import type { World } from './world.ts';

/** Where we are: one operation of one link, under one lease. */
export interface Running {
  readonly world: World;
  readonly lease: Lease;
  readonly link: Link;
  readonly operation: Operation;
}

interface Stop {
  /** Nothing behind it in its lane may run. */
  readonly blocks: boolean;
  /** `doubtful`: it may have happened, so whoever tries it again looks it up first. */
  readonly effect: 'none' | 'doubtful';
  /** It would have changed what stands there already. */
  readonly edits?: boolean;
  /** What somebody filled in can be corrected: what was wrong with single fields, by the ids that the ticket system knows. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** Stopped on purpose, visibly: in the thread, on the card, in the audit, in `deskbridge parked`. */
export async function park(running: Running, reason: string, stop: Stop): Promise<void> {
  const { world, lease, link, operation } = running;
  if (operation.body.kind === 'backlink') return leaveOut(running, reason);
  await world.store.fenced(lease, (tx) => parkIn(tx, running, { reason, ...stop }));
  world.metrics.count('deskbridge_operations_parked', { kind: operation.body.kind });
  world.log.warn(
    { link: link.id, operation: operation.id, kind: operation.body.kind, reason },
    'An operation was parked',
  );
}

/** The ticket works without it: nobody waits for it and nothing is stopped; the operator is told once. */
export async function leaveOut({ world, lease, link, operation }: Running, reason: string): Promise<void> {
  const connector = link.route?.connector ?? 'none';
  const isNew = await world.store.fenced(lease, async (tx) => {
    await tx.operations.skip(operation.id, reason);
    return tx.said.once(subjectOf(connector), 'left-out');
  });
  world.metrics.count('deskbridge_backlinks_left_out', { connector });
  if (!isNew) return;
  world.log.warn(
    { connector, link: link.id, reason },
    'Tickets do not show their threads as links; everything else works. deskbridge doctor says which permission is missing',
  );
}

async function parkIn(
  tx: StoreTx,
  { world, link, operation }: Running,
  { reason, ...stop }: Stop & { readonly reason: string },
): Promise<void> {
  const { blocks, effect } = stop;
  await tx.operations.park(operation.id, { reason, blocks, doubtful: effect === 'doubtful' });
  await tx.audit.record({
    kind: `${operation.body.kind}.parked`,
    actor: 'deskbridge',
    link: link.id,
    data: { operation: operation.id, reason },
  });
  if (blocks) await tx.links.setStatus(link.id, 'parked', { why: 'operation', reason });
  const { fields } = stop;
  const typed = operation.body.kind === 'create' && fields !== undefined ? operation.body.typed : undefined;
  if (operation.body.kind === 'create' && typed !== undefined) {
    await tx.parked.edit(operation.id, { ...operation.body, typed: { ...typed, refused: fields ?? {} } });
    world.renewForm?.(typed.name);
  }
  if (operation.lane === 'ticket') {
    const text = `${consequence(operation, link, stop)} ${reason}`;
    await tx.operations.append(link.id, [
      {
        lane: 'slack',
        itemId: null,
        body: {
          ...{ kind: 'post', text, where: audienceOf(operation) },
          ...(typed === undefined ? {} : { fillAgain: true }),
          ...stepAgain(operation, reason, fields),
        },
      },
    ]);
  }
  await (operation.body.kind === 'card' ? giveUpCard(tx, world, link) : keepCardTrue(world, tx, link.id));
}

/** A step that was refused as a whole can be corrected, too. */
function stepAgain(
  { body }: Operation,
  reason: string,
  fields: Stop['fields'],
): Pick<BodyOf<'post'>, 'stepAgain'> {
  if (body.kind !== 'write' || body.step === undefined) return {};
  return { stepAgain: { step: body.step, reason, refused: fields ?? {} } };
}

/** That an agent wrote an internal note is no business of whoever asked. */
function audienceOf({ body }: Operation): 'conversation' | 'internal' {
  return body.kind === 'comment' && body.visibility === 'internal' ? 'internal' : 'conversation';
}

/** An edit that was refused is not asked for again and again: only when there is something else to show. */
async function giveUpCard(tx: StoreTx, world: World, link: Link): Promise<void> {
  const card = cardOf(world, link);
  if (card !== null && link.card !== null) await tx.links.setCard(link.id, link.card, cardHash(card));
}

function consequence(operation: Operation, link: Link, { blocks, edits = false }: Stop): string {
  const key = ticketName(link.ticket?.key);
  const later = (text: string) => (blocks ? `${text} ${KEPT_FOR_LATER}` : text);
  switch (operation.body.kind) {
    case 'create':
      return later(NOT_OPENED);
    case 'write':
    case 'run-approved':
      return notChanged(key);
    case 'answer-approval':
      return decisionNotThere(key);
    case 'retire':
      return notRetired(operation.body.key);
    case 'attach':
      return fileNotThere(operation.body.file.name, key);
    default: {
      const author = operation.body.kind === 'comment' ? operation.body.author : THIS_THREAD;
      return later(edits ? editNotThere(author, key) : messageNotThere(author, key));
    }
  }
}
