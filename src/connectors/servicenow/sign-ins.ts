import type { Io } from '../../model/io.ts';
import { type Outcome, rejected } from '../../model/outcome.ts';
import type { Author, OwnSecret, PersonalGrant } from '../../model/ticket.ts';
import { doneByPerson, linkAgain, ownSignInRefused } from '../../texts/servicenow-access.ts';
import { type AttachmentApi, createAttachmentApi } from './attachment-api.ts';
import { createServiceNowClient, type ServiceNowClient } from './client.ts';
import type { ServiceNowAuth } from './credentials.ts';
import { oneLine } from './fields.ts';
import { createRequests, type Requests } from './requests.ts';

/** What one user of the instance can call. */
export interface SignIn {
  readonly client: ServiceNowClient;
  readonly attachments: AttachmentApi;
  readonly requests: Requests;
}

/** Accounts of the bridge's own. Those that are left out are the first one. */
export interface ServiceNowAccounts {
  /** Opens and changes tickets, and reads what that needs: what this account may set is not what another one may. */
  readonly auth: ServiceNowAuth;
  /** Reads tickets, journals, files, people and changes; also where an effect is looked up by them. */
  readonly readingAuth?: ServiceNowAuth;
  /** Reads approvals; they are answered by the people themselves. */
  readonly approvalsAuth?: ServiceNowAuth;
}

/** Calls as somebody: a person with a sign-in of his own acts as himself, everybody else through an account of ours. */
export interface SignIns {
  readonly bridge: SignIn;
  readonly reader: SignIn;
  readonly approvals: SignIn;
  /** His own, or the bridge's. */
  of(author: Author | null): SignIn;
}

/** People whose sign-ins are kept ready. */
const KEPT = 500;

const signInOf = (requests: Requests): SignIn => ({
  client: createServiceNowClient(requests),
  attachments: createAttachmentApi(requests),
  requests,
});

interface SignInsDeps extends ServiceNowAccounts {
  readonly baseUrl: string;
  readonly io: Io;
  readonly now: () => Date;
}

export function createSignIns({ auth, readingAuth, approvalsAuth, ...deps }: SignInsDeps): SignIns {
  const as = (one: ServiceNowAuth) => signInOf(createRequests({ ...deps, auth: one }));
  const bridge = as(auth);
  const known = new Map<string, { readonly grant: OwnSecret; readonly signIn: SignIn }>();

  function personal(grant: PersonalGrant): SignIn {
    // One that renews itself is asked before every call, so there is nothing to keep.
    if ('token' in grant) return as({ kind: 'token', token: grant.token });
    const kept = known.get(grant.account);
    if (kept?.grant.secret.reveal() === grant.secret.reveal()) return kept.signIn;
    const signIn = as({ kind: 'basic', user: grant.account, password: grant.secret.reveal() });
    if (known.size >= KEPT) known.clear();
    known.set(grant.account, { grant, signIn });
    return signIn;
  }

  return {
    bridge,
    reader: readingAuth === undefined ? bridge : as(readingAuth),
    approvals: approvalsAuth === undefined ? bridge : as(approvalsAuth),
    of: (author) => (author === null || author.grant === null ? bridge : personal(author.grant)),
  };
}

/**
 * What a refusal means when a person acted as himself: it is about his sign-in and his rights, not about ours. Here nothing
 * is sent again under another name; whether the bridge may carry it for him the core decides.
 */
export function toldOf<T>(author: Author | null, outcome: Outcome<T>): Outcome<T> {
  if (outcome.kind !== 'rejected' || author === null || author.grant === null) return outcome;
  const name = oneLine(author.name, 100);
  if (outcome.code === 'auth') {
    const advice = linkAgain(name);
    return rejected('auth', ownSignInRefused(name, advice));
  }
  return rejected(outcome.code, doneByPerson(outcome.reason, name));
}
