import type { NewDelivery } from '../../../src/model/delivery.ts';
import type { Clock } from '../memory/db.ts';

/** What may become of a call on its way to us. A press of a button is never lost silently: whoever presses sees an error. */
export const NETS = ['drop', 'double', 'delay'] as const;
export interface PlannedNet {
  readonly kind: (typeof NETS)[number];
  left: number;
  readonly ms: number;
}

/** The way of every event and hook to our door. */
export interface Office {
  send(delivery: NewDelivery): void;
  readonly planned: PlannedNet[];
  /** When the next one arrives; null when none is on its way. */
  next(): number | null;
  /** What has arrived by now. */
  arrived(): readonly NewDelivery[];
  /** Nobody opens until then: Slack tries again for some minutes, and then never; nobody repeats a press. */
  closeUntil(ms: number): void;
  readonly befell: Map<string, number>;
}

/** Slack gives up a delivery after its last retry. */
const GIVEN_UP_MS = 5 * 60_000;

export function createOffice(clock: Clock): Office {
  let waiting: { readonly at: number; readonly delivery: NewDelivery }[] = [];
  let closedUntil = 0;
  const planned: PlannedNet[] = [];
  const befell = new Map<string, number>();

  function post(delivery: NewDelivery, at: number): void {
    waiting.push({ at, delivery });
  }

  return {
    planned,
    befell,
    send(delivery) {
      const net = planned[0];
      if (net !== undefined) {
        net.left -= 1;
        if (net.left <= 0) planned.shift();
      }
      if (net !== undefined) befell.set(net.kind, (befell.get(net.kind) ?? 0) + 1);
      const pressed = delivery.type === 'interactive';
      if (net?.kind === 'drop' && !pressed) return;
      post(delivery, net?.kind === 'delay' ? clock.now + net.ms : clock.now);
      if (net?.kind === 'double') {
        post(delivery, clock.now);
        post(delivery, clock.now + net.ms);
      }
    },
    next: () =>
      waiting.length === 0 ? null : Math.max(closedUntil, Math.min(...waiting.map(({ at }) => at))),
    arrived() {
      if (waiting.length === 0) return [];
      if (clock.now < closedUntil) return [];
      const due = waiting.filter(({ at }) => at <= clock.now);
      waiting = waiting.filter(({ at }) => at > clock.now);
      return due.map(({ delivery }) => delivery);
    },
    closeUntil(ms) {
      closedUntil = ms;
      // What would have come meanwhile, and what still comes, meets a closed door.
      waiting = waiting.filter(({ at, delivery }) => {
        const lost = delivery.type === 'interactive' || ms - Math.max(at, clock.now) > GIVEN_UP_MS;
        return at > ms || !lost;
      });
    },
  };
}
