import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { HookReading, HookRequest } from './connector.ts';

type Refused = Extract<HookReading, { kind: 'refused' }>;

/**
 * The JSON of a hook that is signed with HMAC-SHA256 over its bytes, as `sha256=` and hex in `header`; or why it is refused.
 * Without a secret every hook is refused.
 */
export function readSignedHook<T>(
  schema: z.ZodType<T>,
  hook: HookRequest,
  { secret, header }: { readonly secret: string | null; readonly header: string },
): { readonly kind: 'signed'; readonly body: T } | Refused {
  if (secret === null) return refused(401, 'No hook secret is configured, so every hook is refused');
  if (!isSigned(secret, hook.body, hook.headers[header])) {
    const advice = 'compare the secret on the other side with ours';
    return refused(401, `The signature of the hook is missing or wrong; ${advice}`);
  }
  const parsed = schema.safeParse(parseJson(hook.body));
  if (parsed.success) return { kind: 'signed', body: parsed.data };
  return refused(400, 'The hook is signed, but it is none that this version understands');
}

function isSigned(secret: string, body: Uint8Array, header: string | undefined): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(given, 'hex'));
}

function refused(status: 400 | 401, reason: string): Refused {
  return { kind: 'refused', status, reason };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
