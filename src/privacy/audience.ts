/** Who can read a conversation in Slack. */
export interface SlackPlace {
  /** `public`: everybody in the workspace; `private`: its members; `group`: a few; `direct`: one person and the app. */
  readonly kind: 'public' | 'private' | 'group' | 'direct';
  /** People of other companies are in it, or are invited (Slack Connect); a direct message with one of them is, too. */
  readonly shared: boolean;
}

/** How a channel wants its requests answered. */
export type Answers = 'thread' | 'ephemeral' | 'direct';

/**
 * `card`: fields of the ticket. `notice`: a sentence about it. `words`: a public comment or file. `internal`: what agents
 * say among themselves.
 */
export type Carried = 'card' | 'notice' | 'words' | 'internal';

export interface Sending {
  readonly carried: Carried;
  readonly place: SlackPlace;
  /** The owner lets guests and people of other companies ask in this place. */
  readonly outsiders: boolean;
  /** Fewer people may read the ticket than its project (a security level), so nobody knows whether the readers here may. */
  readonly restricted: boolean;
  /** The routing table found it confidential. */
  readonly confidential: boolean;
  /** The agents of the queue in which the request lies now talk there. */
  readonly agents: boolean;
  readonly answers: Answers;
}

export type BlockedWhy = 'internal' | 'restricted' | 'confidential' | 'shared';

/** `link`: only that there is something, and where. `ephemeral`: the same, to the person who asked alone. */
export type Verdict =
  | { readonly kind: 'go' | 'link' | 'ephemeral' }
  | { readonly kind: 'block'; readonly why: BlockedWhy };

const GO: Verdict = { kind: 'go' };
const LINK: Verdict = { kind: 'link' };
const block = (why: BlockedWhy): Verdict => ({ kind: 'block', why });

/** Compares who can read the place with who can read the ticket, before every send to Slack. */
export function decideSend(sending: Sending): Verdict {
  const { carried, place, outsiders, restricted, confidential, agents, answers } = sending;
  if (carried === 'internal') {
    const among = (place.kind === 'private' || place.kind === 'group') && !place.shared;
    if (!among) return block('internal');
    // What is confidential is no business of the agents of another queue.
    return confidential && !agents ? block('confidential') : GO;
  }
  if (restricted) return carried === 'words' ? block('restricted') : LINK;
  // Whatever a channel's rules say, between one person and the app there is nobody else.
  if (place.kind === 'direct') return carried === 'card' && place.shared ? LINK : GO;
  // Somebody found it confidential after its conversation had begun: who asked is told alone that there is an answer.
  if (confidential && !place.shared) return carried === 'words' ? { kind: 'ephemeral' } : LINK;
  if (confidential) return carried === 'words' ? block('confidential') : LINK;
  if (place.shared) {
    // Who may ask here may read the answers to it; the ticket's own fields are nobody's outside the company.
    if (carried === 'card') return LINK;
    if (!outsiders) return carried === 'words' ? block('shared') : LINK;
  }
  if (carried === 'words' && answers !== 'thread') return { kind: 'ephemeral' };
  return GO;
}

/** Where a new request goes on. What is confidential goes on in a direct message, whatever the channel's rules say. */
export function decideHome(asked: {
  readonly confidential: boolean;
  readonly answers: Answers;
}): 'thread' | 'direct' {
  return asked.confidential || asked.answers === 'direct' ? 'direct' : 'thread';
}

/**
 * May a ticket's card stand below a link to it? Only where everybody reads of the request anyway: in the channel of its own
 * thread, among the agents of its queue, and between the app and somebody whose it is or who answers it. A link posted
 * anywhere else is a link.
 */
export function decideUnfurl(asked: {
  /** What `decideSend` says of a card in that place. */
  readonly card: Verdict;
  /** What it says of the agents' own words, where the place is the agents' channel; null elsewhere. */
  readonly internal: Verdict | null;
  readonly isOwnThread: boolean;
  readonly isDirect: boolean;
  /** Whoever posted the link asked for it, or answers it. */
  readonly isHis: boolean;
  readonly confidential: boolean;
  readonly restricted: boolean;
}): boolean {
  const { card, internal, isOwnThread, isDirect, isHis, confidential, restricted } = asked;
  if (restricted || card.kind !== 'go') return false;
  if (isDirect) return isHis;
  if (confidential) return false;
  return isOwnThread || internal?.kind === 'go';
}

/** By the kind of the request, else the channel's default, else the thread. */
export function answersFor(rules: Readonly<Record<string, Answers>> | undefined, kind: string): Answers {
  return rules?.[kind] ?? rules?.['default'] ?? 'thread';
}

/** What somebody is in the workspace. */
export type Standing = 'member' | 'guest' | 'stranger';

/** Who is no member may ask where he is let, and changes nothing. */
export function mayAct(standing: Standing): boolean {
  return standing === 'member';
}
