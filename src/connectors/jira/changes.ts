import { z } from 'zod';
import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { POLL_PLACE_UNREADABLE } from '../../texts/jira.ts';
import type { ChangePage } from '../connector.ts';
import type { JiraClient } from './client.ts';
import type { SearchPage } from './schema.ts';
import { nextToken, searchPage } from './search.ts';

/** How far behind the newest change we look again: the index does not show changes in their order. */
const OVERLAP_MS = 5 * 60_000;
/** Changes of the overlap that are remembered as told; beyond that some are told twice. */
const MAX_TOLD = 2000;

/** Opaque to everybody else. Times are Jira's, in milliseconds since 1970. */
const Cursor = z.object({
  v: z.literal(1),
  /** Everything up to here was told. */
  since: z.number().int().positive(),
  /** The newest change seen on the pages read so far. */
  newest: z.number().int().positive(),
  /** The page to go on with; null between two rounds. */
  token: z.string().nullable(),
  /** Issue id → time of its change, so that the overlap does not tell the same change for minutes. */
  told: z.record(z.string(), z.number().int()),
});
type Cursor = z.infer<typeof Cursor>;

function parseCursor(text: string): Cursor | null {
  try {
    return Cursor.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function read(client: JiraClient, cursor: Cursor): Promise<Outcome<SearchPage>> {
  return searchPage(client, {
    jql: `updated >= ${cursor.since - OVERLAP_MS} ORDER BY updated ASC, key ASC`,
    fields: ['updated'],
    ...(cursor.token === null ? {} : { nextPageToken: cursor.token }),
  });
}

/** The cursor behind this page. Between two rounds it forgets what the next overlap cannot show again. */
function advance(cursor: Cursor, page: SearchPage): Cursor {
  const told = { ...cursor.told };
  let { newest } = cursor;
  for (const { id, fields } of page.issues) {
    const updated = fields?.updated?.getTime() ?? 0;
    told[id] = updated;
    newest = Math.max(newest, updated);
  }
  const token = nextToken(page);
  const since = token === null ? newest : cursor.since;
  const kept = Object.entries(told)
    .filter(([, updated]) => updated >= since - OVERLAP_MS)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_TOLD);
  return { v: 1, since, newest, token, told: Object.fromEntries(kept) };
}

/** Tickets changed since the cursor, oldest change first; a change is told once, as far as we remember. */
export async function changesSince(client: JiraClient, text: string | null): Promise<Outcome<ChangePage>> {
  if (text === null) {
    const now = Date.now();
    const start: Cursor = { v: 1, since: now, newest: now, token: null, told: {} };
    return ok({ tickets: [], cursor: JSON.stringify(start), more: false });
  }
  const cursor = parseCursor(text);
  if (cursor === null) {
    return rejected('invalid', POLL_PLACE_UNREADABLE);
  }
  let page = await read(client, cursor);
  // A token lives seven days. The round simply begins again; what was told is still remembered.
  if (page.kind === 'rejected' && page.code === 'invalid' && cursor.token !== null) {
    page = await read(client, { ...cursor, token: null });
  }
  if (page.kind !== 'ok') return page;
  const tickets = page.value.issues
    .filter(({ id, fields }) => cursor.told[id] !== fields?.updated?.getTime())
    .map(({ id }) => TicketId.parse(id));
  const next = advance(cursor, page.value);
  return ok({ tickets, cursor: JSON.stringify(next), more: next.token !== null });
}
