import type { TicketId } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { PRIORITIES, type Priority } from '../../model/ticket.ts';
import type { Priorities } from '../capabilities.ts';
import type { JiraClient } from './client.ts';
import { foreignId } from './comments.ts';
import { mapsOf } from './field-values.ts';
import { usualPriority } from './fields.ts';
import type { JiraMaps } from './maps.ts';
import { EditMeta } from './schema.ts';
import { readIssue } from './write.ts';
import { priorityName } from './write-plan.ts';

/**
 * A name means what we would write it for: what the configuration says, else what the issue offers. Others are known by the
 * usual names of Jira's own priorities alone. The same name for two of ours means the higher one: there is nothing above it.
 */
export function createPriorities(client: JiraClient, maps: JiraMaps): Priorities {
  return {
    async meaning(
      ticket: TicketId,
      names: readonly string[],
    ): Promise<Outcome<ReadonlyMap<string, Priority>>> {
      const foreign = foreignId(ticket);
      if (foreign !== null) return foreign;
      const issue = await readIssue(client, ticket, maps);
      if (issue.kind !== 'ok') return issue;
      const meta = await client.read(EditMeta, ({ cloud }) =>
        cloud.issues.getEditIssueMeta({ issueIdOrKey: ticket }),
      );
      if (meta.kind !== 'ok') return meta;
      const own = mapsOf(maps, issue.value.fields);
      const written = PRIORITIES.map(
        (priority) => [priorityName(priority, own, meta.value).toLowerCase(), priority] as const,
      );
      const byName = new Map(written);
      const found = names.flatMap((name): (readonly [string, Priority])[] => {
        const meant = byName.get(name.toLowerCase()) ?? usualPriority(name);
        return meant === null ? [] : [[name, meant]];
      });
      return ok(new Map(found));
    },
  };
}
