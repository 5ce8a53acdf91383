import type pg from 'pg';
import { z } from 'zod';
import { type AcceptedPolicies, Keeper } from '../../model/keeper.ts';
import type { DatabaseNotes } from './notes.ts';

/** What the signatures of the file are worth, given what was accepted last. */
export type PoliciesSeen = (accepted: AcceptedPolicies | null) => {
  readonly kind: 'no-keepers' | 'signed' | 'unsigned';
  readonly text: string;
};

// A word that stands for a hash is checked where policies are accepted; here it is only compared.
const Row = z.object({
  number: z.int(),
  hash: z.custom<AcceptedPolicies['hash']>((value) => typeof value === 'string'),
  keepers: z.array(Keeper),
  signers: z.array(z.string()),
});
const Told = z.object({ number: z.string(), hash: z.string(), keepers: z.string() });

/** Whether two keepers have signed the file, and whether what is in force is what the audit says was accepted. */
export async function lookAtPolicies(
  notes: DatabaseNotes,
  client: pg.Client,
  { id, policies }: { readonly id: string; readonly policies: PoliciesSeen },
): Promise<void> {
  const there = await client.query(`select to_regclass('policy_keepers') is not null as found`);
  if (there.rows[0]?.found !== true) return notes.unseen('database.policies', 'the schema is older');
  const rows = await client.query(
    'select number, hash, keepers, signers from policy_keepers where install_id = $1',
    [id],
  );
  const accepted = rows.rows[0] === undefined ? null : Row.parse(rows.rows[0]);
  if (!(await isAudited(client, id, accepted)))
    return notes.problem('database.policies', 'not-audited', {
      wrong:
        'The keepers or policies that are in force are not those that the audit says were accepted last.',
    });
  const { kind, text } = policies(accepted);
  if (kind === 'unsigned') notes.problem('database.policies', 'unsigned', { wrong: text });
  else if (kind === 'signed') notes.passed('database.policies', text);
  else notes.unseen('database.policies', text);
}

/** A row that somebody changed by hand has no event of its own. */
async function isAudited(client: pg.Client, id: string, accepted: z.infer<typeof Row> | null) {
  const found = await client.query(
    `select data->>'number' as number, data->>'hash' as hash, data->>'keepers' as keepers from audit_event
     where install_id = $1 and kind = 'policies.accepted' order by at desc, id desc limit 1`,
    [id],
  );
  const told = found.rows[0] === undefined ? null : Told.parse(found.rows[0]);
  if (told === null || accepted === null) return told === null && accepted === null;
  const keepers = z.array(Keeper).safeParse(JSON.parse(told.keepers));
  return (
    told.number === String(accepted.number) &&
    told.hash === accepted.hash &&
    keepers.success &&
    JSON.stringify(keepers.data) === JSON.stringify(accepted.keepers)
  );
}
