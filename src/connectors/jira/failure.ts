import { type Outcome, type Refusal, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import {
  CHANGED_MEANWHILE,
  FORBIDDEN,
  jiraFailed,
  lookedUp,
  NOT_LET_IN,
  NOT_THERE,
  REFUSED_AS_WRONG,
  readAgain,
  slowDown,
  WRITES_TO_TICKET,
  withItsWords,
} from '../../texts/jira.ts';
import { ErrorBody } from './schema.ts';
import { oneLine, shorten } from './text.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Jira names this reason when one issue, not the whole site, was written too often. */
const PER_ISSUE = 'jira-per-issue-on-write';
/** A server that asks for more than this is taken at its word for an hour, then asked again. */
const MAX_WAIT_MS = 3_600_000;
const MAX_DETAIL = 300;

function delayOf(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null && /^\d+$/.test(after)) return Math.min(Number(after) * 1000, MAX_WAIT_MS);
  const until = Date.parse(after ?? headers.get('x-ratelimit-reset') ?? '');
  return Number.isNaN(until) ? undefined : Math.min(Math.max(0, until - Date.now()), MAX_WAIT_MS);
}

/** What Jira says is wrong, on one line and without anything that we sent as a secret; empty when it says nothing. */
function detailOf(body: unknown, secrets: readonly string[]): string {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return '';
  const { errorMessages = [], errors = {}, errorMessage, message } = parsed.data;
  const fields = Object.entries(errors).map(([field, what]) => `${field}: ${what}`);
  const said = [...errorMessages, ...fields, errorMessage ?? message ?? ''].filter((one) => one !== '');
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), oneLine(said.join('; ')));
  return shorten(clean, MAX_DETAIL);
}

/** What Jira says of single fields, by their ids. */
function fieldsIn(body: unknown, secrets: readonly string[]): Readonly<Record<string, string>> {
  const { errors = {} } = ErrorBody.safeParse(body).data ?? {};
  const clean = (said: string) =>
    shorten(
      secrets.reduce((text, secret) => text.replaceAll(secret, '…'), oneLine(said)),
      MAX_DETAIL,
    );
  return Object.fromEntries(Object.entries(errors).map(([field, said]) => [field, clean(said)]));
}

const LOGIN_REASON = 'x-seraph-loginreason';

const CODES: Readonly<Record<number, readonly [Refusal, string]>> = {
  403: ['forbidden', FORBIDDEN],
  404: ['not-found', NOT_THERE],
  409: ['conflict', CHANGED_MEANWHILE],
};

interface Circumstances {
  readonly on: 'read' | 'write';
  /** What may be wrong with the credential that was sent. */
  readonly doubt: string;
  /** What may not appear in a reason. */
  readonly secrets: readonly string[];
}

/** The outcome of an answer of 400 and above. Told apart by status and headers, never by its text. */
export function outcomeOfStatus(
  { status, headers, body }: ErrorAnswer,
  { on, doubt, secrets }: Circumstances,
): Outcome<never> {
  if (status === 429) {
    const perIssue = headers.get('ratelimit-reason') === PER_ISSUE;
    const what = perIssue ? WRITES_TO_TICKET : 'requests';
    return retryLater(slowDown(what), perIssue ? 'operation' : 'destination', delayOf(headers));
  }
  if (status >= 500 || status === 408 || status === 425) {
    const what = jiraFailed(status);
    if (on === 'write') return unknownEffect(lookedUp(what));
    return retryLater(readAgain(what), 'destination', delayOf(headers));
  }
  // With a wrong token Jira goes on as nobody, and says only here that it did not know us.
  if (headers.get(LOGIN_REASON)?.includes('AUTHENTICATED_FAILED') === true) {
    return rejected('auth', `${NOT_LET_IN}; ${doubt}`);
  }
  const detail = detailOf(body, secrets);
  const [code, sentence] =
    status === 401
      ? (['auth', `${NOT_LET_IN}; ${doubt}`] as const)
      : (CODES[status] ?? ['invalid', REFUSED_AS_WRONG]);
  const reason = detail === '' ? sentence : withItsWords(sentence, detail);
  return rejected(code, reason, fieldsIn(body, secrets));
}
