import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ApprovalId, DECISIONS, PayloadHash } from '../model/approval.ts';
import { type InstallId, PrincipalId } from '../model/ids.ts';
import { canonical, type Json } from './canonical.ts';

/** Longer than any that was ever made here. */
const LONGEST = 2_000;
const MINUTE_MS = 60_000;

/** What a token says. It is worth nothing alone: whoever brings it is known by a signed call, and has to be `apr`. */
const Claims = z.strictObject({
  jti: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Of which approval, version and step. */
  wf: ApprovalId,
  rnd: z.int().positive(),
  step: z.int().nonnegative(),
  ph: PayloadHash,
  apr: PrincipalId,
  dec: z.enum(DECISIONS),
  aud: z.enum(['card', 'home', 'web']),
  /** Milliseconds since 1970. */
  exp: z.int().positive(),
});
export type Claims = z.infer<typeof Claims>;

/** Makes and reads the tokens of one install: those of another one are forged here. */
export interface ApprovalTokens {
  sign(claims: Omit<Claims, 'jti'>): { readonly token: string; readonly jtiHash: Buffer };
  /** Null for whatever was not made here, to the last bit. */
  read(token: string): { readonly claims: Claims; readonly jtiHash: Buffer } | null;
}

/** The first key signs; every key reads what it signed, so that keys can be rotated without stopping. */
export function createApprovalTokens(
  keys: readonly [Uint8Array, ...Uint8Array[]],
  install: InstallId,
): ApprovalTokens {
  const derived = keys.map((key) => {
    const own = Buffer.from(hkdfSync('sha256', key, install, 'deskbridge.approval-token.v1', 32));
    return { own, kid: createHash('sha256').update(own).digest('hex').slice(0, 16) };
  });
  const [first] = derived;
  const macOf = (own: Buffer, signed: string) => createHmac('sha256', own).update(signed).digest();
  const hashOf = (jti: string) => createHash('sha256').update(jti).digest();
  return {
    sign(claims) {
      if (first === undefined) throw new Error('There is no key to sign with');
      const jti = randomBytes(32).toString('base64url');
      const signed = `v1.${first.kid}.${Buffer.from(canonical({ ...claims, jti })).toString('base64url')}`;
      const token = `${signed}.${macOf(first.own, signed).toString('base64url')}`;
      return { token, jtiHash: hashOf(jti) };
    },
    read(token) {
      if (token.length > LONGEST) return null;
      const [v, kid, body, mac, ...more] = token.split('.');
      if (v !== 'v1' || body === undefined || mac === undefined || more.length > 0) return null;
      const key = derived.find((one) => one.kid === kid);
      if (key === undefined) return null;
      const [said, made] = [Buffer.from(mac, 'base64url'), macOf(key.own, `v1.${kid}.${body}`)];
      // The last character of base64 holds spare bits, which decoding drops: another text of the same bytes is no token.
      if (said.length !== made.length || said.toString('base64url') !== mac) return null;
      if (!timingSafeEqual(said, made)) return null;
      const claims = claimsIn(body);
      return claims === null ? null : { claims, jtiHash: hashOf(claims.jti) };
    },
  };
}

function claimsIn(body: string): Claims | null {
  try {
    const read: Json = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    return Claims.safeParse(read).data ?? null;
  } catch {
    return null;
  }
}

/** How long a token lasts, in milliseconds; a new one is given whenever somebody looks at the card again. */
export const TOKEN_MS = {
  critical: 10 * MINUTE_MS,
  high: 10 * MINUTE_MS,
  medium: 24 * 60 * MINUTE_MS,
  low: 72 * 60 * MINUTE_MS,
} as const;
