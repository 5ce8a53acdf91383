import { sql } from 'kysely';
import { z } from 'zod';
import { PayloadHash } from '../model/approval.ts';
import { type AcceptedPolicies, Keeper } from '../model/keeper.ts';
import { createAudit } from './audit.ts';
import type { Scope } from './scope.ts';

const Accepted = z.object({
  number: z.int(),
  hash: PayloadHash,
  keepers: z.array(Keeper),
  signers: z.array(z.string()),
});

/** Policies that were signed by enough people, the last of them alone; the audit has them all. */
export function createPolicyKeepers(scope: Scope) {
  const { db, install } = scope;

  /** Null before the first. */
  async function accepted(): Promise<AcceptedPolicies | null> {
    const found = await sql`select number, hash, keepers, signers from policy_keepers
      where install_id = ${install}`.execute(db);
    return found.rows[0] === undefined ? null : Accepted.parse(found.rows[0]);
  }

  return {
    accepted,

    /** The same, and until the transaction ends nobody else accepts any. */
    async hold(): Promise<AcceptedPolicies | null> {
      await sql`select from install where id = ${install} for update`.execute(db);
      return accepted();
    },

    /** `proof`: whose signatures were counted, and the signatures, so that anybody can count them again. */
    async accept(
      { number, hash, keepers, signers }: AcceptedPolicies,
      {
        actor,
        ...proof
      }: { readonly actor: string; readonly authority: string; readonly signatures: string },
    ): Promise<void> {
      const [people, by] = [JSON.stringify(keepers), JSON.stringify(signers)];
      await sql`insert into policy_keepers (install_id, number, hash, keepers, signers)
        values (${install}, ${number}, ${hash}, ${people}::jsonb, ${by}::jsonb)
        on conflict (install_id) do update set number = excluded.number, hash = excluded.hash,
          keepers = excluded.keepers, signers = excluded.signers, accepted_at = deskbridge_now()`.execute(db);
      await createAudit(scope).record({
        ...{ kind: 'policies.accepted', actor, link: null },
        data: { number, hash, keepers: people, by, ...proof },
      });
    },
  };
}
