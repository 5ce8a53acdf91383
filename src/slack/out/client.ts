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

const CHECK_REGISTRATION =
  'An operator has to compare slack.oauth with "Basic Information" of the Slack app: client id and client secret.';

/** What helps where the advice for its kind would mislead. */
const ADVICE_FOR: Readonly<Record<string, string>> = {
  cant_delete_message: 'Only whoever wrote the message, or a Slack administrator, can delete it.',
  cant_update_message: 'Only whoever wrote the message can change it.',
  cant_delete_file: 'Only whoever shared the file, or a Slack administrator, can delete it.',
  edit_window_closed:
    'The workspace lets nobody change a message that old; a Slack administrator decides that.',
  compliance_exports_prevent_deletion:
    'The workspace keeps every message; a Slack administrator decides that.',
  user_not_in_channel: 'Somebody can invite the person to the channel.',
  file_not_found: 'The file is gone, or it is in no channel that the app is in.',
  file_deleted: 'The file is gone.',
  file_uploads_disabled: 'A Slack administrator can allow files in the workspace.',
  file_uploads_except_images_disabled: 'A Slack administrator can allow files that are no images.',
  file_upload_size_restricted:
    'The file is larger than the workspace allows; a Slack administrator can change that.',
  invalid_code: 'Slack takes a code once, and for ten minutes.',
  bad_redirect_uri:
    'The redirect URL of the Slack app (below OAuth & Permissions) has to be the one of "deskbridge slack manifest".',
  invalid_client_id: CHECK_REGISTRATION,
  bad_client_secret: CHECK_REGISTRATION,
  file_type_not_allowed: 'The workspace takes no files of this type; a Slack administrator can change that.',
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

const ADVICE: Readonly<Record<Refusal, string>> = {
  auth: 'A Slack administrator has to reinstall the app and give its new token to Deskbridge.',
  forbidden: 'A Slack administrator can invite the app to the channel or grant the missing scope.',
  'not-found': 'The channel or message is gone or hidden from the app.',
  invalid: 'This is a fault of Deskbridge; an operator finds it in the log.',
  conflict: 'Somebody changed it at the same time.',
};

/** How a scope is granted. */
export const REINSTALL = 'A Slack administrator can add it and reinstall the app.';

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
    return retryLater('Slack asked us to slow down', 'destination', error.retryAfter * 1000);
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data, writes);
  if (causes.some(neverConnected)) return retryLater('Slack could not be reached', 'destination');
  // The client wraps whatever its fetch throws: what is no failure of the network in there is a bug of ours.
  const answered = error instanceof SlackError && !(error instanceof WebAPIRequestError);
  if (!answered && !causes.some((cause) => PASSING_ERRORS.has(cause.name))) throw causes[1] ?? error;
  return broken('Slack did not answer as it should', writes);
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
    return retryLater('Slack asked us to slow down', 'destination', 30_000);
  }
  // A body that is no JSON arrives here as its own "error" text: not an answer of Slack's API.
  if (PASSING.has(word) || !/^[a-z0-9_]{1,80}$/.test(word))
    return broken('Slack has a problem of its own', writes);
  const refusal = (Object.hasOwn(REFUSALS, word) ? REFUSALS[word] : undefined) ?? 'invalid';
  const scope = word === 'missing_scope' ? needed : undefined;
  if (typeof scope === 'string' && /^[a-z_.:,]{1,200}$/.test(scope)) {
    return rejected(refusal, `Slack refused with "${word}": the app needs ${scope}. ${REINSTALL}`);
  }
  const advice = Object.hasOwn(ADVICE_FOR, word) ? ADVICE_FOR[word] : ADVICE[refusal];
  return rejected(refusal, `Slack refused with "${word}". ${advice}`);
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
