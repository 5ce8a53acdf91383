import { randomUUID, sign } from 'node:crypto';

export interface AssertionParts {
  readonly clientId: string;
  /** User of the instance for whom the token is asked, by the field that the OAuth application names (e-mail by default). */
  readonly user: string;
  /** What the instance expects as audience; the client id unless its administrator set something else. */
  readonly audience: string;
  /** `kid` of the JWT verifier map; null to leave it out. */
  readonly keyId: string | null;
  /** RSA key in PEM. */
  readonly privateKey: string;
}

/** Life of an assertion, in seconds: long enough for clocks that differ. */
const LIFE_S = 300;

/** Variables of an environment often hold a key in one line, with \\n where its lines end. */
const lines = (pem: string) => pem.replaceAll('\\n', '\n');

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A signed JWT (RS256) for the bearer grant, with an id of its own.
 * @see https://www.servicenow.com/docs/bundle/xanadu-platform-security/page/administer/security/task/create-jwt-endpoint.html
 * @throws when the key cannot sign
 */
export function signAssertion(parts: AssertionParts, now: Date): string {
  const issued = Math.floor(now.getTime() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(parts.keyId === null ? {} : { kid: parts.keyId }) };
  const claims = {
    iss: parts.clientId,
    aud: parts.audience,
    sub: parts.user,
    iat: issued,
    exp: issued + LIFE_S,
    jti: randomUUID(),
  };
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), lines(parts.privateKey)).toString('base64url')}`;
}
