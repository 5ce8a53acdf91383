import { type Outcome, rejected } from '../../model/outcome.ts';
import type { Author } from '../../model/ticket.ts';
import { createJiraClient, type JiraClient, type JiraClientOptions } from './client.ts';
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

export interface JiraClients {
  readonly bridge: JiraClient;
  /** The author's own sign-in where he has one, else the bridge's account. Never one instead of the other later. */
  voiceOf(author: Author | null): Voice;
  /** The account id behind a client; asked once. */
  accountOf(client: JiraClient): Promise<Outcome<string>>;
}

/** Sign-ins that are kept at hand; the one that waited longest makes room. */
const MAX_PEOPLE = 200;

export function createJiraClients(options: JiraClientOptions): JiraClients {
  const bridge = createJiraClient(options);
  const people = new Map<string, { readonly token: string; readonly client: JiraClient }>();
  const accounts = new WeakMap<JiraClient, string>();

  function clientOf(email: string, token: string): JiraClient {
    const known = people.get(email);
    people.delete(email);
    const entry =
      known?.token === token
        ? known
        : { token, client: createJiraClient({ ...options, email, apiToken: token }) };
    people.set(email, entry);
    for (const [oldest] of people) if (people.size > MAX_PEOPLE) people.delete(oldest);
    return entry.client;
  }

  return {
    bridge,
    voiceOf(author) {
      if (author === null || author.grant === null) {
        return { client: bridge, isOwn: false, explain: (outcome) => outcome };
      }
      const { account, secret } = author.grant;
      return {
        client: clientOf(account, secret.reveal()),
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
  auth: (name) => `Jira refused ${name}'s own sign-in; ${name} must sign in again or remove it in Deskbridge`,
  forbidden: (name) => `Jira forbids this to ${name}'s own account; a project administrator can allow it`,
  'not-found': (name) => `Jira does not have this, or does not show it to ${name}'s own account`,
};

function forPerson<T>(outcome: Outcome<T>, name: string): Outcome<T> {
  if (outcome.kind !== 'rejected') return outcome;
  const { code } = outcome;
  if (code !== 'auth' && code !== 'forbidden' && code !== 'not-found') return outcome;
  return rejected(code, INSTEAD[code](name));
}
