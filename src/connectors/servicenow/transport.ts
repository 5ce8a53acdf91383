import axios, { isAxiosError } from 'axios';
import { z } from 'zod';
import type { Io } from '../../model/io.ts';
import { type Retry, retryLater, unknownEffect } from '../../model/outcome.ts';

/** Largest answer and largest request body, in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Whether the call changes something: then a lost answer means an unknown effect. */
  readonly effect: 'read' | 'write';
}

export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** A header by its lower-case name. */
  header(name: string): string | null;
  /** The JSON body; undefined when there was none or it was something else. */
  readonly json: unknown;
}

/** One exchange over HTTP, or why it did not come to an answer. Throws what io throws: the lease has ended. */
export interface Transport {
  send(call: HttpCall): Promise<HttpAnswer | Retry>;
}

const Cause = z.object({ code: z.string().optional(), syscall: z.string().optional() });
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const BAD_CERTIFICATE = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What a failed exchange means; only codes are looked at, never texts. */
function failureOf(error: unknown, effect: HttpCall['effect']): Retry | null {
  if (!isAxiosError(error)) return null;
  const code = error.code ?? '';
  const cause = Cause.safeParse(error.cause);
  const syscall = cause.success ? cause.data.syscall : undefined;
  if (BAD_CERTIFICATE.has(code)) {
    const advice =
      'Its administrator must repair the certificate, or the address in our configuration is wrong';
    return retryLater(
      `ServiceNow showed a certificate that is not valid (${code}). ${advice}.`,
      'destination',
    );
  }
  if (NOT_CONNECTED.has(code) || syscall === 'connect' || syscall === 'getaddrinfo') {
    const advice = 'We try again; check the address and the network if it stays so';
    return retryLater(`ServiceNow could not be reached (${code}). ${advice}.`, 'destination');
  }
  const what =
    code === 'ERR_CANCELED' ? 'did not answer in time' : `broke the connection (${code || 'no code'})`;
  if (effect === 'write') return unknownEffect(`ServiceNow ${what}; whether it did its work is looked up.`);
  return retryLater(`ServiceNow ${what}; we read again.`, 'destination');
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');
}

function parseJson(text: string, contentType: string): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function exchange(baseUrl: string, call: HttpCall, signal: AbortSignal): Promise<HttpAnswer | Retry> {
  try {
    const answer = await axios.request<string>({
      adapter: 'http',
      method: call.method,
      url: `${baseUrl}${call.path}`,
      headers: call.headers,
      ...(call.body === null ? {} : { data: call.body }),
      signal,
      responseType: 'text',
      transformRequest: [(data) => data],
      transformResponse: [(data) => data],
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: MAX_BYTES,
      maxBodyLength: MAX_BYTES,
      // Proxies from the environment would see the credentials of a plain-text loopback call.
      proxy: false,
    });
    const header = (name: string) => {
      const value: unknown = answer.headers[name];
      return typeof value === 'string' ? value : null;
    };
    const json = parseJson(answer.data, header('content-type') ?? '');
    return { kind: 'answer', status: answer.status, header, json };
  } catch (error) {
    const failure = failureOf(error, call.effect);
    if (failure === null) throw error;
    return failure;
  }
}

export function createTransport(deps: { readonly baseUrl: string; readonly io: Io }): Transport {
  return {
    async send(call) {
      let isSent = false;
      try {
        return await deps.io.exchange((signal) => {
          isSent = true;
          return exchange(deps.baseUrl, call, signal);
        });
      } catch (error) {
        // The time of the whole operation was up before this request: it was surely not sent.
        if (isTimeout(error) && !isSent) {
          return retryLater('The time for talking to ServiceNow was used up; we try again.', 'operation');
        }
        throw error;
      }
    },
  };
}
