import type { DeliveryId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import type { StoreTx } from '../store/store.ts';
import type { Step } from '../sync/steps.ts';

/** Writes down what a plan asks for; call it under the fence. */
export async function writeSteps(tx: StoreTx, link: Link, steps: readonly Step[]): Promise<void> {
  const closed = new Map<string, DeliveryId[]>();
  for (const step of steps) {
    if (step.do === 'close') closed.set(step.reason, [...(closed.get(step.reason) ?? []), step.delivery]);
    else await write(tx, link, step);
  }
  for (const [reason, deliveries] of closed) await tx.deliveries.closeAll(deliveries, reason);
}

async function write(tx: StoreTx, link: Link, step: Exclude<Step, { do: 'close' }>): Promise<void> {
  switch (step.do) {
    case 'item': {
      const itemId = await tx.items.add(link.id, step.item);
      return tx.operations.append(
        link.id,
        step.mirrors.map((mirror) => ({ ...mirror, itemId })),
      );
    }
    case 'item-change':
      await tx.items.change(step.item, step.change);
      return tx.operations.append(link.id, step.mirrors);
    case 'operate':
      return tx.operations.append(link.id, [step.operation]);
    case 'operate-once':
      if (await tx.said.once(step.subject, 'told')) await tx.operations.append(link.id, [step.operation]);
      return;
    case 'replace':
      return tx.operations.replace(step.operation, step.body);
    case 'drop':
      return tx.operations.skip(step.operation, step.reason);
    case 'adopt':
      return tx.parked.adopt(step.operation, step.remote);
    case 'ticket':
      return tx.links.saveTicket(link.id, step.ticket);
    case 'status':
      return tx.links.setStatus(
        link.id,
        step.status,
        step.parkedReason === null ? null : { why: 'gone', reason: step.parkedReason },
      );
    case 'watch':
      return tx.watchers.set(link.id, step.user, step.on);
    case 'alarm':
      return tx.acts.raise(link.id, step.kind);
    case 'hurry':
      return tx.operations.lookAgain(step.operation, 0);
    case 'own-change-over':
      return tx.links.setOwnChange(link.id, null);
    case 'record':
      return tx.audit.record({ kind: step.kind, actor: step.actor, link: link.id, data: step.data });
  }
}
