import type { DeliveryId, OperationId, SlackChannel, SlackUser } from '../model/ids.ts';
import type { SlackMessage } from '../model/intake.ts';
import type { ItemChange, NewItem } from '../model/item.ts';
import type { AlarmKind, LinkedTicket, LinkStatus, NewOperation, OperationBody } from '../model/link.ts';
import { NOBODY_SAYS_WHO, outsidersMayNotAct } from '../texts/audience.ts';
import { secretWarning } from '../texts/redaction.ts';
import type { Known } from './observed.ts';

/** What a plan asks for. All steps of a plan are written in one transaction, in order. */
export type Step =
  /** Goes into the ledger, with the operations that mirror it (none: it stays on its side). */
  | { readonly do: 'item'; readonly item: NewItem; readonly mirrors: readonly NewOperation[] }
  /** What became known of an item later, with the operations that bring its copies up to it. */
  | {
      readonly do: 'item-change';
      readonly item: string;
      readonly change: ItemChange;
      readonly mirrors: readonly NewOperation[];
    }
  | { readonly do: 'operate'; readonly operation: NewOperation }
  /** The same, unless it was done about this subject before. */
  | { readonly do: 'operate-once'; readonly subject: string; readonly operation: NewOperation }
  /** An operation that was not sent yet says something else, or lost its reason. */
  | { readonly do: 'replace'; readonly operation: OperationId; readonly body: OperationBody }
  | { readonly do: 'drop'; readonly operation: OperationId; readonly reason: string }
  /** What was given up in doubt is there after all, under this id: so it is ours. */
  | { readonly do: 'adopt'; readonly operation: OperationId; readonly remote: string }
  | { readonly do: 'ticket'; readonly ticket: LinkedTicket }
  | { readonly do: 'status'; readonly status: LinkStatus; readonly parkedReason: string | null }
  /** Somebody wants to hear of the request, or not any more. */
  | { readonly do: 'watch'; readonly user: SlackUser; readonly on: boolean }
  /** Somebody said that it cannot wait, or that he wants a person; not too often. */
  | { readonly do: 'alarm'; readonly kind: AlarmKind }
  /** What waits for its time runs now. */
  | { readonly do: 'hurry'; readonly operation: OperationId }
  /** The change that somebody made from Slack has shown, or never will. */
  | { readonly do: 'own-change-over' }
  | { readonly do: 'close'; readonly delivery: DeliveryId; readonly reason: string }
  | {
      readonly do: 'record';
      readonly kind: string;
      readonly actor: string;
      readonly data: Readonly<Record<string, string | number | boolean | null>>;
    };

/** A notice of ours in the conversation; `link`: where the thing is that it tells of. */
export function notice(
  text: string,
  link: Extract<OperationBody, { kind: 'post' }>['link'] | null = null,
): Step {
  const body = { kind: 'post' as const, text, where: 'conversation' as const };
  return {
    do: 'operate',
    operation: { lane: 'slack', itemId: null, body: link == null ? body : { ...body, link } },
  };
}

/** News for everybody who watches, but not for whoever brought them about. */
export function tellWatchers(
  watchers: ReadonlySet<SlackUser>,
  text: string,
  but: SlackUser | null = null,
): Step[] {
  return [...watchers].flatMap((user): Step[] =>
    user === but
      ? []
      : [{ do: 'operate', operation: { lane: 'slack', itemId: null, body: { kind: 'tell', user, text } } }],
  );
}

/** A few words to one person only: where he asked, or in a direct message where nobody knows where that was. */
export function whisper(user: SlackUser, channel: SlackChannel | null, text: string): Step {
  return {
    do: 'operate',
    operation: { lane: 'slack', itemId: null, body: { kind: 'whisper', user, channel, text } },
  };
}

/** Why he may change nothing here; null when nothing is known against it. */
export function mayNotAct({ outsiders, unverified }: Pick<Known, 'outsiders' | 'unverified'>, by: SlackUser) {
  if (outsiders?.has(by) === true) return outsidersMayNotAct;
  return unverified?.has(by) === true ? NOBODY_SAYS_WHO : null;
}

/** Whoever wrote a secret is told so in private, once for each message, however often he edits it. */
export function warnOfSecrets(message: SlackMessage): Step[] {
  const { redacted = [], bot, user, channel, ts } = message;
  if (redacted.length === 0 || bot !== null) return [];
  const body = { kind: 'whisper' as const, user, channel, text: secretWarning(redacted) };
  return [
    {
      do: 'operate-once',
      subject: `secret:${channel}:${ts}`,
      operation: { lane: 'slack', itemId: null, body },
    },
  ];
}
