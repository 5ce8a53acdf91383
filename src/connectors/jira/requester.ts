import { type Outcome, ok, retryLater } from '../../model/outcome.ts';
import type { TicketDraft, WantedPerson } from '../../model/ticket.ts';
import type { JiraClient } from './client.ts';
import { readPages } from './desk-pages.ts';
import type { JiraPeople } from './people.ts';
import { DeskCustomer } from './schema-forms.ts';

/** What an account id looks like, portal customers' too; nothing else is sent. */
const ACCOUNT = /^[A-Za-z0-9:_-]{1,128}$/;
export const isAccount = (text: string) => ACCOUNT.test(text);

export interface Requesters {
  /**
   * The one account that shows exactly this address; null when none or several do, or its profile hides it: no guess.
   * `desk`: the service desk whose customers are looked through, too; null on a project.
   */
  withAddress(email: string, desk: string | null): Promise<Outcome<string | null>>;
  /** Somebody as Jira knows him: by his linked account, else by his address; null when nobody can say. */
  person(person: WantedPerson, desk: string | null): Promise<Outcome<string | null>>;
  /** Whom a ticket is for, as Jira knows him; null when nobody can say. */
  of(draft: TicketDraft, desk: string | null): Promise<Outcome<string | null>>;
}

/** Nothing else is asked for. */
const ADDRESS = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/;

/** How a person can be found: people link their account by its id or its address; the address that Slack shows comes last. */
export function knownAs(
  account: string | null,
  email: string | null,
): { readonly account: string } | { readonly address: string } | null {
  if (account !== null && isAccount(account)) return { account };
  const address = [account, email].find((one) => one !== null && ADDRESS.test(one)) ?? null;
  return address === null ? null : { address };
}
/** People keep their addresses; Jira lets us ask for customers five times a second. */
const REMEMBER_MS = 10 * 60_000;
const MAX_REMEMBERED = 5_000;

async function customersWith(
  client: JiraClient,
  desk: string,
  email: string,
): Promise<Outcome<readonly string[]>> {
  const found = await readPages(client, DeskCustomer, (api, page) =>
    api.get(`/rest/servicedeskapi/servicedesk/${desk}/customer`, { query: email, ...page }),
  );
  // One that is asked too often waits alone: everything else of this site goes on.
  if (found.kind === 'retry') return retryLater(found.reason, 'operation', found.afterMs);
  const all = found.kind === 'ok' ? found.value : [];
  return ok(
    all
      .filter(({ active, emailAddress }) => active && emailAddress?.toLowerCase() === email)
      .map(({ accountId }) => accountId),
  );
}

export function createRequesters(client: JiraClient, people: JiraPeople): Requesters {
  const known = new Map<
    string,
    { readonly until: number; readonly answer: Promise<Outcome<string | null>> }
  >();

  async function look(email: string, desk: string | null): Promise<Outcome<string | null>> {
    const users = await people.byAddress(email);
    if (users.kind === 'retry') return users;
    const customers = desk === null ? ok([]) : await customersWith(client, desk, email);
    if (customers.kind !== 'ok') return customers;
    const named = users.kind === 'ok' ? users.value.map(({ account }) => account) : [];
    const [only, second] = [...new Set([...named, ...customers.value])];
    return ok(only !== undefined && second === undefined && isAccount(only) ? only : null);
  }

  async function withAddress(address: string, desk: string | null) {
    const email = address.trim().toLowerCase();
    const key = `${desk ?? ''} ${email}`;
    const memory = known.get(key);
    if (memory !== undefined && performance.now() < memory.until) return memory.answer;
    const answer = look(email, desk);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(key, { until: performance.now() + REMEMBER_MS, answer });
    const outcome = await answer;
    if (outcome.kind !== 'ok') known.delete(key);
    return outcome;
  }

  async function person({ account, email }: WantedPerson, desk: string | null) {
    const known = knownAs(account, email);
    if (known === null) return ok(null);
    return 'account' in known ? ok(known.account) : withAddress(known.address, desk);
  }

  return {
    withAddress,
    person,
    of: ({ requester: { account = null, ...about } }, desk) => person({ ...about, account }, desk),
  };
}
