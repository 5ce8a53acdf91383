import type { Atlassian } from './atlassian.ts';
import type { JiraEndpoint } from './endpoint.ts';
import type { JiraUser } from './seed.ts';
import type { JiraState } from './state.ts';

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
  /** `app`: client id of the OAuth app that acts for him; null when he acts himself. */
  | { readonly kind: 'known'; readonly user: JiraUser; readonly app: string | null }
  /** Nobody's, or somebody's who has to come in by the other door. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'no-scope' };

const JIRA_SCOPES = [
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
  if (path.startsWith('/rest/api/3/webhook')) return 'manage:jira-webhook';
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
      granted: Atlassian['granted'],
    ): Whose {
      const bearer = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
      const consented = door === 'gateway' && bearer !== '' ? granted(bearer) : null;
      const found = consented ?? entries.get(authorization);
      if (found === undefined || ('door' in found && found.door !== door)) return { kind: 'nobody' };
      if (found.scopes !== null && !found.scopes.has(scopeOf(endpoint))) return { kind: 'no-scope' };
      return { kind: 'known', user: found.user, app: consented?.app ?? null };
    },
  };
}

export type JiraTokenKind = 'api-token' | 'scoped-token' | 'service-account';

/** A person who may use the API as himself. */
export interface JiraSignIn {
  readonly accountId: string;
  readonly displayName: string;
  /** What he signs in with; his profile shows it, too. */
  readonly email: string;
  /** Must begin with `sandbox-`. */
  readonly apiToken: string;
  /** Where the token is worth something: on the site (`api-token`, when not given), or behind the gateway. */
  readonly kind?: JiraTokenKind;
  /** What a token behind the gateway may do; every scope when not given. */
  readonly scopes?: readonly string[];
  /** An administrator of the site. */
  readonly admin?: boolean;
}

export interface JiraSignInActs {
  /** Lets a person act with his own token; somebody unknown becomes a user who is no agent. */
  signIn(person: JiraSignIn): void;
  /** His token is worth nothing from now on. */
  signOut(email: string): void;
}

export function refuseRealToken(apiToken: string): void {
  if (apiToken.startsWith('sandbox-')) return;
  throw new Error('The simulated Jira takes only tokens that begin with "sandbox-"; use no real token here.');
}

export const basic = (email: string, apiToken: string) =>
  `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`;

/** `me`: the account that is signed in from the beginning. */
export function signInActs(
  state: Pick<JiraState, 'user' | 'addUser'>,
  signIns: ReturnType<typeof createSignIns>,
  me: JiraUser,
): JiraSignInActs {
  const addresses = new Map([[me.email, me]]);
  return {
    signIn({ apiToken, kind = 'api-token', scopes = JIRA_SCOPES, ...person }) {
      refuseRealToken(apiToken);
      const known = state.user(person.accountId);
      const user: JiraUser = known ?? { ...person, accountType: 'atlassian', agent: false };
      if (known === null) state.addUser(user);
      addresses.set(person.email, user);
      signIns.remove(user);
      if (kind === 'api-token')
        return signIns.add(basic(person.email, apiToken), { user, door: 'site', scopes: null });
      const entry = { user, door: 'gateway', scopes: new Set(scopes) } as const;
      signIns.add(basic(person.email, apiToken), entry);
      if (kind === 'service-account') signIns.add(`Bearer ${apiToken}`, entry);
    },
    signOut(address) {
      const user = addresses.get(address);
      if (user !== undefined) signIns.remove(user);
    },
  };
}
