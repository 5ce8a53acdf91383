import type { SlackChannel, SlackUser } from './ids.ts';
import type { PersonFacts } from './person.ts';

/** Words of routing that the rest of the program shares. */

/** What is done with a request. `ticket`: it lies in its queue, and that is all. */
export const FLOWS = ['ticket', 'answer', 'approval', 'hand-off', 'incident'] as const;
export type Flow = (typeof FLOWS)[number];

/** How much harm a request can do when it is read or granted by the wrong people, from little to much. */
export const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

/** Where a request came in. */
export const DOORS = [
  'channel',
  'direct-message',
  'message-shortcut',
  'emoji',
  'mention',
  'form',
  'home',
  'workflow',
] as const;
export type Door = (typeof DOORS)[number];

/** What routing knows of a request and a ticket may carry in fields of its own. */
export const TAG_NAMES = ['area', 'department', 'urgency', 'channel'] as const;
export type TagName = (typeof TAG_NAMES)[number];
export type Tags = Readonly<Partial<Record<TagName, string>>>;

/** The tags that are there, in their order. */
export function tagsIn(tags: Tags): readonly (readonly [TagName, string])[] {
  return TAG_NAMES.flatMap((name) => {
    const value = tags[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** What routing looked at besides the text, as it was known when the request came in. */
export interface RoutingFacts {
  readonly door: Door | null;
  readonly channel: SlackChannel | null;
  readonly form: Readonly<Record<string, string>>;
  readonly requester: SlackUser | null;
  /** Who sent it, where he asks for another; absent: the requester. */
  readonly sentBy?: SlackUser;
  /** What the organisation knows of the requester; null when it says nothing. */
  readonly person: PersonFacts | null;
  readonly urgent: boolean;
  readonly at: Date;
  /** What the classifier is sure of, or the person chose; null when nobody is. */
  readonly kind: string | null;
}

/** What a rule asks for beside the queue. */
export interface RouteYields {
  readonly flow: Flow;
  readonly risk: Risk;
  /** Approval policies that have to be kept, all of them. */
  readonly policies: readonly string[];
  /** Who may act on the request beside everybody's responders. */
  readonly responders: readonly SlackUser[];
  readonly tags: Tags;
  readonly group: string | null;
}

/** A request that nothing special is done with. */
export const PLAIN_YIELDS: RouteYields = {
  flow: 'ticket',
  risk: 'low',
  policies: [],
  responders: [],
  tags: {},
  group: null,
};
