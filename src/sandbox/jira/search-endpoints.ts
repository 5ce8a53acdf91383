import { z } from 'zod';
import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { refuse, visibleProject } from './endpoint.ts';
import { parseJql } from './jql.ts';

const Search = z.strictObject({
  jql: z.string().optional(),
  fields: z.array(z.string()).optional(),
  expand: z.string().optional(),
  maxResults: z.number().int().min(0).max(5000).optional(),
  nextPageToken: z.string().optional(),
  properties: z.array(z.string()).max(5).optional(),
  reconcileIssues: z.array(z.number().int()).max(50).optional(),
  fieldsByKeys: z.boolean().optional(),
});

const Token = z.object({ jql: z.string(), offset: z.number().int().min(0) });

function offsetOf(token: string | undefined, jql: string): number {
  if (token === undefined) return 0;
  try {
    const parsed = Token.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    if (parsed.jql === jql) return parsed.offset;
  } catch {
    // Falls through: an unreadable token is refused like one of another query.
  }
  throw refuse(400, ['The provided next page token is invalid or expired.']);
}

/** Searches the index, which is behind the truth, except for issues that the caller asks to reconcile. */
function search(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/api/3/search/jql',
    handle(call) {
      const parsed = Search.safeParse(call.body);
      if (!parsed.success)
        throw refuse(400, ['Invalid request payload. Refer to the REST API documentation.']);
      const { jql = '', maxResults = 50, nextPageToken, fields = ['id'], reconcileIssues = [] } = parsed.data;
      const query = parseJql(jql, world.state);
      const offset = offsetOf(nextPageToken, jql);
      const asOf = (call.asOf ?? world.state.now()) - world.indexLagMs;
      const fresh = reconcileIssues
        .map((id) => world.state.issue(String(id), null))
        .filter((i) => i !== null);
      const indexed = world.state
        .issues(asOf)
        .filter((issue) => !fresh.some((known) => known.id === issue.id));
      const hits = [...indexed, ...fresh]
        .filter((issue) => visibleProject(world, issue.projectKey) !== null && query.matches(issue))
        .sort(query.compare);
      const page = hits.slice(offset, offset + maxResults);
      const isLast = offset + page.length >= hits.length;
      const only = fields.includes('*all') ? null : fields;
      const token = Buffer.from(JSON.stringify({ jql, offset: offset + page.length })).toString('base64url');
      return {
        status: 200,
        body: {
          issues: page.map((issue) => {
            const view = world.views.issue(issue, 3, only);
            return only?.every((name) => name === 'id') ? { id: issue.id } : view;
          }),
          isLast,
          ...(isLast ? {} : { nextPageToken: token }),
        },
      };
    },
  };
}

export function searchEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [search(world)];
}
