import { z } from 'zod';
import type { Io } from '../../model/io.ts';

export interface SlackQuestion {
  readonly method: string;
  readonly token: string;
  readonly args?: Readonly<Record<string, string>>;
}

/** One call as the doctor sees it: with its headers, its time, and what stood in the way told apart. */
export type SlackAnswer =
  | {
      readonly kind: 'answered';
      /** Slack's word for its refusal; null when it did what was asked. */
      readonly error: string | null;
      readonly body: unknown;
      /** What the token was granted; null when Slack did not say. */
      readonly scopes: readonly string[] | null;
      readonly before: Date;
      readonly after: Date;
      /** Slack's own time; null when it did not say. */
      readonly date: Date | null;
    }
  | { readonly kind: 'slowed-down' }
  | { readonly kind: 'not-slack'; readonly what: string }
  | { readonly kind: 'unreachable'; readonly what: string };

export type AskSlack = (question: SlackQuestion) => Promise<SlackAnswer>;

const Envelope = z.looseObject({ ok: z.boolean(), error: z.string().optional() });
const TIMEOUT_MS = 10_000;
const LARGEST = 1_000_000;

export interface AskSlackDeps {
  readonly apiUrl: string;
  readonly io: Io;
  readonly now: () => Date;
}

/** Asks the Web API for the doctor: only methods that read. The token goes to `apiUrl` and nowhere else. */
export function createAskSlack({ apiUrl, io, now }: AskSlackDeps): AskSlack {
  const base = apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`;

  return async ({ method, token, args = {} }) => {
    const before = now();
    try {
      return await io.run('slack.read', { timeoutMs: TIMEOUT_MS }, () =>
        io.exchange(async (signal) => {
          const response = await fetch(new URL(method, base), {
            method: 'POST',
            headers: { authorization: `Bearer ${token}` },
            body: new URLSearchParams(args),
            redirect: 'manual',
            signal,
            dispatcher: io.wayTo(new URL(base)).dispatcher,
          });
          return await read(response, { before, now });
        }),
      );
    } catch (error) {
      return { kind: 'unreachable', what: causeOf(error) };
    }
  };
}

async function read(
  response: Response,
  { before, now }: { readonly before: Date; readonly now: () => Date },
): Promise<SlackAnswer> {
  const { status, headers } = response;
  if (status === 429) {
    await response.body?.cancel();
    return { kind: 'slowed-down' };
  }
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return { kind: 'not-slack', what: `it redirects to ${hostOf(headers.get('location'), response.url)}` };
  }
  if (status >= 500) {
    await response.body?.cancel();
    return { kind: 'unreachable', what: `it answers with an error of its own (HTTP ${status})` };
  }
  const envelope = Envelope.safeParse(await jsonOf(response));
  if (!envelope.success)
    return { kind: 'not-slack', what: `it answers something else than Slack's JSON (HTTP ${status})` };
  const { ok, error = 'unknown_error' } = envelope.data;
  if (!ok && (error === 'ratelimited' || error === 'rate_limited')) return { kind: 'slowed-down' };
  const date = headers.get('date');
  return {
    kind: 'answered',
    error: ok ? null : error.replaceAll(/[^\w.-]/g, '').slice(0, 80),
    body: envelope.data,
    scopes:
      headers
        .get('x-oauth-scopes')
        ?.split(',')
        .map((scope) => scope.trim())
        .filter((scope) => scope !== '') ?? null,
    before,
    after: now(),
    date: date === null ? null : new Date(date),
  };
}

async function jsonOf(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

function hostOf(location: string | null, from: string): string {
  return location !== null && URL.canParse(location, from)
    ? new URL(location, from).host
    : 'an unknown address';
}

/** The system's code of what failed, which stands somewhere in a chain of causes. */
function causeOf(error: unknown): string {
  let cause = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    if (cause instanceof DOMException && cause.name === 'TimeoutError') return 'it did not answer in time';
    if ('code' in cause && typeof cause.code === 'string') return `the connection failed (${cause.code})`;
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return 'the connection failed';
}
