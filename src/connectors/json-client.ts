import type { z } from 'zod';
import type { Io } from '../model/io.ts';
import { type Outcome, ok, type Refusal, rejected, retryLater, unknownEffect } from '../model/outcome.ts';
import {
  CHANGED_MEANWHILE,
  DELETED,
  FORBIDDEN,
  lookedUp,
  MOVED_ADDRESS,
  NOT_LET_IN,
  NOT_THERE,
  nothingSent,
  pageForData,
  readAgain,
  refusedAsWrong,
  sentElsewhere,
  slowDown,
  tooMuch,
  unknownShape,
} from '../texts/ticket-systems.ts';
import { type Exchanged, exchange } from './exchange.ts';

export interface JsonWrite {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL; every part that comes from outside goes through `segment`. */
  readonly path: string;
  readonly body?: unknown;
}

type Search = Readonly<Record<string, string | number>>;

/** An answer of 400 and above. */
export type Refused = Extract<Exchanged, { kind: 'status' }>;

export interface JsonClientOptions {
  /** How people call the system: it stands in every reason. */
  readonly system: string;
  readonly baseUrl: string;
  readonly io: Io;
  /** Of every request: the credential, the version of the interface. */
  readonly headers: Readonly<Record<string, string>>;
  /** What this system means by an answer of its own kind; null: what HTTP means by it. */
  readonly meaning?: (answer: Refused) => Outcome<never> | null;
}

/** A system that speaks JSON over HTTP. Whether a call reads or writes decides what a lost answer means. */
export interface JsonClient {
  read<T>(schema: z.ZodType<T>, path: string, search?: Search): Promise<Outcome<T>>;
  write<T>(schema: z.ZodType<T>, call: JsonWrite): Promise<Outcome<T>>;
}

/** One part of a path: nothing in it leads out of it. */
export function segment(text: string): string {
  if (/^\.{0,2}$/.test(text))
    throw new Error('A request was built with a part of a path that leads elsewhere');
  return encodeURIComponent(text);
}

/**
 * Requests inside the caller's io scope, each of them one exchange: JSON only, no redirect, at most 8 MB. Whatever becomes
 * of it is an outcome, and the schema has the last word on an answer.
 */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const { system, io, headers } = options;
  const base = options.baseUrl.replace(/\/+$/, '');

  async function call<T>(on: On, schema: z.ZodType<T>, { method, url, body }: Call) {
    const answer = await exchange(io, {
      system,
      url,
      wants: 'json',
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'Deskbridge',
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (answer.kind !== 'json') return unanswered(answer, on, options);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return ok(parsed.data);
    const paths = parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 5);
    return lost(on, unknownShape(system, paths.join(', ')));
  }

  return {
    read(schema, path, search = {}) {
      const url = new URL(`${base}${path}`);
      for (const [name, value] of Object.entries(search)) url.searchParams.set(name, String(value));
      return call('read', schema, { method: 'GET', url });
    },
    write: (schema, { method, path, body }) =>
      call('write', schema, { method, url: new URL(`${base}${path}`), body }),
  };
}

type On = 'read' | 'write';
interface Call {
  readonly method: string;
  readonly url: URL;
  readonly body?: unknown;
}

function lost(on: On, what: string): Outcome<never> {
  if (on === 'write') return unknownEffect(lookedUp(what));
  return retryLater(readAgain(what), 'destination');
}

const CODES: Readonly<Record<number, readonly [Refusal, string]>> = {
  401: ['auth', NOT_LET_IN],
  403: ['forbidden', FORBIDDEN],
  404: ['not-found', NOT_THERE],
  409: ['conflict', CHANGED_MEANWHILE],
  410: ['not-found', DELETED],
};

function unanswered(
  answer: Exclude<Exchanged, { kind: 'json' }>,
  on: On,
  { system, meaning }: JsonClientOptions,
): Outcome<never> {
  switch (answer.kind) {
    case 'not-sent':
      return retryLater(nothingSent(answer.reason), answer.scope);
    case 'lost':
      return lost(on, answer.reason);
    case 'redirect': {
      const advice = MOVED_ADDRESS;
      return rejected('invalid', sentElsewhere(system, answer.to, advice));
    }
    case 'status':
      return meaning?.(answer) ?? outcomeOfStatus(answer, on, system);
    case 'too-large':
      return lost(on, tooMuch(system));
    default:
      return lost(on, pageForData(system));
  }
}

/** What HTTP means by an answer of 400 and above. Told apart by status and headers, never by its text. */
function outcomeOfStatus({ status, headers }: Refused, on: On, system: string): Outcome<never> {
  if (status === 429) {
    const asked = Number(headers.get('retry-after') ?? Number.NaN);
    const afterMs = Number.isFinite(asked) && asked >= 0 ? Math.min(asked, 3600) * 1000 : undefined;
    return retryLater(slowDown(system), 'destination', afterMs);
  }
  if (status >= 500 || status === 408 || status === 425) return lost(on, `${system} failed (${status})`);
  const refused = refusedAsWrong(status);
  const [code, sentence] = CODES[status] ?? ['invalid', refused];
  return rejected(code, `${system} ${sentence}`);
}
