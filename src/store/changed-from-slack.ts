import { sql } from 'kysely';
import type { LinkId } from '../model/ids.ts';
import type { OperationBody } from '../model/link.ts';
import { createPayloads } from './operation-payload.ts';
import type { Scope } from './scope.ts';

/** So many changes from Slack are looked through for whoever asked for one. */
const LAST_CHANGES = 20;

/** What people changed on the link's tickets from Slack, the last one first. */
export async function changedFromSlack(
  scope: Scope,
  link: LinkId,
): Promise<readonly Extract<OperationBody, { kind: 'write' }>[]> {
  const { db, install } = scope;
  const found = await sql<{ id: string; payload: Buffer }>`select id, payload from operation
    where install_id = ${install} and link_id = ${link} and lane = 'ticket' and state = 'done' and kind = 'write'
    order by seq desc limit ${LAST_CHANGES}`.execute(db);
  const { bodyOf } = createPayloads(scope);
  return found.rows.flatMap(({ id, payload }) => {
    const body = bodyOf(id, payload);
    return body.kind === 'write' ? [body] : [];
  });
}
