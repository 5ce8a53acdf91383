import { judgePolicies, type PolicyState, type SignedPolicies, unsignedText } from '../approvals/keepers.ts';
import type { StoreTx } from '../store/store.ts';

/**
 * Takes the policies of a configuration, or says in a sentence why not: once keepers were accepted, nothing counts that two of
 * them have not signed, a new list of keepers least of all. What is taken anew is written into the audit.
 */
export async function acceptPolicies(
  tx: StoreTx,
  { state, signed }: { readonly state: PolicyState; readonly signed: readonly SignedPolicies[] },
  actor: string,
): Promise<{ readonly kind: 'taken' } | { readonly kind: 'refused'; readonly why: string }> {
  const judged = judgePolicies(state, signed, await tx.policyKeepers.hold());
  if (judged.kind === 'unsigned') return { kind: 'refused', why: unsignedText(judged) };
  if (judged.kind === 'signed') {
    const { accepted, authority, signatures } = judged;
    const proof = { authority: JSON.stringify(authority), signatures: JSON.stringify(signatures) };
    await tx.policyKeepers.accept(accepted, { actor, ...proof });
  }
  return { kind: 'taken' };
}
