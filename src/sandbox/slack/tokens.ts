import type { InstalledApp } from './installed-app.ts';
import { type ApiResult, fail, type Method } from './method.ts';

/** Real tokens have no business here: a sandbox takes only tokens that say what they are. */
export function assertSandboxToken(name: string, token: string, prefix: string): void {
  if (token.startsWith(prefix)) return;
  throw new Error(
    `The ${name} given to the simulated Slack does not start with "${prefix}". ` +
      'It may be a real one, so it was refused and not used. Give the sandbox a made-up token with that prefix.',
  );
}

export interface Tokens {
  readonly bot: string;
  readonly app: string;
  revoked: boolean;
}

/** One call, as far as it decides whether it is let in. */
export interface Caller {
  readonly method: Method;
  /** What the call needs; null when it needs none. */
  readonly scope: string | null;
  readonly token: string | null;
}

/** Null when the token may make the call; Slack's refusal otherwise. */
export function refuseToken(
  tokens: Tokens,
  installed: InstalledApp,
  { method, scope, token }: Caller,
): ApiResult | null {
  if (token === null || token === '') return fail('not_authed');
  if (token !== tokens.bot && token !== tokens.app) return fail('invalid_auth');
  if (tokens.revoked) return fail('token_revoked');
  if (token !== (method.token === 'app' ? tokens.app : tokens.bot)) return fail('not_allowed_token_type');
  const isMissing = method.token === 'bot' && scope !== null && !installed.may(scope);
  return isMissing ? fail('missing_scope') : null;
}
