import { sql } from 'kysely';
import { z } from 'zod';
import type { SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Who had such tickets, the one with the most first. */
export interface Solver {
  readonly name: string;
  readonly tickets: number;
}

const SolverRow = z.object({ name: z.string(), tickets: z.number() });
/** Days that are looked back for whoever solved such things. */
const LOOK_BACK = 180;

/** What became of what was routed. */
export function createRouting(scope: Scope) {
  const { db, install } = scope;
  return {
    /** Last assignees of this person's tickets, or of a queue's, that are done. */
    async solvers(
      of: { readonly requester: SlackUser } | { readonly queue: string },
    ): Promise<readonly Solver[]> {
      const mine = 'requester' in of ? sql`l.requester = ${of.requester}` : sql`l.queue = ${of.queue}`;
      const found = await sql`
        select t.assignee as name, count(*)::int as tickets from link l
        join ticket t on t.install_id = l.install_id and t.link_id = l.id and t.generation = (
          select max(g.generation) from ticket g where g.install_id = l.install_id and g.link_id = l.id)
        where l.install_id = ${install} and ${mine} and t.assignee is not null and t.status_category = 'done'
          and l.opened_at > deskbridge_now() - make_interval(days => ${LOOK_BACK})
        group by t.assignee order by count(*) desc, t.assignee limit 3`.execute(db);
      return found.rows.map((row) => SolverRow.parse(row));
    },
  };
}
