import type { Conversation } from './link.ts';

/**
 * What a place is to its link. `origin`: where a request began that went on in a direct message; `follower`: a thread in which
 * the same was asked again.
 */
export const PLACE_ROLES = ['primary', 'origin', 'internal', 'follower'] as const;
export type PlaceRole = (typeof PLACE_ROLES)[number];
export interface LinkPlace extends Conversation {
  readonly role: PlaceRole;
}
