import type { JiraEndpoint } from './endpoint.ts';
import type { JiraUser } from './seed.ts';

/** The address that a call came to: the site itself, or Atlassian's gateway. */
export type JiraDoor = 'site' | 'gateway';

/** What a token may do, in the names of Atlassian's classic scopes. */
type Scopes = ReadonlySet<string>;

/** A credential that is worth something at one of the two doors. */
interface Entry {
  readonly user: JiraUser;
  readonly door: JiraDoor;
  /** Null: everything that the user may. */
  readonly scopes: Scopes | null;
}

export type Whose =
  | { readonly kind: 'known'; readonly user: JiraUser }
  /** Nobody's, or somebody's who has to come in by the other door. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'no-scope' };

export const JIRA_SCOPES = [
  'read:jira-user',
  'read:jira-work',
  'write:jira-work',
  'read:servicedesk-request',
  'write:servicedesk-request',
] as const;

/** Searches and look-ups that are made by POST. */
const READING_POSTS = /\/(search\/jql|comment\/list|changelog\/bulkfetch)$/;

/** The classic scope that Atlassian's OpenAPI documents demand of a call. */
function scopeOf({ method, path }: Pick<JiraEndpoint, 'method' | 'path'>): string {
  // No scope reaches what administrators of the site do.
  if (path.startsWith('/rest/webhooks/')) return 'none';
  const reads = method === 'GET' || READING_POSTS.test(path);
  if (path.startsWith('/rest/servicedeskapi/')) return `${reads ? 'read' : 'write'}:servicedesk-request`;
  if (/\/(myself|user|users)(\/|$)/.test(path)) return 'read:jira-user';
  return `${reads ? 'read' : 'write'}:jira-work`;
}

/** Everything that lets somebody in, by the value of the Authorization header. */
export function createSignIns() {
  const entries = new Map<string, Entry>();
  return {
    add: (authorization: string, entry: Entry) => void entries.set(authorization, entry),
    remove(user: JiraUser): void {
      for (const [authorization, entry] of entries)
        if (entry.user.accountId === user.accountId) entries.delete(authorization);
    },
    whose(
      authorization: string,
      door: JiraDoor,
      endpoint: Pick<JiraEndpoint, 'method' | 'path'>,
      granted: (bearer: string) => { readonly user: JiraUser; readonly scopes: Scopes } | null,
    ): Whose {
      const bearer = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
      const consented = door === 'gateway' && bearer !== '' ? granted(bearer) : null;
      const found = consented ?? entries.get(authorization);
      if (found === undefined || ('door' in found && found.door !== door)) return { kind: 'nobody' };
      if (found.scopes !== null && !found.scopes.has(scopeOf(endpoint))) return { kind: 'no-scope' };
      return { kind: 'known', user: found.user };
    },
  };
}
