import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An id in Slack's style: a prefix that tells its kind, then capitals and digits. Opaque, never repeated. */
export function randomId(prefix: string, length = 10): string {
  let id = prefix;
  for (const byte of randomBytes(length)) id += ALPHABET[byte % ALPHABET.length] ?? '0';
  return id;
}
