import type { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { JiraApi, JiraClient } from './client.ts';
import { deskPage } from './schema-forms.ts';

const PAGE = 50;
/** A list that is longer than this is cut. */
const MAX_PAGES = 20;

/** All of a list of a service desk: Jira caps the size of a page without a word, so only the last page ends it. */
export async function readPages<T>(
  client: JiraClient,
  item: z.ZodType<T>,
  ask: (api: JiraApi, page: { readonly start: number; readonly limit: number }) => Promise<unknown>,
): Promise<Outcome<readonly T[]>> {
  const found: T[] = [];
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await client.read(deskPage(item), (api) => ask(api, { start: found.length, limit: PAGE }));
    if (page.kind !== 'ok') return page;
    found.push(...page.value.values);
    if (page.value.isLastPage !== false || page.value.values.length === 0) break;
  }
  return ok(found);
}
