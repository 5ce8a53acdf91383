import type { Budget } from '../../model/budget.ts';
import type { ConnectorId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import type { Log } from '../../model/log.ts';
import { type Outcome, rejected } from '../../model/outcome.ts';
import type { Author, PersonalGrant } from '../../model/ticket.ts';
import { forbiddenToPerson, notThereForPerson, ownSignInRefused } from '../../texts/jira.ts';
import { createJiraBudget } from './budgets.ts';
import { createJiraClient, type JiraClient } from './client.ts';
import { createJiraCredential, type JiraAddress, type JiraAuth } from './credentials.ts';
import { Myself } from './schema.ts';
import { part } from './text.ts';

/** A client and whom it speaks for. */
export interface Voice {
  readonly client: JiraClient;
  /** False when it is the bridge that writes for somebody. */
  readonly isOwn: boolean;
  /** What a refusal means to the person whose sign-in it was. */
  explain<T>(outcome: Outcome<T>): Outcome<T>;
}

/** Accounts of the bridge's own. Those that are left out are the first one. */
export interface JiraAccounts {
  /** Writes, and reads what a write needs: what this account may set is not what another one may. */
  readonly auth: JiraAuth;
  /** Reads tickets, comments, files, people and changes. */
  readonly readingAuth?: JiraAuth;
  /** Reads approvals; they are answered by the people themselves. */
  readonly approvalsAuth?: JiraAuth;
}

export interface JiraClients {
  readonly bridge: JiraClient;
  readonly reader: JiraClient;
  readonly approvals: JiraClient;
  /** The author's own sign-in where he has one, else the bridge's account. Never one instead of the other later. */
  voiceOf(author: Author | null): Voice;
  /** The account id behind a client; asked once. */
  accountOf(client: JiraClient): Promise<Outcome<string>>;
}

/** Sign-ins that are kept at hand; the one that waited longest makes room. */
const MAX_PEOPLE = 200;

export interface JiraClientsOptions extends JiraAccounts {
  readonly address: JiraAddress;
  readonly id?: ConnectorId;
  /** Shared by all processes; absent: nothing is counted. */
  readonly budget?: Budget;
  readonly io: Io;
  readonly log: Log;
}

/** One app has one account of points, whoever signs in with it. */
function budgetOf({ id, budget }: JiraClientsOptions, { kind }: JiraAuth) {
  if (id === undefined || budget === undefined) return {};
  return { budget: createJiraBudget({ id, budget, isApp: kind === 'oauth' }) };
}

export function createJiraClients(options: JiraClientsOptions): JiraClients {
  const { address, io, log } = options;
  const clientOf = (auth: JiraAuth) =>
    createJiraClient({
      credential: createJiraCredential(auth, address),
      ...budgetOf(options, auth),
      io,
      log,
    });
  const bridge = clientOf(options.auth);
  const apart = (auth: JiraAuth | undefined) => (auth === undefined ? bridge : clientOf(auth));
  const people = new Map<string, { readonly secret: string; readonly client: JiraClient }>();
  const accounts = new WeakMap<JiraClient, string>();

  function personal(grant: PersonalGrant): JiraClient {
    // One that renews itself is asked before every call, so there is nothing to keep.
    if ('token' in grant) return clientOf({ kind: 'oauth', token: grant.token });
    const { account: email } = grant;
    const secret = grant.secret.reveal();
    const known = people.get(email);
    people.delete(email);
    const entry =
      known?.secret === secret
        ? known
        : { secret, client: clientOf({ kind: 'api-token', email, apiToken: secret }) };
    people.set(email, entry);
    for (const [oldest] of people) if (people.size > MAX_PEOPLE) people.delete(oldest);
    return entry.client;
  }

  return {
    bridge,
    reader: apart(options.readingAuth),
    approvals: apart(options.approvalsAuth),
    voiceOf(author) {
      if (author === null || author.grant === null) {
        return { client: bridge, isOwn: false, explain: (outcome) => outcome };
      }
      return {
        client: personal(author.grant),
        isOwn: true,
        explain: (outcome) => forPerson(outcome, part(author.name)),
      };
    },
    async accountOf(client) {
      const known = accounts.get(client);
      if (known !== undefined) return { kind: 'ok', value: known };
      const me = await client.read(Myself, ({ cloud }) => cloud.myself.getCurrentUser());
      if (me.kind !== 'ok') return me;
      accounts.set(client, me.value.accountId);
      return { kind: 'ok', value: me.value.accountId };
    },
  };
}

const INSTEAD: Readonly<Record<'auth' | 'forbidden' | 'not-found', (name: string) => string>> = {
  auth: (name) => ownSignInRefused(name),
  forbidden: (name) => forbiddenToPerson(name),
  'not-found': (name) => notThereForPerson(name),
};

function forPerson<T>(outcome: Outcome<T>, name: string): Outcome<T> {
  if (outcome.kind !== 'rejected') return outcome;
  const { code } = outcome;
  if (code !== 'auth' && code !== 'forbidden' && code !== 'not-found') return outcome;
  return rejected(code, INSTEAD[code](name));
}
