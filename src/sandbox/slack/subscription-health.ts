import type { SandboxClock } from '../clock.ts';

const WINDOW_MS = 60 * 60_000;
/** Apps with fewer events within the hour are exempt. */
const EXEMPT_BELOW = 1_000;
const MAX_FAILED_SHARE = 0.95;

/** Slack stops sending events to a URL that fails more than 95 % of them within an hour. */
export interface SubscriptionHealth {
  record(isDelivered: boolean): void;
  isDisabled(): boolean;
  /** A newly saved events URL switches the subscription on again. */
  reset(): void;
}

export function createSubscriptionHealth(clock: SandboxClock): SubscriptionHealth {
  let from = clock.now().getTime();
  let sent = 0;
  let failed = 0;
  let disabled = false;

  function reset(): void {
    from = clock.now().getTime();
    sent = 0;
    failed = 0;
  }

  return {
    record(isDelivered) {
      if (clock.now().getTime() - from > WINDOW_MS) reset();
      sent += 1;
      if (!isDelivered) failed += 1;
      if (sent >= EXEMPT_BELOW && failed / sent > MAX_FAILED_SHARE) disabled = true;
    },
    isDisabled: () => disabled,
    reset() {
      reset();
      disabled = false;
    },
  };
}
