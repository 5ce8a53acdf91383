import type { Approval, Decision } from '../../model/approval.ts';
import type { PrincipalId, SlackUser } from '../../model/ids.ts';
import { revealed } from '../../model/remarks.ts';
import { UNKNOWN_PERSON } from '../../texts/approvals.ts';
import { inertMrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** Somebody as approvers read him. */
export interface Named {
  readonly name: string;
  /** Null where he is not in Slack. */
  readonly slack: SlackUser | null;
}

/** A message that would be sent, as it would be sent. */
export interface MessageShown {
  readonly text: string;
  readonly recipients: readonly string[];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** One field before and after. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A request for a decision with everything that its reader needs. */
export interface ApprovalShown {
  readonly id: string;
  readonly approval: Approval;
  /** Eight characters, the same as on the ticket. */
  readonly fingerprint: string;
  /** As the owner describes what is asked for. */
  readonly kind: {
    readonly title: string;
    readonly domain: string;
    readonly ifWrong: string;
    readonly blocksPerson: boolean;
    /** The words for both decisions; null: the usual ones. */
    readonly outcomes: Readonly<Record<Decision, string | null>>;
  };
  /** Everybody whom the request names and who voted. Who is missing is shown as unknown. */
  readonly people: ReadonlyMap<PrincipalId, Named>;
  readonly ticket: { readonly key: string; readonly url: string | null; readonly summary: string };
  readonly policy: { readonly owner: string | null; readonly url: string | null };
  /** Of what would be sent to somebody; null where nothing is. */
  readonly message: MessageShown | null;
  /** What was asked and decided before, the latest first. */
  readonly related: readonly { readonly text: string; readonly url: string | null }[];
  /** Id of the audit entry of the request; null before there is one. */
  readonly audit: string | null;
  /** What became different since it was asked before; empty for what was asked once. */
  readonly since: readonly FieldChange[];
  /** What approvers wanted to know, the oldest first. */
  readonly questions: readonly {
    readonly by: PrincipalId;
    readonly question: string;
    readonly answer: string | null;
  }[];
  /** Whom the open step was asked of. */
  readonly asked: readonly PrincipalId[];
  /** Nothing would be changed, whatever is decided. */
  readonly simulated: boolean;
  /** Only some may open its ticket: Slack shows nothing of what was asked for. */
  readonly restricted: boolean;
  /** Why whoever reads this card is shown nothing but what it is called and where it is; absent: he is shown it. */
  readonly hidden?: Hidden;
}

/** `channel`: others can read the place where it stands. `not-asked`: it is not asked of him any more. */
export type Hidden = 'channel' | 'not-asked';

export type Instead = 'risk' | 'hidden' | 'nowhere' | 'theirs';

/** What can be pressed. Every value is opaque here: whoever made it reads it again. */
export interface ApprovalButtons {
  /** The named ways to decide, approve and deny where the request names none. At most five. */
  readonly outcomes: readonly {
    readonly decision: Decision;
    /** Null: the usual word. */
    readonly label: string | null;
    readonly value: string;
  }[];
  /** Null: it cannot be pressed. */
  readonly needsInfo: string | null;
  readonly escalate: string | null;
  readonly look: string | null;
  /** Nobody decides on the card: the difference has to be opened first. */
  readonly lookFirst: boolean;
  /** Where it is decided, because whoever decides has to sign in afresh; null: here. */
  readonly page: string | null;
  /**
   * Why it is not decided here. `risk`: it wants a fresh sign-in; `hidden`, `nowhere`: only some may open its ticket, and there
   * is a page, or none; `theirs`: the record of the ticket system decides, on a page of its own.
   */
  readonly instead?: Instead;
}

const LONGEST_NAME = 120;

export const nameIn = ({ people }: ApprovalShown, id: PrincipalId): string =>
  people.get(id)?.name ?? UNKNOWN_PERSON;

/** Who he is in mrkdwn: by his own Slack profile where he has one, because a name can be chosen. */
export function personIn({ people }: ApprovalShown, id: PrincipalId): string {
  const named = people.get(id);
  if (named === undefined) return UNKNOWN_PERSON;
  return named.slack === null ? inertValue(named.name, LONGEST_NAME) : `<@${named.slack}>`;
}

/** Foreign words inside our own mrkdwn: on one line, inert, and with nothing in it that nobody sees. */
export const inertValue = (text: string, longest: number): string => inertMrkdwn(revealed(text), longest);

/** The same as a link, where there is a web address. */
export function linkValue(url: string | null, text: string, longest: number): string {
  const link = url === null ? '' : mrkdwnLink(url, revealed(text), longest);
  return link.startsWith('<') ? link : inertValue(text, longest);
}

/** Foreign words where Slack reads no markup at all, such as on a button; never empty, because Slack takes no empty one. */
export function plainValue(text: string, longest: number): string {
  let written = '';
  for (const char of revealed(text).replace(/\s+/g, ' ').trim()) {
    if (written.length + char.length >= longest) return `${written}…`;
    written += char;
  }
  return written === '' ? '…' : written;
}

/** Until when the open step can be decided; null: for ever. */
export function decideUntil({ steps, at, request, status }: Approval): number | null {
  if (status !== 'open') return null;
  return Math.min(request.expires_at, steps[at]?.deadline ?? Number.POSITIVE_INFINITY);
}

/** A moment that every reader sees on his own clock (docs.slack.dev, "Formatting text", dates). */
export function liveDate(at: number): string {
  const fallback = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}
