/** Steps of a ticket that its system did not take: what was said of them last, and whether that still matters. */
import { sql } from 'kysely';
import type { LinkId, OperationId } from '../model/ids.ts';
import type { OperationBody } from '../model/link.ts';
import type { RefusedStep } from '../model/step.ts';
import type { Scope } from './scope.ts';

/** Of a link that is talked about a lot, nobody corrects what was refused before so many notices. */
export const LAST_NOTICES = 30;

type BodyAt = (id: OperationId, payload: Buffer) => OperationBody;

/** Done later, these leave nothing to correct: the same step, or a ticket that has steps of its own. */
export function makesPast({ step }: RefusedStep, done: OperationBody): boolean {
  return done.kind === 'create' || (done.kind === 'write' && done.step?.id === step.id);
}

export async function refusedStep(
  { db, install }: Scope,
  link: LinkId,
  bodyOf: BodyAt,
): Promise<RefusedStep | null> {
  const found = await sql<{ id: OperationId; payload: Buffer; created_at: Date }>`
    select id, payload, created_at from operation
    where install_id = ${install} and link_id = ${link} and lane = 'slack' and kind = 'post'
    order by seq desc limit ${LAST_NOTICES}`.execute(db);
  for (const { id, payload } of found.rows) {
    const body = bodyOf(id, payload);
    if (body.kind !== 'post' || body.stepAgain === undefined) continue;
    const refused = body.stepAgain;
    // The notice is written after the end of what was refused in part, in the same transaction.
    const since = await sql<{ id: OperationId; payload: Buffer }>`
      select o.id, o.payload from operation o join operation n on n.install_id = o.install_id and n.id = ${id}
      where o.install_id = ${install} and o.link_id = ${link} and o.lane = 'ticket' and o.kind in ('write', 'create')
        and o.state = 'done' and o.finished_at > n.created_at`.execute(db);
    return since.rows.some((row) => makesPast(refused, bodyOf(row.id, row.payload))) ? null : refused;
  }
  return null;
}
