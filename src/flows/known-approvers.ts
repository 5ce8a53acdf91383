import type { PrincipalId } from '../model/ids.ts';
import type { NativeRecord } from '../model/native-approval.ts';
import type { StoreTx } from '../store/store.ts';

/** Whom of its approvers we know, by their accounts. */
export async function knownApprovers(tx: StoreTx, { connector, approvers }: NativeRecord) {
  const found = new Map<string, PrincipalId>();
  for (const { account } of approvers) {
    const person = await tx.principals.of({ system: connector, id: account });
    if (person !== null) found.set(account, person.id);
  }
  return found;
}
