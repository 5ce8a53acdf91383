import { sql } from 'kysely';
import type { ApprovalId, Decision, PayloadHash, Surface } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** What one token allows: one decision of one person about one version of one step, at one kind of place, until then. */
export interface TokenFor {
  readonly approval: ApprovalId;
  readonly round: number;
  readonly step: number;
  readonly principal: PrincipalId;
  readonly decision: Decision;
  readonly hash: PayloadHash;
  readonly surface: Extract<Surface, 'card' | 'home' | 'web'>;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What became of a token that somebody used. `unknown`: never given out here, or forgotten since it can do nothing any more. */
export type Consumed = 'consumed' | 'used' | 'expired' | 'unknown';

/** Of each token only the SHA-256 of its random number is known here. */
export function createApprovalTokens({ db, install }: Scope) {
  return {
    async add(jtiHash: Buffer, token: TokenFor): Promise<void> {
      await sql`insert into approval_token (install_id, jti_hash, approval_id, round, step, principal, decision, hash, surface, expires_at)
        values (${install}, ${jtiHash}, ${token.approval}, ${token.round}, ${token.step}, ${token.principal},
          ${token.decision}, ${token.hash}, ${token.surface}, ${new Date(token.until)})`.execute(db);
    },

    /** Uses it up, in the transaction of the vote: rolled back together, or not at all. */
    async consume(jtiHash: Buffer, token: Omit<TokenFor, 'until'>): Promise<Consumed> {
      const same = sql`install_id = ${install} and jti_hash = ${jtiHash} and approval_id = ${token.approval}
        and round = ${token.round} and step = ${token.step} and principal = ${token.principal}
        and decision = ${token.decision} and hash = ${token.hash} and surface = ${token.surface}`;
      const used = await sql`update approval_token set used_at = deskbridge_now()
        where ${same} and used_at is null and deskbridge_now() < expires_at returning 1`.execute(db);
      if (used.rows.length > 0) return 'consumed';
      const found = await sql<{
        used: boolean;
      }>`select used_at is not null as used from approval_token where ${same}`.execute(db);
      const [row] = found.rows;
      if (row === undefined) return 'unknown';
      return row.used ? 'used' : 'expired';
    },

    /** What ended so many days ago says nothing to anybody. */
    async forget(days: number): Promise<void> {
      await sql`delete from approval_token where install_id = ${install}
        and expires_at < deskbridge_now() - make_interval(days => ${days})`.execute(db);
    },
  };
}
