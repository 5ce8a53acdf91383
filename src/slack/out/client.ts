import {
  LogLevel,
  SlackError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Io } from '../../model/io.ts';
import { type Outcome, type Refusal, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';

/** Slack's own words for a refusal, and what they mean for us. Everything else that Slack refuses is `invalid`. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  not_authed: 'auth',
  invalid_auth: 'auth',
  account_inactive: 'auth',
  token_revoked: 'auth',
  token_expired: 'auth',
  missing_scope: 'forbidden',
  not_allowed_token_type: 'forbidden',
  not_in_channel: 'forbidden',
  is_archived: 'forbidden',
  restricted_action: 'forbidden',
  restricted_action_read_only_channel: 'forbidden',
  restricted_action_thread_locked: 'forbidden',
  ekm_access_denied: 'forbidden',
  access_denied: 'forbidden',
  channel_not_found: 'not-found',
  message_not_found: 'not-found',
  thread_not_found: 'not-found',
  user_not_found: 'not-found',
};

/** Slack answered `ok: false` but the fault is on its side and passes. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

const PASSING_ERRORS = new Set(['TimeoutError', 'AbortError', 'TypeError']);
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const ADVICE: Readonly<Record<Refusal, string>> = {
  auth: 'A Slack administrator has to reinstall the app and give its new token to Deskbridge.',
  forbidden: 'A Slack administrator can invite the app to the channel or grant the missing scope.',
  'not-found': 'The channel or message is gone or hidden from the app.',
  invalid: 'This is a fault of Deskbridge; an operator finds it in the log.',
  conflict: 'Somebody changed it at the same time.',
};

export function createSlackClient(options: { token: string; apiUrl: string; io: Io }): WebClient {
  return new WebClient(options.token, {
    slackApiUrl: options.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    timeout: 10_000,
    // What fails is an outcome of ours already; only what Slack says about malformed blocks is worth a line.
    logLevel: LogLevel.ERROR,
    fetch: (input, init) =>
      options.io.exchange((signal) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal }),
      ),
  });
}

/** How a failed call maps to an outcome. `writes`: it may have had its effect, so only the proof can tell. */
export function slackFailure(error: unknown, writes: boolean): Outcome<never> {
  const causes = causesOf(error);
  const deadline = causes.find((cause) => cause.name === 'DeadlinePassed');
  // Unwrapped: whoever runs the operation knows it by its name.
  if (deadline !== undefined) throw deadline;
  if (error instanceof WebAPIRateLimitedError) {
    return retryLater('Slack asked us to slow down', 'destination', error.retryAfter * 1000);
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error, writes);
  if (causes.some(neverConnected)) return retryLater('Slack could not be reached', 'destination');
  // The client wraps whatever its fetch throws: what is no failure of the network in there is a bug of ours.
  const answered = error instanceof SlackError && !(error instanceof WebAPIRequestError);
  if (!answered && !causes.some((cause) => PASSING_ERRORS.has(cause.name))) throw causes[1] ?? error;
  return broken('Slack did not answer as it should', writes);
}

function broken(reason: string, writes: boolean): Outcome<never> {
  return writes ? unknownEffect(reason) : retryLater(reason, 'destination');
}

function platformFailure(word: string, writes: boolean): Outcome<never> {
  if (word === 'ratelimited' || word === 'rate_limited') {
    return retryLater('Slack asked us to slow down', 'destination', 30_000);
  }
  // A body that is no JSON arrives here as its own "error" text: not an answer of Slack's API.
  if (PASSING.has(word) || !/^[a-z0-9_]{1,80}$/.test(word))
    return broken('Slack has a problem of its own', writes);
  const refusal = REFUSALS[word] ?? 'invalid';
  return rejected(refusal, `Slack refused with "${word}". ${ADVICE[refusal]}`);
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
  return 'code' in error && NEVER_CONNECTED.has(String(error.code));
}
