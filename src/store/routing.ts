import { sql } from 'kysely';
import { z } from 'zod';
import { LinkId, type SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Who had such tickets, the one with the most first. */
export interface Solver {
  readonly name: string;
  readonly tickets: number;
}

/** What became of a choice. `picked`: the person said what it is; `moved`: an agent moved the ticket. */
export interface Correction {
  readonly how: 'picked' | 'moved';
  /** What it is after all; null when nobody can tell. */
  readonly kind: string | null;
  readonly was: string;
  readonly became: string;
}

/** Requests, and how many of them fell to the default, were told apart by the person, and were moved by an agent later. */
export interface Shares {
  readonly requests: number;
  readonly defaulted: number;
  readonly picked: number;
  readonly moved: number;
}

const SharesRow = z.object({
  requests: z.number(),
  defaulted: z.number(),
  picked: z.number(),
  moved: z.number(),
});
const CorrectionRow = z.object({
  how: z.enum(['picked', 'moved']),
  kind: z.string().nullable(),
  was: z.string(),
  became: z.string(),
});
const SolverRow = z.object({ name: z.string(), tickets: z.number() });
/** Days that are looked back for whoever solved such things. */
const LOOK_BACK = 180;

/** What became of what was routed. */
export function createRouting(scope: Scope) {
  const { db, install } = scope;
  return {
    /** Somebody knew better; told a second time, the last word counts. */
    async correct(link: LinkId, { how, kind, was, became }: Correction): Promise<void> {
      await sql`insert into route_correction (install_id, link_id, how, kind, was, became)
        values (${install}, ${link}, ${how}, ${kind}, ${was}, ${became})
        on conflict (install_id, link_id, how) do update
          set kind = excluded.kind, became = excluded.became, at = deskbridge_now()`.execute(db);
    },

    async corrections(link: LinkId): Promise<readonly Correction[]> {
      const found = await sql`select how, kind, was, became from route_correction
        where install_id = ${install} and link_id = ${link} order by how`.execute(db);
      return found.rows.map((row) => CorrectionRow.parse(row));
    },

    /** Links that were routed in the last days, the oldest first. */
    async since(days: number): Promise<readonly LinkId[]> {
      const found = await sql<{ id: string }>`select id from link where install_id = ${install}
        and rule is not null and opened_at > deskbridge_now() - make_interval(days => ${days})
        order by opened_at, id`.execute(db);
      return found.rows.map(({ id }) => LinkId.parse(id));
    },

    /** How good the table was in the last days. */
    async shares(days: number): Promise<Shares> {
      const found = await sql`
        select count(*)::int as requests, count(*) filter (where l.rule = 'default')::int as defaulted,
          count(*) filter (where exists (select from route_correction c where c.install_id = l.install_id
            and c.link_id = l.id and c.how = 'picked'))::int as picked,
          count(*) filter (where exists (select from route_correction c where c.install_id = l.install_id
            and c.link_id = l.id and c.how = 'moved'))::int as moved
        from link l where l.install_id = ${install} and l.rule is not null
          and l.opened_at > deskbridge_now() - make_interval(days => ${days})`.execute(db);
      return SharesRow.parse(found.rows[0]);
    },

    /** Last assignees of this person's tickets, of those about a product area, or of a queue's, that are done. */
    async solvers(
      of: { readonly requester: SlackUser } | { readonly area: string } | { readonly queue: string },
    ): Promise<readonly Solver[]> {
      const mine =
        'requester' in of
          ? sql`l.requester = ${of.requester}`
          : 'area' in of
            ? sql`l.yields->'tags'->>'area' = ${of.area}`
            : sql`l.queue = ${of.queue}`;
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
