/**
 * What can go wrong with a call to a simulated vendor.
 * `fail-before` answers `status` without doing anything; `fail-after` does it and then answers `status`;
 * `reset-before` / `reset-after` cut the connection instead; `hang` does nothing and never answers; `hang-after` does it
 * and never answers; `html` answers 200 text/html without doing anything (hibernating instance, login page), `html-after`
 * after it did it (a proxy's own page); `limit` answers 429 with Retry-After; `stale` reads as the state was `staleMs` ago (reads only).
 */
export type Fault =
  | { readonly kind: 'fail-before' | 'fail-after'; readonly status: number }
  | { readonly kind: 'reset-before' | 'reset-after' | 'hang' | 'hang-after' | 'html' | 'html-after' }
  | { readonly kind: 'limit'; readonly retryAfterS: number }
  | { readonly kind: 'stale'; readonly staleMs: number };

/** What can go wrong with a hook or event that a simulated vendor sends. */
export type HookFault =
  | { readonly kind: 'drop' | 'double' }
  | { readonly kind: 'delay'; readonly delayMs: number };

interface Planned<F> {
  readonly call: string;
  readonly fault: F;
  left: number;
}

/** Faults wait in a list and are used up call by call; what was planned and never met can be asked for. */
export interface FaultPlan<F> {
  /** The next `times` calls named `call` ("chat.postMessage", "POST /rest/api/3/issue", or "*") meet this fault. */
  add(call: string, fault: F, times?: number): void;
  take(call: string): F | null;
  clear(): void;
  /** Planned faults that no call has met yet. */
  pending(): number;
}

export function createFaultPlan<F>(): FaultPlan<F> {
  let planned: Planned<F>[] = [];
  return {
    add(call, fault, times = 1) {
      planned.push({ call, fault, left: times });
    },
    take(call) {
      const hit = planned.find((entry) => entry.call === call || entry.call === '*');
      if (hit === undefined) return null;
      hit.left -= 1;
      if (hit.left <= 0) planned = planned.filter((entry) => entry !== hit);
      return hit.fault;
    },
    clear() {
      planned = [];
    },
    pending: () => planned.reduce((sum, entry) => sum + entry.left, 0),
  };
}
