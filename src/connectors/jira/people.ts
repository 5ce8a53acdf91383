import { type Outcome, ok } from '../../model/outcome.ts';
import type { TicketPerson } from '../connector.ts';
import { unnamedPeople } from './adf-read.ts';
import type { JiraClient } from './client.ts';
import { FoundUsers, UserPage } from './schema.ts';

export interface JiraPeople {
  /** Names of everybody whom these bodies mention without one: one call for a whole reading, none when all are known. */
  namesIn(bodies: readonly unknown[]): Promise<Outcome<ReadonlyMap<string, string>>>;
  byAddress(email: string): Promise<Outcome<readonly TicketPerson[]>>;
  /** Those of these accounts that are people's; apps, deleted accounts and whom Jira does not show are left out. */
  humans(accounts: readonly string[]): Promise<Outcome<ReadonlySet<string>>>;
  /** Who of these may be given this issue. */
  assignable(issueKey: string, email: string): Promise<Outcome<readonly TicketPerson[]>>;
}

const REMEMBER_MS = 60 * 60_000;
const MAX_REMEMBERED = 10_000;
/** user/bulk takes at most this many. */
const MAX_ASKED = 200;
/** What an account id looks like; nothing else is sent. */
const ACCOUNT_ID = /^[A-Za-z0-9:_-]{1,128}$/;
const PAGE = 50;
/** Types of accounts (developer.atlassian.com, Jira REST API v3, User); the third is `app`. */
const HUMAN = new Set(['atlassian', 'customer']);

export function createJiraPeople(client: JiraClient): JiraPeople {
  const known = new Map<string, { readonly name: string | null; readonly until: number }>();
  const human = new Set<string>();

  async function ask(ids: readonly string[]): Promise<Outcome<null>> {
    const answer = await client.read(UserPage, ({ get }) =>
      get('/rest/api/3/user/bulk', { accountId: ids, maxResults: MAX_ASKED }),
    );
    // A name is no reason to stop: without the permission to see people they stay unnamed.
    if (answer.kind === 'retry') return answer;
    const until = performance.now() + REMEMBER_MS;
    if (known.size > MAX_REMEMBERED) known.clear();
    for (const id of ids) known.set(id, { name: null, until });
    for (const { accountId, displayName } of answer.kind === 'ok' ? answer.value.values : []) {
      if (displayName !== '') known.set(accountId, { name: displayName, until });
    }
    return ok(null);
  }

  return {
    async namesIn(bodies) {
      const wanted = [...new Set(bodies.flatMap((body) => [...unnamedPeople(body)]))];
      const unknown = wanted.filter((id) => {
        const memory = known.get(id);
        return ACCOUNT_ID.test(id) && (memory === undefined || memory.until < performance.now());
      });
      const asked = unknown.length === 0 ? ok(null) : await ask(unknown.slice(0, MAX_ASKED));
      if (asked.kind !== 'ok') return asked;
      const names = new Map<string, string>();
      for (const id of wanted) {
        const name = known.get(id)?.name;
        if (typeof name === 'string') names.set(id, name);
      }
      return ok(names);
    },
    async humans(accounts) {
      if (human.size > MAX_REMEMBERED) human.clear();
      const wanted = [...new Set(accounts)].filter((id) => ACCOUNT_ID.test(id));
      const unknown = wanted.filter((id) => !human.has(id)).slice(0, MAX_ASKED);
      if (unknown.length > 0) {
        const answer = await client.read(UserPage, ({ get }) =>
          get('/rest/api/3/user/bulk', { accountId: unknown, maxResults: MAX_ASKED }),
        );
        if (answer.kind === 'retry') return answer;
        for (const { accountId, accountType } of answer.kind === 'ok' ? answer.value.values : [])
          if (HUMAN.has(accountType ?? '')) human.add(accountId);
      }
      return ok(new Set(wanted.filter((id) => human.has(id))));
    },
    async byAddress(email) {
      const found = await client.read(FoundUsers, ({ cloud }) =>
        cloud.userSearch.findUsers({ query: email, maxResults: PAGE }),
      );
      return found.kind === 'ok' ? ok(exactly(found.value, email)) : found;
    },
    async assignable(issueKey, email) {
      const found = await client.read(FoundUsers, ({ cloud }) =>
        cloud.userSearch.findAssignableUsers({ query: email, issueKey, maxResults: PAGE }),
      );
      return found.kind === 'ok' ? ok(exactly(found.value, email)) : found;
    },
  };
}

/** The search matches beginnings of names, too, and a hidden address proves nothing. */
function exactly(users: FoundUsers, email: string): readonly TicketPerson[] {
  const wanted = email.trim().toLowerCase();
  return users
    .filter(({ active, accountType, emailAddress }) => {
      const isPerson = accountType === 'atlassian' || accountType == null;
      return active && isPerson && emailAddress?.toLowerCase() === wanted;
    })
    .map(({ accountId, displayName }) => ({ account: accountId, name: displayName || email }));
}
