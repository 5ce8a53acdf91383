import { type Outcome, ok } from '../model/outcome.ts';
import type { Secret } from '../model/secret.ts';
import type { PersonalGrant } from '../model/ticket.ts';

/** What to sign in with now: what the person gave us, or the access token of his consent. */
export async function grantSecret(grant: PersonalGrant): Promise<Outcome<Secret>> {
  if (!('token' in grant)) return ok(grant.secret);
  const access = await grant.token.current();
  return access.kind === 'ok' ? ok(access.value.secret) : access;
}
