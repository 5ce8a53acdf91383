import type { HookReading, HookRequest } from '../connectors/connector.ts';
import { type Accept, type NewDelivery, ticketPartition } from '../model/delivery.ts';
import { ConnectorId } from '../model/ids.ts';
import type { Metrics } from '../model/metrics.ts';
import { NO_CONNECTOR } from '../texts/pages.ts';
import type { DoorReply, DoorRequest } from './door.ts';

export interface HookDoorDeps {
  /** The connector's `readHook`; null when there is no connector of that name. */
  readonly readHook: (connector: ConnectorId, hook: HookRequest) => HookReading | null;
  /** `no-install`: nobody who is served has the ticket, so nothing was kept. */
  readonly accept: (delivery: NewDelivery) => Promise<Awaited<ReturnType<Accept>> | 'no-install'>;
  readonly now: () => Date;
  readonly metrics: Metrics;
}

export type HookDoor = (connector: string, request: DoorRequest) => Promise<DoorReply>;

/** Where ticket systems knock. The connector knows how its system signs; what it accepts is stored as a hint. */
export function createHookDoor(deps: HookDoorDeps): HookDoor {
  const counted = (connector: string, result: string) =>
    deps.metrics.count('deskbridge_hook_total', { connector, result });

  return async (name, request) => {
    const connector = ConnectorId.safeParse(name);
    const reading = connector.success
      ? deps.readHook(connector.data, { headers: request.headers, body: request.body, now: deps.now() })
      : null;
    if (!connector.success || reading === null) {
      counted('unknown', 'no-connector');
      return { status: 404, body: NO_CONNECTOR };
    }
    if (reading.kind === 'refused') {
      counted(connector.data, 'refused');
      return { status: reading.status, body: reading.reason };
    }
    if (reading.ticket === null) {
      counted(connector.data, 'no-ticket');
      return { status: 200, body: null };
    }
    const verdict = await deps.accept({
      source: connector.data,
      key: reading.key,
      identity: null,
      partition: ticketPartition(connector.data, reading.ticket),
      type: 'hook',
      body: request.body,
    });
    counted(connector.data, verdict);
    return { status: 200, body: null };
  };
}
