import { isAddressRefused } from '../model/inward.ts';
import type { Io } from '../model/io.ts';
import {
  connectionBroke,
  inwardAddress,
  NO_TIME_LEFT,
  notInTime,
  notReached,
  UNKNOWN_ADDRESS,
} from '../texts/ticket-systems.ts';

export interface HttpRequest {
  /** How people call the system: it stands in reasons. */
  readonly system: string;
  readonly url: URL;
  readonly wants: 'json' | 'content';
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A body that comes in pieces is sent while it is read. */
  readonly body: string | AsyncIterable<Uint8Array> | null;
}

/** All that can become of one HTTP request. */
export type Exchanged =
  | { readonly kind: 'json'; readonly body: unknown; readonly headers: Headers }
  /** Only where content was asked for: it comes while it is read, and reading throws when the connection breaks. */
  | { readonly kind: 'content'; readonly bytes: AsyncIterable<Uint8Array>; readonly headers: Headers }
  | { readonly kind: 'status'; readonly status: number; readonly headers: Headers; readonly body: unknown }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'not-json' | 'too-large' }
  /** Surely never reached the other side. */
  | { readonly kind: 'not-sent'; readonly reason: string; readonly scope: 'destination' | 'operation' }
  /** May have reached the other side; the answer did not reach us. */
  | { readonly kind: 'lost'; readonly reason: string };

const MAX_BYTES = 8 * 1024 * 1024;

/** Codes of failures before the first byte of a request: no connection, no name, no trusted certificate. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The system's code of a failed fetch, which wraps it; null when it names none. */
function codeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null;
  return typeof cause.code === 'string' ? cause.code : null;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function failed(error: unknown, system: string): Exchanged {
  if (isTimeout(error)) return { kind: 'lost', reason: notInTime(system) };
  const code = codeOf(error);
  if (isAddressRefused(error)) {
    const reason = inwardAddress(system);
    return { kind: 'not-sent', reason, scope: 'destination' };
  }
  if (code !== null && NEVER_SENT.has(code)) {
    return { kind: 'not-sent', reason: notReached(system, code), scope: 'destination' };
  }
  return {
    kind: 'lost',
    reason: connectionBroke(system, code ?? 'reset'),
  };
}

async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  for await (const piece of response.body ?? []) yield piece;
}

/** The whole body, or null when it is larger than we read. */
async function readBody(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function hostOf(location: string | null, from: URL): string {
  if (location === null || !URL.canParse(location, from.href)) return UNKNOWN_ADDRESS;
  return new URL(location, from).host;
}

async function interpret(response: Response, { url, wants }: HttpRequest): Promise<Exchanged> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return { kind: 'redirect', to: hostOf(headers.get('location'), url) };
  }
  if (wants === 'content' && status < 300) return { kind: 'content', bytes: piecesOf(response), headers };
  const text = await readBody(response);
  const isJson = (headers.get('content-type') ?? '').includes('json');
  if (status >= 400) {
    const body = isJson && text !== null ? parseJson(text)?.value : undefined;
    return { kind: 'status', status, headers, body };
  }
  if (text === null) return { kind: 'too-large' };
  if (text === '' && (status === 202 || status === 204)) return { kind: 'json', body: undefined, headers };
  const parsed = isJson ? parseJson(text) : null;
  return parsed === null ? { kind: 'not-json' } : { kind: 'json', body: parsed.value, headers };
}

function bodyOf({ body }: HttpRequest) {
  if (body === null || typeof body === 'string') return { body };
  return { body: ReadableStream.from(body), duplex: 'half' as const };
}

/**
 * One request inside the caller's io scope. Never follows a redirect, reads at most 8 MB, and takes nothing but JSON
 * for an answer unless content was asked for. Throws only what io() throws: DeadlinePassed, or the bug of a missing scope.
 */
export async function exchange(io: Io, request: HttpRequest): Promise<Exchanged> {
  let started = false;
  try {
    return await io.exchange(async (signal) => {
      started = true;
      try {
        const response = await fetch(request.url, {
          method: request.method,
          headers: request.headers,
          redirect: 'manual',
          signal,
          dispatcher: io.wayTo(request.url).dispatcher,
          ...bodyOf(request),
        });
        return await interpret(response, request);
      } catch (error) {
        return failed(error, request.system);
      }
    });
  } catch (error) {
    if (started || !isTimeout(error)) throw error;
    return { kind: 'not-sent', reason: NO_TIME_LEFT, scope: 'operation' };
  }
}
