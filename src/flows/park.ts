import type { Link, Operation } from '../model/link.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
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
        },
      },
    ]);
  }
  await (operation.body.kind === 'card' ? giveUpCard(tx, world, link) : keepCardTrue(world, tx, link.id));
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
  const key = link.ticket?.key ?? 'the ticket';
  const later = blocks ? ' What you write now is kept and follows later.' : '';
  switch (operation.body.kind) {
    case 'create':
      return `I could not open a ticket for this yet; the request is kept.${later}`;
    case 'write':
    case 'run-approved':
      return `I could not change ${key}.`;
    case 'retire':
      return `${operation.body.key}, the old ticket, could not be told and closed.`;
    case 'attach':
      return `The file ${operation.body.file.name} did not reach ${key}.`;
    default:
      return `A ${edits ? 'change of a ' : ''}message of ${operation.body.kind === 'comment' ? operation.body.author : 'this thread'} did not reach ${key}.${later}`;
  }
}
