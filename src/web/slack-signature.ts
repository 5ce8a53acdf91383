import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own window, applied to both sides: Bolt refuses the past only (measured: it took a timestamp a year ahead). */
const SIGNATURE_WINDOW_S = 300;

export type SignatureReading =
  | { readonly kind: 'valid'; readonly signature: string }
  | { readonly kind: 'invalid'; readonly reason: 'missing' | 'malformed' | 'stale' | 'wrong' };

/**
 * Verifies Slack's v0 signature: HMAC-SHA256 over `v0:{timestamp}:{raw body}` with the app's signing secret
 * (docs.slack.dev, verifying requests from Slack).
 */
export function readSlackSignature(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  { secret, now }: { readonly secret: string; readonly now: Date },
): SignatureReading {
  const timestamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (timestamp === undefined || signature === undefined) return { kind: 'invalid', reason: 'missing' };
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) {
    return { kind: 'invalid', reason: 'malformed' };
  }
  const ageS = now.getTime() / 1000 - Number(timestamp);
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const given = Buffer.from(signature.slice(3), 'hex');
  if (!timingSafeEqual(expected, given)) return { kind: 'invalid', reason: 'wrong' };
  if (Math.abs(ageS) > SIGNATURE_WINDOW_S) return { kind: 'invalid', reason: 'stale' };
  return { kind: 'valid', signature };
}
