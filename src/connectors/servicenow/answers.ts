import { z } from 'zod';
import {
  type Outcome,
  ok,
  type Refusal,
  type Retry,
  rejected,
  retryLater,
  unknownEffect,
} from '../../model/outcome.ts';
import type { HttpAnswer, HttpCall } from './transport.ts';

const Failure = z.object({
  error: z.object({ message: z.string().nullish(), detail: z.string().nullish() }),
});
const Result = z.object({ result: z.unknown() });

/** What a 429 asks for, in milliseconds; undefined when it names no time. */
function retryAfterMs(answer: HttpAnswer): number | undefined {
  const asked = answer.header('retry-after');
  if (asked !== null && /^\d{1,6}$/.test(asked)) return Number(asked) * 1000;
  const date = asked === null ? Number.NaN : Date.parse(asked);
  const reset = Number(answer.header('x-ratelimit-reset') ?? Number.NaN) * 1000;
  const until = Number.isNaN(date) ? reset : date;
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}

/** One line of the instance's own words, for people; never used to tell errors apart. */
function spoken(answer: HttpAnswer): string {
  const parsed = Failure.safeParse(answer.json);
  if (!parsed.success) return '';
  const { detail, message } = parsed.data.error;
  const rule = /aborted by Business Rule '([^'^]{1,100})/.exec(detail ?? '');
  const words =
    rule?.[1] === undefined ? detail || message || '' : `the business rule "${rule[1]}" aborted it`;
  const line = words.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}

const REFUSALS: Readonly<Record<number, readonly [Refusal, string]>> = {
  400: [
    'invalid',
    'A ServiceNow administrator and our configuration must agree on this table and its fields',
  ],
  401: [
    'auth',
    'A ServiceNow administrator must check the integration user, its password or its OAuth client',
  ],
  403: ['forbidden', 'A ServiceNow administrator must allow it to the integration user'],
  404: ['not-found', 'It does not exist, or an access rule hides it from the integration user'],
};

function lost(effect: HttpCall['effect'], what: string): Retry {
  return effect === 'write'
    ? unknownEffect(`${what}; whether the work was done is looked up.`)
    : retryLater(`${what}; we read again.`, 'destination');
}

function refusal(answer: HttpAnswer, doing: string) {
  const other = ['invalid', 'This is a fault of Deskbridge or of a gateway in between'] as const;
  const [code, advice] = REFUSALS[answer.status] ?? other;
  return rejected(code, `ServiceNow refused ${doing} (${answer.status}${spoken(answer)}). ${advice}.`);
}

/**
 * What an answer of the Table API means. `doing` completes "ServiceNow refused …". Only JSON with a `result` and no
 * `error` counts as success: a hibernating instance, a login page and some failures come with status 200.
 */
export function readAnswer(
  answer: HttpAnswer,
  call: Pick<HttpCall, 'effect'>,
  doing: string,
): Outcome<unknown> {
  const { status } = answer;
  if (status === 429) {
    const reason = 'ServiceNow limits how often we may ask; we wait as long as it says.';
    return retryLater(reason, 'destination', retryAfterMs(answer));
  }
  if (status >= 400 && status < 500 && status !== 408) return refusal(answer, doing);
  if (status < 200 || status >= 300) {
    const what = `ServiceNow failed at ${doing} (${status}${spoken(answer)})`;
    if (call.effect === 'write') return unknownEffect(`${what}; whether it was done is looked up.`);
    return retryLater(`${what}; we read again.`, 'destination', retryAfterMs(answer));
  }
  // Taken and not done yet, or partly told: nothing that we asked for answers so when it is done.
  if (status !== 200 && status !== 201)
    return lost(call.effect, `ServiceNow answered ${doing} with ${status}`);
  if (answer.json === undefined) {
    return lost(
      call.effect,
      `ServiceNow answered ${doing} with something that is no JSON (hibernating or a login page)`,
    );
  }
  if (Failure.safeParse(answer.json).success) {
    return lost(
      call.effect,
      `ServiceNow reported an error for ${doing} with status ${status}${spoken(answer)}`,
    );
  }
  const result = Result.safeParse(answer.json);
  if (!result.success) return lost(call.effect, `ServiceNow answered ${doing} without a result`);
  return ok(result.data.result);
}
