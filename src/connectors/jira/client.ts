import type { CloudClient, ServiceDeskClient } from 'jira.js';
import { z } from 'zod';
import type { Io } from '../../model/io.ts';
import type { Log } from '../../model/log.ts';
import {
  type Outcome,
  ok,
  type Rejected,
  type Retry,
  rejected,
  retryLater,
  unknownEffect,
} from '../../model/outcome.ts';
import {
  lookedUp,
  nothingSent,
  PAGE_FOR_DATA,
  readAgain,
  redirectedTo,
  SIGN_IN_RENEWED,
  TICKET_TOO_LARGE,
  unknownShape,
  WRITE_ANSWER_TOO_LARGE,
} from '../../texts/jira.ts';
import { type Exchanged, exchange, type HttpRequest } from '../exchange.ts';
import type { JiraBudget } from './budgets.ts';
import type { JiraCredential, JiraPass } from './credentials.ts';
import { outcomeOfStatus } from './failure.ts';

export interface JiraClientOptions {
  readonly credential: JiraCredential;
  /** What is kept below Jira's limits; absent: nothing is counted. */
  readonly budget?: JiraBudget;
  readonly io: Io;
  readonly log: Log;
}

export interface JiraApi {
  readonly cloud: CloudClient;
  readonly desk: ServiceDeskClient;
  /** A read that the library does not know. */
  get(url: string, searchParams: Record<string, unknown>): Promise<unknown>;
  /** A write of values that the library's types do not know. */
  put(url: string, body: unknown): Promise<unknown>;
  post(url: string, body: unknown): Promise<unknown>;
}

export interface Upload {
  readonly url: string;
  readonly contentType: string;
  /** Of the whole body, in bytes. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Download {
  readonly headers: Headers;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Every call is one request, declared by who makes it as a read or a write: that decides what a lost answer means. */
export interface JiraClient {
  /** Sends a body of `size` bytes piece by piece. A source that fails ends the request before it is whole. */
  upload<T>(schema: z.ZodType<T>, upload: Upload): Promise<Outcome<T>>;
  /** The content behind a path, while it comes. */
  download(url: string, searchParams: Record<string, unknown>): Promise<Outcome<Download>>;
  read<T>(schema: z.ZodType<T>, ask: (api: JiraApi) => Promise<unknown>): Promise<Outcome<T>>;
  /** A read as it was answered, whatever became of it. */
  examine(url: string, searchParams: Record<string, unknown>): Promise<Answered>;
  write<T>(schema: z.ZodType<T>, ask: (api: JiraApi) => Promise<unknown>): Promise<Outcome<T>>;
}

/** All that can become of one request, and what it said that may not be said again. */
type Answered =
  | (Exchanged & { readonly pass: JiraPass })
  /** There was nothing to send it with. */
  | { readonly kind: 'no-pass'; readonly outcome: Retry | Rejected };

type NoAnswer = Exclude<Answered, { kind: 'json' | 'content' }>;

/** Carries what happened through jira.js, which knows only values and throws. */
class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly what: NoAnswer;
  constructor(what: NoAnswer) {
    super(what.kind);
    this.what = what;
  }
}

/** What jira.js hands to a transport; it puts path parameters in unencoded. */
interface LibraryRequest {
  readonly url: string;
  readonly method?: string | undefined;
  readonly body?: unknown;
  readonly searchParams?: Record<string, unknown> | undefined;
}

/** Only the APIs that we use, and no segment that could climb: ids are checked before, this is the second fence. */
const PATH = /^\/rest\/(api\/3|servicedeskapi|webhooks\/1\.0)(\/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)+$/;
const DESK = '/rest/servicedeskapi/';
/** Some of its operations (customers, articles, temporary files) are called experimental and ask for this. */
const OPT_IN = { 'x-experimentalapi': 'opt-in' };
/** Near the limit it is still an answer, but worth a line. */
const NEAR_LIMIT = 'x-ratelimit-nearlimit';

function searchOf(params: Record<string, unknown> | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one));
    }
  }
  return search.size === 0 ? '' : `?${search}`;
}

interface RawRequest extends LibraryRequest {
  readonly wants: 'json' | 'content';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpRequest['body'];
}

type Transport = (request: RawRequest) => Promise<Answered>;

function createTransport({ credential, budget, io, log }: JiraClientOptions): Transport {
  async function send(pass: JiraPass, request: RawRequest): Promise<Exchanged & { pass: JiraPass }> {
    const { url, method = 'GET', body, searchParams, wants, headers } = request;
    const target = new URL(`${pass.base}${url}${searchOf(searchParams)}`);
    if (target.origin !== new URL(pass.base).origin)
      throw new Error('A request to Jira was about to leave its site');
    const answer = await exchange(io, {
      system: 'Jira',
      url: target,
      wants,
      method,
      headers: {
        accept: wants === 'json' ? 'application/json' : '*/*',
        authorization: pass.authorization,
        'user-agent': 'Deskbridge',
        ...(url.startsWith(DESK) ? OPT_IN : {}),
        ...headers,
      },
      body,
    });
    if (answer.kind === 'json' && answer.headers.get(NEAR_LIMIT) === 'true') {
      log.warn({ method, path: url }, 'Jira says that we are near its rate limit');
    }
    if (answer.kind === 'json' || answer.kind === 'status') await budget?.heed({ method, path: url }, answer);
    return { ...answer, pass };
  }

  return async (request) => {
    if (!PATH.test(request.url))
      throw new Error('A request to Jira was built with a path that is none of ours');
    const full = await budget?.admit({ method: request.method ?? 'GET', path: request.url });
    if (full != null) return { kind: 'no-pass', outcome: full };
    const pass = await credential.pass();
    if (pass.kind !== 'ok') return { kind: 'no-pass', outcome: pass };
    const answer = await send(pass.value, request);
    if (answer.kind !== 'status' || answer.status !== 401) return answer;
    // Refused before anything was done, so that it can be sent again: unless its body is used up.
    const another = await credential.another(pass.value);
    if (another === null) return answer;
    if (another.kind !== 'ok') return { kind: 'no-pass', outcome: another };
    if (request.body === null || typeof request.body === 'string') return await send(another.value, request);
    return {
      kind: 'no-pass',
      outcome: retryLater(SIGN_IN_RENEWED, 'operation'),
    };
  };
}

/** One call of the library: JSON both ways. */
async function sendJson(send: Transport, { body, ...request }: LibraryRequest): Promise<unknown> {
  const answer = await send({
    ...request,
    wants: 'json',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (answer.kind === 'json') return answer.body;
  throw new Unanswered(answer.kind === 'content' ? { ...answer, kind: 'not-json' } : answer);
}

function unanswered(what: NoAnswer, on: 'read' | 'write', doubt: string): Outcome<never> {
  switch (what.kind) {
    case 'no-pass':
      return what.outcome;
    case 'not-sent':
      return retryLater(nothingSent(what.reason), what.scope);
    case 'redirect':
      return rejected('invalid', redirectedTo(what.to));
    case 'status':
      return outcomeOfStatus(what, { on, doubt, secrets: what.pass.secrets });
    case 'too-large':
      if (on === 'write') return unknownEffect(WRITE_ANSWER_TOO_LARGE);
      return rejected('invalid', TICKET_TOO_LARGE);
    case 'not-json':
      return lost(on, PAGE_FOR_DATA);
    case 'lost':
      return lost(on, what.reason);
  }
}

function lost(on: 'read' | 'write', what: string) {
  if (on === 'write') return unknownEffect(lookedUp(what));
  return retryLater(readAgain(what), 'destination');
}

/**
 * jira.js over our own transport. The library takes half a second to load, so that begins at once and the first call does
 * not spend its time on it.
 */
export function createJiraClient(options: JiraClientOptions): JiraClient {
  const send = createTransport(options);
  const { doubt } = options.credential;
  const api = load();
  // Whoever calls hears of it.
  api.catch(() => {});

  async function load(): Promise<JiraApi> {
    const { createCloudClient, createServiceDeskClient } = await import('jira.js');
    const transport = {
      // The library's own schemas let a whole answer through unchecked at the first surprise. Ours come after.
      sendRequest: async <T>(request: LibraryRequest) => z.custom<T>().parse(await sendJson(send, request)),
    };
    return {
      cloud: createCloudClient(transport),
      desk: createServiceDeskClient(transport),
      get: (url, searchParams) => sendJson(send, { url, searchParams }),
      put: (url, body) => sendJson(send, { url, method: 'PUT', body }),
      post: (url, body) => sendJson(send, { url, method: 'POST', body }),
    };
  }

  function understood<T>(on: 'read' | 'write', schema: z.ZodType<T>, answer: unknown): Outcome<T> {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return ok(parsed.data);
    const paths = parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 5);
    options.log.warn({ paths }, 'Jira answered in a shape that we do not understand');
    return lost(on, unknownShape(paths.join(', ')));
  }

  async function call<T>(
    on: 'read' | 'write',
    schema: z.ZodType<T>,
    ask: (api: JiraApi) => Promise<unknown>,
  ): Promise<Outcome<T>> {
    try {
      return understood(on, schema, await ask(await api));
    } catch (error) {
      if (error instanceof Unanswered) return unanswered(error.what, on, doubt);
      throw error;
    }
  }

  return {
    read: (schema, ask) => call('read', schema, ask),
    examine: (url, searchParams) => send({ url, searchParams, wants: 'json', headers: {}, body: null }),
    write: (schema, ask) => call('write', schema, ask),
    async upload(schema, { url, contentType, size, body }) {
      const headers = {
        'content-type': contentType,
        'content-length': String(size),
        // Without it Jira takes the upload for a forged one.
        'x-atlassian-token': 'no-check',
      };
      const answer = await send({ url, method: 'POST', wants: 'json', headers, body });
      if (answer.kind === 'json') return understood('write', schema, answer.body);
      return unanswered(answer.kind === 'content' ? { ...answer, kind: 'not-json' } : answer, 'write', doubt);
    },
    async download(url, searchParams) {
      const answer = await send({ url, searchParams, wants: 'content', headers: {}, body: null });
      if (answer.kind === 'content') return ok({ headers: answer.headers, bytes: answer.bytes });
      return unanswered(answer.kind === 'json' ? { ...answer, kind: 'not-json' } : answer, 'read', doubt);
    },
  };
}
