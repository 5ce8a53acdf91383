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
import {
  AGREE_ON_TABLE,
  ALLOW_IT,
  abortedByRule,
  answeredWith,
  CHECK_USER,
  doneLookedUp,
  errorFor,
  failedAt,
  LIMITED,
  NOT_THERE_OR_HIDDEN,
  noJson,
  OUR_FAULT,
  readAgain,
  refusedTo,
  withoutResult,
  workLookedUp,
} from '../../texts/servicenow-access.ts';
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
  const words = rule?.[1] === undefined ? detail || message || '' : abortedByRule(rule[1]);
  const line = words.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}

const REFUSALS: Readonly<Record<number, readonly [Refusal, string]>> = {
  400: ['invalid', AGREE_ON_TABLE],
  401: ['auth', CHECK_USER],
  403: ['forbidden', ALLOW_IT],
  404: ['not-found', NOT_THERE_OR_HIDDEN],
};

function lost(effect: HttpCall['effect'], what: string): Retry {
  return effect === 'write' ? unknownEffect(workLookedUp(what)) : retryLater(readAgain(what), 'destination');
}

function refusal(answer: HttpAnswer, doing: string) {
  const other = ['invalid', OUR_FAULT] as const;
  const [code, advice] = REFUSALS[answer.status] ?? other;
  return rejected(code, refusedTo(doing, answer.status, spoken(answer), advice));
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
    const reason = LIMITED;
    return retryLater(reason, 'destination', retryAfterMs(answer));
  }
  if (status >= 400 && status < 500 && status !== 408) return refusal(answer, doing);
  if (status < 200 || status >= 300) {
    const what = failedAt(doing, status, spoken(answer));
    if (call.effect === 'write') return unknownEffect(doneLookedUp(what));
    return retryLater(readAgain(what), 'destination', retryAfterMs(answer));
  }
  // Taken and not done yet, or partly told: nothing that we asked for answers so when it is done.
  if (status !== 200 && status !== 201) return lost(call.effect, answeredWith(doing, status));
  if (answer.json === undefined) {
    return lost(call.effect, noJson(doing));
  }
  if (Failure.safeParse(answer.json).success) {
    return lost(call.effect, errorFor(doing, status, spoken(answer)));
  }
  const result = Result.safeParse(answer.json);
  if (!result.success) return lost(call.effect, withoutResult(doing));
  return ok(result.data.result);
}
