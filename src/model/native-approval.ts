import { z } from 'zod';
import { ConnectorId } from './ids.ts';

/** Words of approvals that a ticket system itself waits for: its record decides, and ours follows it. */

/** `void`: nobody has to decide any more, because it was answered elsewhere, skipped or cancelled. */
export const RECORD_STATES = ['pending', 'approved', 'declined', 'void'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/**
 * Whose word a decision is. `person`: he whom the record names, or whoever stands in for him. `other`: an app, an integration user,
 * a rule, somebody else in his name, or whoever the system does not tell; it is nobody's own decision.
 */
export const DECIDERS = ['person', 'other'] as const;
export type Decider = (typeof DECIDERS)[number];

/** The record as it was read last. */
export const NativeRecord = z.strictObject({
  connector: ConnectorId,
  /** How the system knows it. */
  id: z.string().min(1),
  name: z.string(),
  state: z.enum(RECORD_STATES),
  approvers: z.array(
    z.strictObject({
      /** How the system knows him: account id, sys_id. */
      account: z.string(),
      name: z.string(),
      decision: z.enum(RECORD_STATES),
      /** Null while nothing is decided, or while nobody knows. */
      decidedBy: z.enum(DECIDERS).nullable(),
      /** Accounts that may decide in his place at this moment. */
      delegates: z.array(z.string()),
    }),
  ),
  /** Where a person decides himself. */
  url: z.string(),
  /** Why nobody can decide it from here; null when he can. */
  onlyThere: z.string().nullable(),
});
export type NativeRecord = z.infer<typeof NativeRecord>;

/** The word for those whom the record asks, beside those of `Approvers`. */
export const BY_RECORD = 'ticket-record';
/** What such a request is called, where ours have the owner's own word. */
export const NATIVE_KIND = 'ticket.approval';
