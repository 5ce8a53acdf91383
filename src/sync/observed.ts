import type { DeliveryId, SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Item, Link, Operation } from '../model/link.ts';
import type { TicketSnapshot } from '../model/ticket.ts';

/** What the world shows at one moment, as far as one link is concerned. */
export interface Observed {
  /** Slack deliveries that nobody has planned yet, in the order in which they came. */
  readonly deliveries: readonly { readonly id: DeliveryId; readonly intake: Intake }[];
  /** The ticket as it was just read; null when there was no reason to read it, `gone` when it is not there any more. */
  readonly ticket: TicketSnapshot | 'gone' | null;
}

/** What we know already, and what the decision needs from outside. */
export interface Known {
  readonly link: Link;
  readonly items: readonly Item[];
  readonly open: readonly Operation[];
  /** Comment ids and markers that are our own doing: how an echo is known. */
  readonly ours: ReadonlySet<string>;
  readonly names: ReadonlyMap<SlackUser, string>;
  /** People beside the requester who may change the status from Slack. */
  readonly responders: ReadonlySet<string>;
  readonly reopenDays: number;
  readonly now: Date;
}
