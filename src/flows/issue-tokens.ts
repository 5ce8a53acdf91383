import { TOKEN_MS } from '../approvals/token.ts';
import type { Approval, ApprovalId, Decision } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { TokenFor } from '../store/approval-tokens.ts';
import type { World } from './world.ts';

/** Tokens for both decisions of one person; they end soon, and others are given whenever he looks again. */
export interface Issued {
  readonly approve: string;
  readonly deny: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What he is shown: his tokens are good for that version in that step, and for no other. */
export type ShownVersion = Pick<Approval, 'hash' | 'round' | 'at'>;

/**
 * Null when nothing is to be decided any more, or something else than what he is shown. Whether he may decide is asked when
 * he does.
 */
export async function issueTokens(
  world: World,
  asked: {
    readonly approval: ApprovalId;
    readonly by: PrincipalId;
    readonly surface: TokenFor['surface'];
    readonly shown: ShownVersion;
  },
): Promise<Issued | null> {
  const { approvals: approving } = world;
  if (approving === undefined) return null;
  return world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(asked.approval);
    if (held === null || held.approval.status !== 'open' || !isVersion(held.approval, asked.shown))
      return null;
    const { request, hash, round, at, steps } = held.approval;
    const ends = [held.now + TOKEN_MS[request.risk], request.expires_at, steps[at]?.deadline ?? Infinity];
    const until = Math.min(...ends);
    const give = async (decision: Decision) => {
      const claims = {
        ...{ wf: held.id, rnd: round, step: at, ph: hash, apr: asked.by },
        ...{ dec: decision, aud: asked.surface, exp: until },
      };
      const { token, jtiHash } = approving.tokens.sign(claims);
      const row = { approval: held.id, round, step: at, principal: asked.by, decision, hash };
      await tx.approvals.tokens.add(jtiHash, { ...row, surface: asked.surface, until });
      return token;
    };
    return { approve: await give('approve'), deny: await give('deny'), until };
  });
}

const isVersion = (one: ShownVersion, shown: ShownVersion): boolean =>
  one.hash === shown.hash && one.round === shown.round && one.at === shown.at;
