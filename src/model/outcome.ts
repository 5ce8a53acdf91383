/** Why an edge refused for good. `reason` beside it is one plain sentence, without secrets, that names who can fix it. */
export type Refusal = 'auth' | 'forbidden' | 'not-found' | 'invalid' | 'conflict';

export interface Retry {
  readonly kind: 'retry';
  readonly reason: string;
  /** What the other side asked for, in milliseconds; absent when it did not say. */
  readonly afterMs?: number;
  /**
   * `destination`: everything that goes there should wait (429, outage). `operation`: only this call, whose fault it may be.
   * `turn`: only this call, which waits for its turn; nobody is at fault, so it costs no attempt.
   */
  readonly scope: 'destination' | 'operation' | 'turn';
  /** `none`: the effect surely did not happen. `unknown`: it may have happened and must be looked up, never repeated. */
  readonly effect: 'none' | 'unknown';
}

export interface Rejected {
  readonly kind: 'rejected';
  readonly code: Refusal;
  readonly reason: string;
  /** What is wrong with single fields, by the ids that the system knows, in one sentence each; absent where it does not say. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What every edge returns. An edge throws only for bugs. */
export type Outcome<T> = { readonly kind: 'ok'; readonly value: T } | Retry | Rejected;

export function ok<T>(value: T): Outcome<T> {
  return { kind: 'ok', value };
}

export function rejected(
  code: Refusal,
  reason: string,
  fields: Readonly<Record<string, string>> = {},
): Rejected {
  return { kind: 'rejected', code, reason, ...(Object.keys(fields).length === 0 ? {} : { fields }) };
}

/** The request surely had no effect: it can be sent again after `afterMs`. */
export function retryLater(reason: string, scope: Retry['scope'], afterMs?: number): Retry {
  return { kind: 'retry', reason, scope, effect: 'none', ...(afterMs === undefined ? {} : { afterMs }) };
}

/** The request may have had its effect (timeout, reset, 5xx): only its proof can tell. */
export function unknownEffect(reason: string): Retry {
  return { kind: 'retry', reason, scope: 'destination', effect: 'unknown' };
}

/** The same outcome with another value. */
export function mapped<T, U>(outcome: Outcome<T>, change: (value: T) => U): Outcome<U> {
  return outcome.kind === 'ok' ? ok(change(outcome.value)) : outcome;
}
