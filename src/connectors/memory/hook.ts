import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HookReading, HookRequest } from '../connector.ts';
import { HookBody } from './schema.ts';

/** How far the signed time of a hook may be from ours, to both sides, in milliseconds. */
const TOLERANCE_MS = 300_000;

const HOOK_HEADERS = {
  id: 'x-desk-hook-id',
  timestamp: 'x-desk-hook-timestamp',
  signature: 'x-desk-hook-signature',
} as const;

function signature(secret: string, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest();
}

/** A hook as the memory desk sends it. A retry keeps its id and is signed anew at its own time. */
export function signHook(secret: string, hook: { id: string; at: Date; body: Uint8Array }) {
  const timestamp = String(Math.floor(hook.at.getTime() / 1000));
  const signed = signature(secret, hook.id, timestamp, hook.body).toString('hex');
  return {
    'content-type': 'application/json',
    [HOOK_HEADERS.id]: hook.id,
    [HOOK_HEADERS.timestamp]: timestamp,
    [HOOK_HEADERS.signature]: `sha256=${signed}`,
  };
}

function refused(status: 400 | 401, reason: string): HookReading {
  return { kind: 'refused', status, reason };
}

/** Verifies signature and age, then names the ticket. Never throws for what a stranger can send. */
export function readHook(secret: string | null, hook: HookRequest): HookReading {
  if (secret === null) return refused(401, 'No hook secret is configured, so every hook is refused');
  const id = hook.headers[HOOK_HEADERS.id];
  const timestamp = hook.headers[HOOK_HEADERS.timestamp];
  const given = /^sha256=([0-9a-f]{64})$/.exec(hook.headers[HOOK_HEADERS.signature] ?? '')?.[1];
  if (id === undefined || timestamp === undefined || given === undefined) {
    return refused(401, 'The hook carries no signature of ours, so it was refused');
  }
  if (!timingSafeEqual(Buffer.from(given, 'hex'), signature(secret, id, timestamp, hook.body))) {
    return refused(
      401,
      'The signature does not fit the body; check that both sides hold the same hook secret',
    );
  }
  // Only after the signature: an unsigned time says nothing. NaN compares false and is refused.
  if (!(Math.abs(hook.now.getTime() - Number(timestamp) * 1000) <= TOLERANCE_MS)) {
    return refused(
      401,
      'The hook was signed more than five minutes from now; check the clocks of both sides',
    );
  }
  const body = parseBody(hook.body);
  if (body === null) return refused(400, 'The signed body is not a hook that this version knows');
  return { kind: 'accepted', key: id, ticket: body.ticket, event: body.event };
}

function parseBody(bytes: Uint8Array): HookBody | null {
  try {
    return HookBody.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}
