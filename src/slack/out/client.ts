import {
  LogLevel,
  SlackError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { isAddressRefused } from '../../model/inward.ts';
import type { Io } from '../../model/io.ts';
import { type Outcome, type Refusal, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import {
  ADVICE,
  ADVICE_FOR,
  NOT_REACHED,
  ODD_ANSWER,
  OWN_PROBLEM,
  refused,
  refusedForScope,
  SLOW_DOWN,
} from '../../texts/slack-refusals.ts';

/** Slack's own words for a refusal, and what they mean for us. Everything else that Slack refuses is `invalid`. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  not_authed: 'auth',
  invalid_auth: 'auth',
  account_inactive: 'auth',
  token_revoked: 'auth',
  token_expired: 'auth',
  invalid_refresh_token: 'auth',
  token_already_refreshed: 'auth',
  missing_scope: 'forbidden',
  not_allowed_token_type: 'forbidden',
  not_in_channel: 'forbidden',
  is_archived: 'forbidden',
  restricted_action: 'forbidden',
  restricted_action_read_only_channel: 'forbidden',
  restricted_action_thread_locked: 'forbidden',
  ekm_access_denied: 'forbidden',
  access_denied: 'forbidden',
  // Also what a private channel answers that the app is no member of.
  channel_not_found: 'forbidden',
  message_not_found: 'not-found',
  thread_not_found: 'not-found',
  user_not_found: 'not-found',
  user_not_visible: 'not-found',
  file_not_found: 'not-found',
  file_deleted: 'not-found',
  cant_delete_message: 'forbidden',
  cant_update_message: 'forbidden',
  cant_delete_file: 'forbidden',
  edit_window_closed: 'forbidden',
  compliance_exports_prevent_deletion: 'forbidden',
  user_not_in_channel: 'forbidden',
  file_uploads_disabled: 'forbidden',
  file_uploads_except_images_disabled: 'forbidden',
  file_upload_size_restricted: 'forbidden',
  file_type_not_allowed: 'forbidden',
};

/** Slack answered `ok: false` but the fault is on its side and passes. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** A thousand messages with all their blocks are far from it. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

const PASSING_ERRORS = new Set(['TimeoutError', 'AbortError', 'TypeError', 'AnswerTooLarge']);
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** A fixed one, or one that another takes the place of while we run; empty for what needs none. */
export type BotToken = string | (() => string);

export const currentToken = (token: BotToken): string => (typeof token === 'string' ? token : token());

export function createSlackClient(options: { token: BotToken; apiUrl: string; io: Io }): WebClient {
  function signed(own: RequestInit['headers']): Headers {
    const headers = new Headers(own);
    const token = currentToken(options.token);
    if (token !== '') headers.set('authorization', `Bearer ${token}`);
    return headers;
  }
  return new WebClient(undefined, {
    slackApiUrl: options.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    timeout: 10_000,
    // What fails is an outcome of ours already; only what Slack says about malformed blocks is worth a line.
    logLevel: LogLevel.ERROR,
    fetch: (input, init) =>
      options.io.exchange(async (signal) =>
        readWithin(
          await fetch(input, {
            ...init,
            headers: signed(init?.headers),
            dispatcher: options.io.wayTo(new URL(options.apiUrl)).dispatcher,
            signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal,
          }),
        ),
      ),
  });
}

/** The same answer, read to its end; what is larger than any of Slack's is not, however small it is on the way. */
async function readWithin(answer: Response): Promise<Response> {
  if (answer.body === null) return answer;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new AnswerTooLarge('Slack answered with more than we read');
    chunks.push(chunk);
  }
  const { status, statusText, headers } = answer;
  return new Response(Buffer.concat(chunks), { status, statusText, headers });
}

/** How a failed call maps to an outcome. `writes`: it may have had its effect, so only the proof can tell. */
export function slackFailure(error: unknown, writes: boolean): Outcome<never> {
  const causes = causesOf(error);
  const deadline = causes.find((cause) => cause.name === 'DeadlinePassed');
  // Unwrapped: whoever runs the operation knows it by its name.
  if (deadline !== undefined) throw deadline;
  if (error instanceof WebAPIRateLimitedError) {
    return retryLater(SLOW_DOWN, 'destination', error.retryAfter * 1000);
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data, writes);
  if (causes.some(neverConnected)) return retryLater(NOT_REACHED, 'destination');
  // The client wraps whatever its fetch throws: what is no failure of the network in there is a bug of ours.
  const answered = error instanceof SlackError && !(error instanceof WebAPIRequestError);
  if (!answered && !causes.some((cause) => PASSING_ERRORS.has(cause.name))) throw causes[1] ?? error;
  return broken(ODD_ANSWER, writes);
}

function broken(reason: string, writes: boolean): Outcome<never> {
  return writes ? unknownEffect(reason) : retryLater(reason, 'destination');
}

interface Refused {
  readonly error: string;
  readonly needed?: unknown;
}

function platformFailure({ error: word, needed }: Refused, writes: boolean): Outcome<never> {
  if (word === 'ratelimited' || word === 'rate_limited') {
    return retryLater(SLOW_DOWN, 'destination', 30_000);
  }
  // A body that is no JSON arrives here as its own "error" text: not an answer of Slack's API.
  if (PASSING.has(word) || !/^[a-z0-9_]{1,80}$/.test(word)) return broken(OWN_PROBLEM, writes);
  const refusal = (Object.hasOwn(REFUSALS, word) ? REFUSALS[word] : undefined) ?? 'invalid';
  const scope = word === 'missing_scope' ? needed : undefined;
  if (typeof scope === 'string' && /^[a-z_.:,]{1,200}$/.test(scope)) {
    return rejected(refusal, refusedForScope(word, scope));
  }
  const advice = (Object.hasOwn(ADVICE_FOR, word) ? ADVICE_FOR[word] : undefined) ?? ADVICE[refusal];
  return rejected(refusal, refused(word, advice));
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  let cause = error;
  while (cause instanceof Error && causes.length < 6) {
    causes.push(cause);
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return causes;
}

/** The connection was never made, so nothing can have happened. */
function neverConnected(error: Error): boolean {
  return isAddressRefused(error) || ('code' in error && NEVER_CONNECTED.has(String(error.code)));
}
