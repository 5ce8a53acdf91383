import { type Issued, issueTokens } from '../../src/flows/issue-tokens.ts';
import type { World } from '../../src/flows/world.ts';
import type { ApprovalId } from '../../src/model/approval.ts';
import type { PrincipalId } from '../../src/model/ids.ts';

type Asked = Parameters<typeof issueTokens>[1];

/** Tokens for what stands there now: whoever gets them was shown it. */
export async function issueNow(
  world: World,
  asked: { readonly approval: ApprovalId; readonly by: PrincipalId; readonly surface: Asked['surface'] },
): Promise<Issued | null> {
  const record = await world.store.approvals.get(asked.approval);
  return record === null ? null : issueTokens(world, { ...asked, shown: record.approval });
}
