import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { TicketId } from '../../model/ids.ts';
import type { HookReading, HookRequest } from '../connector.ts';
import { type HookApp, tokenFault } from './app-token.ts';
import { HookBody } from './schema.ts';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
const IDENTIFIER = /^[\x21-\x7e]{1,200}$/;

function refused(status: 400 | 401, reason: string): HookReading {
  return { kind: 'refused', status, reason };
}

function isSigned(hook: HookRequest, secret: string): boolean {
  const [, given] = SIGNATURE.exec(hook.headers['x-hub-signature'] ?? '') ?? [];
  if (given === undefined) return false;
  const expected = createHmac('sha256', secret).update(hook.body).digest();
  return timingSafeEqual(expected, Buffer.from(given, 'hex'));
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Why we do not believe the hook; null when we do. */
function doubtOf(secret: string | null, hook: HookRequest, app: HookApp | null): string | null {
  if (app !== null && hook.headers['x-hub-signature'] === undefined)
    return tokenFault(hook.headers['authorization'], app, hook.now);
  if (secret === null)
    return 'No hook secret is configured for this Jira, so its hooks are refused; set one or poll';
  return isSigned(hook, secret)
    ? null
    : 'The signature of the hook is missing or wrong; compare the secret in Jira with ours';
}

/**
 * Reads a webhook of Jira. An administrator's is signed: `X-Hub-Signature: sha256=<hex>` over the raw bytes; any other method
 * is refused. One of our own app (`app`, null where it registers none) carries a token. The key is
 * `X-Atlassian-Webhook-Identifier`, which retries share. It is not signed and there is no signed time, so a replay
 * under another identifier would be accepted: harmless, because a hook only makes us read the ticket again.
 */
export function readJiraHook(
  secret: string | null,
  hook: HookRequest,
  app: HookApp | null = null,
): HookReading {
  const doubt = doubtOf(secret, hook, app);
  if (doubt !== null) return refused(401, doubt);
  const parsed = HookBody.safeParse(parseJson(hook.body));
  if (!parsed.success)
    return refused(400, 'The hook is genuine but is no webhook of Jira that we understand');
  const { webhookEvent, timestamp, issue } = parsed.data;
  const identifier = hook.headers['x-atlassian-webhook-identifier'];
  const named = identifier !== undefined && IDENTIFIER.test(identifier);
  // A body hash tells repetitions apart only when the body says when it happened.
  if (!named && timestamp === undefined) {
    return refused(
      400,
      'The hook has neither an identifier nor a time, so a repetition could not be told apart',
    );
  }
  const key = named ? identifier : `sha256-${createHash('sha256').update(hook.body).digest('hex')}`;
  return { kind: 'accepted', key, ticket: issue ? TicketId.parse(issue.id) : null, event: webhookEvent };
}
