import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { TOO_MANY_TO_SEARCH } from '../../texts/jira.ts';
import type { JiraClient } from './client.ts';
import { SearchPage } from './schema.ts';

export type FoundIssue = SearchPage['issues'][number];

export interface Search {
  /** Bounded, as Jira demands. Times in it are epoch milliseconds: wall-clock literals depend on a profile's zone. */
  readonly jql: string;
  readonly fields: readonly string[];
  readonly nextPageToken?: string;
}

const PAGE = 100;
/** A look-up that has to read more than this is not one. */
const MAX_PAGES = 50;

export function searchPage(client: JiraClient, search: Search): Promise<Outcome<SearchPage>> {
  const { jql, fields, nextPageToken } = search;
  return client.read(SearchPage, ({ cloud }) =>
    cloud.issueSearch.searchAndReconsileIssuesUsingJqlPost({
      jql,
      fields: [...fields],
      maxResults: PAGE,
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    }),
  );
}

/** The token of the page behind this one; null at the end. There is no total, and `isLast` may be missing. */
export function nextToken(page: SearchPage): string | null {
  return page.isLast === true ? null : (page.nextPageToken ?? null);
}

export async function searchAll(client: JiraClient, search: Search): Promise<Outcome<readonly FoundIssue[]>> {
  const found: FoundIssue[] = [];
  let token: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: Outcome<SearchPage> = await searchPage(client, {
      ...search,
      ...(token === null ? {} : { nextPageToken: token }),
    });
    if (page.kind !== 'ok') return page;
    found.push(...page.value.issues);
    token = nextToken(page.value);
    if (token === null) return ok(found);
  }
  return rejected('invalid', TOO_MANY_TO_SEARCH);
}
