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
  /** The same for whoever looks for what he may have made: a look-up that fails never stands for nobody. */
  certainlyOf(draft: TicketDraft, desk: string | null): Promise<Outcome<string | null>>;
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
/** A ticket does without a person whose look-up fails so often; the description names him anyhow. */
const MOST_FAILURES = 3;
const FAILED_AGAIN_MS = 2_000;
const LONGEST_AGAIN_MS = 30_000;

async function customersWith(
  client: JiraClient,
  desk: string,
  email: string,
): Promise<Outcome<readonly string[]>> {
  const found = await readPages(client, DeskCustomer, (api, page) =>
    api.get(`/rest/servicedeskapi/servicedesk/${desk}/customer`, { query: email, ...page }),
  );
  // One that is asked too often waits alone: everything else of this site goes on.
  if (found.kind === 'retry' && found.scope === 'turn') return found;
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

  /** Look-ups of a person in a row that failed. */
  const failures = new Map<string, number>();

  async function look(email: string, desk: string | null): Promise<Outcome<string | null>> {
    const users = await people.byAddress(email);
    if (users.kind === 'retry') return users;
    const customers = desk === null ? ok([]) : await customersWith(client, desk, email);
    if (customers.kind !== 'ok') return customers;
    const named = users.kind === 'ok' ? users.value.map(({ account }) => account) : [];
    const [only, second] = [...new Set([...named, ...customers.value])];
    return ok(only !== undefined && second === undefined && isAccount(only) ? only : null);
  }

  async function certainly(address: string, desk: string | null) {
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

  /** A person is good to have on a ticket, but no reason not to open it. */
  async function withAddress(address: string, desk: string | null): Promise<Outcome<string | null>> {
    const key = `${desk ?? ''} ${address.trim().toLowerCase()}`;
    const found = await certainly(address, desk);
    if (found.kind === 'ok') failures.delete(key);
    if (found.kind !== 'retry' || found.scope !== 'operation') return found;
    const failed = (failures.get(key) ?? 0) + 1;
    if (failures.size >= MAX_REMEMBERED) failures.clear();
    failures.set(key, failed);
    if (failed >= MOST_FAILURES) return ok(null);
    return retryLater(found.reason, 'turn', Math.min(found.afterMs ?? FAILED_AGAIN_MS, LONGEST_AGAIN_MS));
  }

  const personBy =
    (find: typeof withAddress) =>
    async ({ account, email }: WantedPerson, desk: string | null): Promise<Outcome<string | null>> => {
      const as = knownAs(account, email);
      if (as === null) return ok(null);
      return 'account' in as ? ok(as.account) : find(as.address, desk);
    };
  const person = personBy(withAddress);
  const certainPerson = personBy(certainly);
  const wanted = ({ requester: { account = null, ...about } }: TicketDraft) => ({ ...about, account });

  return {
    withAddress,
    person,
    of: (draft, desk) => person(wanted(draft), desk),
    certainlyOf: (draft, desk) => certainPerson(wanted(draft), desk),
  };
}
