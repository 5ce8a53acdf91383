import { createHmac, timingSafeEqual } from 'node:crypto';
import { TicketId } from '../../model/ids.ts';
import type { HookReading, HookRequest } from '../connector.ts';
import { HookBody } from './schema.ts';
import { isTicketTable } from './tables.ts';

/** How far the sender's clock may be from ours, in seconds, to either side. */
const TOLERANCE_S = 300;
/** More signatures than a rotation needs are not looked at. */
const SIGNATURES_AT_MOST = 10;

const refused = (status: 400 | 401, reason: string): HookReading => ({ kind: 'refused', status, reason });

function isSigned(
  secret: string,
  hook: HookRequest,
  head: { readonly id: string; readonly timestamp: string },
) {
  const mac = createHmac('sha256', secret);
  const wanted = mac.update(`${head.id}.${head.timestamp}.`).update(hook.body).digest();
  const given = (hook.headers['webhook-signature'] ?? '')
    .slice(0, 4096)
    .split(' ')
    .slice(0, SIGNATURES_AT_MOST);
  let isKnown = false;
  for (const signature of given) {
    const [, text] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature) ?? [];
    const bytes = Buffer.from(text ?? '', 'base64');
    if (bytes.length === wanted.length && timingSafeEqual(bytes, wanted)) isKnown = true;
  }
  return isKnown;
}

function readBody(body: Uint8Array): HookBody | null {
  try {
    const parsed = HookBody.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * Reads what our business rule sends: Standard Webhooks headers, HMAC-SHA256 with the secret's UTF-8 bytes over
 * "id.timestamp.body". Several signatures may stand side by side while a secret is changed. Without a secret of our
 * own every hook is refused.
 */
export function createHookReader(secret: string | null): (hook: HookRequest) => HookReading {
  return (hook) => {
    if (secret === null)
      return refused(401, 'No hook secret is configured for this ServiceNow; hooks are refused.');
    const id = hook.headers['webhook-id'] ?? '';
    const timestamp = hook.headers['webhook-timestamp'] ?? '';
    if (!/^[\w-]{1,256}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) {
      return refused(401, 'The hook has no webhook-id or webhook-timestamp that could be signed.');
    }
    if (Math.abs(Number(timestamp) - hook.now.getTime() / 1000) > TOLERANCE_S) {
      return refused(
        401,
        'The hook is older or newer than five minutes; compare the clocks of both machines.',
      );
    }
    if (!isSigned(secret, hook, { id, timestamp })) {
      return refused(
        401,
        'The signature of the hook is missing or wrong; compare the hook secrets on both sides.',
      );
    }
    const body = readBody(hook.body);
    if (body === null)
      return refused(400, 'The signed hook holds no body that our business rule would send.');
    const ticket = isTicketTable(body.table) ? TicketId.parse(body.sys_id) : null;
    return { kind: 'accepted', key: id, ticket, event: `${body.table}.${body.event}` };
  };
}
