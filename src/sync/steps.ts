import type { DeliveryId } from '../model/ids.ts';
import type { LinkedTicket, LinkStatus, NewItem, NewOperation } from '../model/link.ts';

/** What a plan asks for. All steps of a plan are written in one transaction, in order. */
export type Step =
  /** Goes into the ledger, with the operation that mirrors it (null: it stays on its side). */
  | { readonly do: 'item'; readonly item: NewItem; readonly mirror: NewOperation | null }
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
