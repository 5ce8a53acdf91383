import { z } from 'zod';
import { ok } from '../../model/outcome.ts';
import type { Changes } from '../capabilities.ts';
import type { JiraClients } from './clients.ts';

/** The most that one page holds (developer.atlassian.com, bulk fetch changelogs). */
const PAGE = 1_000;

const Changelogs = z.object({
  issueChangeLogs: z
    .array(
      z.object({
        // Oldest first.
        changeHistories: z
          .array(
            z.object({
              author: z.object({ accountId: z.string().min(1) }).nullish(),
              items: z
                .array(z.object({ fieldId: z.string().nullish(), toString: z.unknown().optional() }))
                .nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
  nextPageToken: z.string().nullish(),
});

/** What the fields that sites do not name themselves are called in the changelog. */
const FIELD_IDS = {
  status: 'status',
  priority: 'priority',
  assignee: 'assignee',
  resolution: 'resolution',
} as const;
const fieldIdOf = (field: string): string | null =>
  Object.entries(FIELD_IDS).find(([name]) => name === field)?.[1] ?? null;

const isSame = (one: unknown, is: string) =>
  typeof one === 'string' && one.trim().toLowerCase() === is.trim().toLowerCase();

/** Who set a field last, by the issue's changelog. */
export function createChanges({ reader }: JiraClients): Changes {
  return {
    async lastSetBy(ticket, { field, is }) {
      const fieldId = fieldIdOf(field);
      if (fieldId === null) return ok(null);
      const read = await reader.read(Changelogs, ({ cloud }) =>
        cloud.issues.getBulkChangelogs({
          ...{ issueIdsOrKeys: [ticket], fieldIds: [fieldId], maxResults: PAGE },
        }),
      );
      if (read.kind !== 'ok') return read;
      // Behind a page so long nobody knows who was the last.
      if (read.value.nextPageToken) return ok(null);
      const histories = (read.value.issueChangeLogs ?? []).flatMap((one) => one.changeHistories ?? []);
      const last = histories.findLast(({ items }) => (items ?? []).some((item) => item.fieldId === fieldId));
      const isIt = last?.items?.some((item) => item.fieldId === fieldId && isSame(item.toString, is));
      return ok(isIt === true ? (last?.author?.accountId ?? null) : null);
    },
  };
}
