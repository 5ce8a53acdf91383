import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const Envelope = z.strictObject({ until: z.int(), value: z.unknown() });
const LONGEST = 3_000;

/** Small things that a browser keeps for us and cannot change: signed, with an end, and for one purpose alone. */
export interface Sealing {
  /** `until`: milliseconds since 1970. The text may stand in a cookie. */
  seal(value: unknown, until: number): string;
  /** Null for whatever was not sealed here, for this, or is over. */
  open<T>(schema: z.ZodType<T>, text: string, now: number): T | null;
}

/** The first key signs; every key reads what it signed. */
export function createSealing(keys: readonly [Uint8Array, ...Uint8Array[]], purpose: string): Sealing {
  const derived = keys.map((key) =>
    Buffer.from(hkdfSync('sha256', key, '', `deskbridge.web.${purpose}`, 32)),
  );
  const macOf = (key: Buffer, body: string) => createHmac('sha256', key).update(body).digest();
  return {
    seal(value, until) {
      const [first] = derived;
      if (first === undefined) throw new Error('There is no key to sign with');
      const body = Buffer.from(JSON.stringify({ until, value })).toString('base64url');
      return `${body}-${macOf(first, body).toString('hex')}`;
    },
    open(schema, text, now) {
      if (text.length > LONGEST) return null;
      const at = text.lastIndexOf('-');
      const [body, said] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
      const mac = Buffer.from(said, 'hex');
      // Hex has two cases: another text of the same bytes was not made here.
      if (mac.toString('hex') !== said) return null;
      const isOurs = derived.some((key) => {
        const made = macOf(key, body);
        return made.length === mac.length && timingSafeEqual(made, mac);
      });
      if (!isOurs) return null;
      const read = Envelope.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
      return read.until > now ? (schema.safeParse(read.value).data ?? null) : null;
    },
  };
}
