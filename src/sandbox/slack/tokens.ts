import { type ApiResult, fail, type Method } from './method.ts';

/** What the app's bot token may do unless the sandbox is told otherwise. */
export const DEFAULT_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:write',
  'reactions:write',
  'team:read',
  'users:read',
  'users:read.email',
] as const;

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
  readonly scopes: readonly string[];
  revoked: boolean;
}

/** Null when the token may call the method; Slack's refusal otherwise. */
export function refuseToken(tokens: Tokens, method: Method, token: string | null): ApiResult | null {
  if (token === null || token === '') return fail('not_authed');
  if (token !== tokens.bot && token !== tokens.app) return fail('invalid_auth');
  if (tokens.revoked) return fail('token_revoked');
  if (token !== (method.token === 'app' ? tokens.app : tokens.bot)) return fail('not_allowed_token_type');
  const isMissing = method.token === 'bot' && method.scope !== null && !tokens.scopes.includes(method.scope);
  return isMissing ? fail('missing_scope') : null;
}
