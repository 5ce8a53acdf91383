import { Readable } from 'node:stream';
import axios, { type AxiosRequestConfig, isAxiosError } from 'axios';
import { z } from 'zod';
import { isAddressRefused } from '../../model/inward.ts';
import type { Io } from '../../model/io.ts';
import { type Retry, retryLater, unknownEffect } from '../../model/outcome.ts';
import {
  CHECK_NETWORK,
  CORRECT_ADDRESS,
  certificateInvalid,
  connectionBroke,
  effectLookedUp,
  INWARD_ADDRESS,
  NO_CODE,
  NO_TIME_LEFT,
  NOT_IN_TIME,
  notReached,
  REPAIR_CERTIFICATE,
  readAgainLater,
} from '../../texts/servicenow-access.ts';

/** Largest answer and largest request body, in bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A body that is read while it is sent. */
export interface StreamedBody {
  /** In bytes; exactly as many are sent. */
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | StreamedBody | null;
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

/** An answer whose body is still to be read. */
export interface StreamedAnswer {
  readonly kind: 'stream';
  readonly mime: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** One exchange over HTTP, or why it did not come to an answer. Throws what io throws: the lease has ended. */
export interface Transport {
  send(call: HttpCall): Promise<HttpAnswer | Retry>;
  /** The same for a file: a 200 is handed over while it arrives, within the time of the scope; all else is read. */
  open(call: HttpCall): Promise<StreamedAnswer | HttpAnswer | Retry>;
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

function addressRefused(): Retry {
  const what = INWARD_ADDRESS;
  const advice = CORRECT_ADDRESS;
  return retryLater(`${what}. ${advice}.`, 'destination');
}

/** What a failed exchange means; only codes are looked at, never texts. */
function failureOf(error: unknown, effect: HttpCall['effect']): Retry | null {
  if (isAddressRefused(error)) return addressRefused();
  if (!isAxiosError(error)) return null;
  const code = error.code ?? '';
  const cause = Cause.safeParse(error.cause);
  const syscall = cause.success ? cause.data.syscall : undefined;
  if (BAD_CERTIFICATE.has(code)) {
    const advice = REPAIR_CERTIFICATE;
    return retryLater(certificateInvalid(code, advice), 'destination');
  }
  if (NOT_CONNECTED.has(code) || syscall === 'connect' || syscall === 'getaddrinfo') {
    const advice = CHECK_NETWORK;
    return retryLater(notReached(code, advice), 'destination');
  }
  const what = code === 'ERR_CANCELED' ? NOT_IN_TIME : connectionBroke(code || NO_CODE);
  if (effect === 'write') return unknownEffect(effectLookedUp(what));
  return retryLater(readAgainLater(what), 'destination');
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

interface Sending {
  readonly baseUrl: string;
  readonly call: HttpCall;
  readonly signal: AbortSignal;
  readonly wayTo: Io['wayTo'];
}

function requestOf<Type extends 'text' | 'stream'>(
  { baseUrl, call, signal, wayTo }: Sending,
  responseType: Type,
) {
  const { body } = call;
  const { httpAgent, httpsAgent } = wayTo(new URL(baseUrl));
  const streamed = body === null || typeof body === 'string' ? null : body;
  return {
    adapter: 'http',
    method: call.method,
    url: `${baseUrl}${call.path}`,
    headers: streamed === null ? call.headers : { ...call.headers, 'content-length': String(streamed.size) },
    ...(body === null ? {} : { data: streamed === null ? body : Readable.from(streamed.bytes) }),
    signal,
    responseType,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
    maxRedirects: 0,
    maxContentLength: responseType === 'stream' ? Number.POSITIVE_INFINITY : MAX_BYTES,
    maxBodyLength: streamed === null ? MAX_BYTES : Math.max(streamed.size, 1),
    // A file is compared byte by byte with its announced size: it comes as it is.
    ...(responseType === 'stream' ? { decompress: false } : {}),
    // Proxies from the environment would see the credentials of a plain-text loopback call.
    proxy: false,
    httpAgent,
    httpsAgent,
  } as const satisfies AxiosRequestConfig;
}

type Headers = Readonly<Record<string, unknown>>;

function headerOf(headers: Headers): HttpAnswer['header'] {
  return (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  };
}

function answerOf(status: number, headers: Headers, text: string): HttpAnswer {
  const header = headerOf(headers);
  return { kind: 'answer', status, header, json: parseJson(text, header('content-type') ?? '') };
}

async function exchange(sending: Sending): Promise<HttpAnswer | Retry> {
  try {
    const answer = await axios.request<string>(requestOf(sending, 'text'));
    return answerOf(answer.status, answer.headers, answer.data);
  } catch (error) {
    const failure = failureOf(error, sending.call.effect);
    if (failure === null) throw error;
    return failure;
  }
}

async function openStream(sending: Sending): Promise<StreamedAnswer | HttpAnswer | Retry> {
  try {
    const { status, headers, data } = await axios.request<Readable>(requestOf(sending, 'stream'));
    const mime = headerOf(headers)('content-type') ?? '';
    if (status === 200) return { kind: 'stream', mime, bytes: data };
    return answerOf(status, headers, await beginningOf(data));
  } catch (error) {
    const failure = failureOf(error, sending.call.effect);
    if (failure === null) throw error;
    return failure;
  }
}

/** An error that is longer than this is not worth reading. */
const ERROR_BYTES = 65_536;

async function beginningOf(stream: Readable): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Uint8Array.from(Buffer.from(chunk));
    chunks.push(bytes);
    size += bytes.length;
    if (size >= ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function createTransport(deps: { readonly baseUrl: string; readonly io: Io }): Transport {
  async function within<T>(call: HttpCall, work: (sending: Sending) => Promise<T>): Promise<T | Retry> {
    let isSent = false;
    try {
      return await deps.io.exchange((signal) => {
        isSent = true;
        return work({ baseUrl: deps.baseUrl, call, signal, wayTo: deps.io.wayTo });
      });
    } catch (error) {
      // The time of the whole operation was up before this request: it was surely not sent.
      if (isTimeout(error) && !isSent) {
        return retryLater(NO_TIME_LEFT, 'operation');
      }
      throw error;
    }
  }
  return { send: (call) => within(call, exchange), open: (call) => within(call, openStream) };
}
