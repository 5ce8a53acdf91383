import type { DeliveryId } from '../model/ids.ts';
import type { LinkedTicket, LinkStatus, NewOperation } from '../model/link.ts';
import type { Visibility } from '../model/ticket.ts';

/** An item to add to the ledger, with the operation that mirrors it (null: it stays on its side). */
export interface PlannedItem {
  readonly origin: 'slack' | 'ticket';
  readonly slackChannel: string | null;
  readonly slackTs: string | null;
  readonly commentId: string | null;
  readonly atMicros: number;
  readonly late: boolean;
  readonly visibility: Visibility;
}

/** What a plan asks for. All steps of a plan are written in one transaction, in order. */
export type Step =
  | { readonly do: 'item'; readonly item: PlannedItem; readonly mirror: NewOperation | null }
  | { readonly do: 'operate'; readonly operation: NewOperation }
  | { readonly do: 'ticket'; readonly ticket: LinkedTicket }
  | { readonly do: 'status'; readonly status: LinkStatus; readonly parkedReason: string | null }
  | { readonly do: 'close'; readonly delivery: DeliveryId; readonly reason: string }
  | {
      readonly do: 'record';
      readonly kind: string;
      readonly actor: string;
      readonly data: Readonly<Record<string, string | number | boolean | null>>;
    };

/** A notice of ours in the conversation. */
export function notice(text: string): Step {
  return {
    do: 'operate',
    operation: {
      lane: 'slack',
      itemId: null,
      body: { kind: 'post', author: null, text, comment: null, where: 'conversation' },
    },
  };
}
