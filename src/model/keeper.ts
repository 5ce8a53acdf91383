import { z } from 'zod';
import type { PayloadHash } from './approval.ts';

/** Somebody who looks after the policies: nothing of them changes without two of these. */
export const Keeper = z.strictObject({
  person: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,79}$/, {
      error: 'must be a name of letters, digits and . _ @ -, such as anna or anna@example.com',
    })
    .meta({ description: 'Who it is, as the audit log names him.' }),
  // The last character is written so that one key has one spelling.
  public_key: z
    .string()
    .regex(/^ed25519:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, {
      error: 'must be what "deskbridge policy key" printed: ed25519: and 43 characters',
    })
    .meta({ description: 'His public key, as `deskbridge policy key` printed it.' }),
});
export type Keeper = z.infer<typeof Keeper>;

/** Policies that two keepers have signed and a start has taken, and who keeps them from there on. */
export interface AcceptedPolicies {
  /** Counts up with every change that is signed, so that an older one cannot come back. */
  readonly number: number;
  /** Of everything that decides approvals. */
  readonly hash: PayloadHash;
  /** Empty: the owners have taken the rule away again. */
  readonly keepers: readonly Keeper[];
  readonly signers: readonly string[];
}
