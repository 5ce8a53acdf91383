import type { ConnectorId, SlackUser } from './ids.ts';

/** What a directory says of a person, as far as decisions may ask for it. */
export interface PersonFacts {
  readonly department: string | null;
  readonly groups: readonly string[];
  /** How the owner ranks people for support, in his own word, such as "vip". */
  readonly tier: string | null;
}

/** Of somebody of whom no directory told. */
export const NO_FACTS: PersonFacts = { department: null, groups: [], tier: null };

/** What a person may do beside asking for himself. Groups give roles, by the configuration. */
export const ROLES = ['responder', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** One person, as an export of an identity provider names him. */
export interface DirectoryPerson extends PersonFacts {
  /** His immutable id at the identity provider. */
  readonly id: string;
  readonly name: string;
  /** For suggestions only: an address never links anybody. */
  readonly email: string | null;
  readonly slack: SlackUser | null;
  /** His immutable id in each ticket system. */
  readonly accounts: ReadonlyMap<ConnectorId, string>;
  /** The provider's id of his manager. */
  readonly manager: string | null;
  /** False: he has left, and may do nothing any more. */
  readonly active: boolean;
}

/** How it became known that two ids are one person: he signed in with the other system, a directory or an operator said so. */
export type LinkedHow = 'sign-in' | 'import' | 'operator';
