import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';

/** A response_url works 5 times within 30 minutes. */
const USES = 5;
const LIFE_MS = 30 * 60_000;

/** Where a response_url leads: the interaction that it came with. */
export interface ResponseTarget {
  readonly userId: string;
  readonly channelId: string;
  /** The message that the person acted on; null for a command. */
  readonly messageTs: string | null;
}

export interface OneTimeUrls {
  /** The last part of a new response_url. */
  issue(target: ResponseTarget): string;
  use(id: string): ResponseTarget | 'expired_url' | 'used_url';
}

export function createOneTimeUrls(clock: SandboxClock): OneTimeUrls {
  const issued = new Map<string, { readonly target: ResponseTarget; readonly until: number; left: number }>();
  return {
    issue(target) {
      const id = randomBytes(12).toString('hex');
      issued.set(id, { target, until: clock.now().getTime() + LIFE_MS, left: USES });
      return id;
    },
    use(id) {
      const known = issued.get(id);
      if (known === undefined || clock.now().getTime() > known.until) return 'expired_url';
      if (known.left === 0) return 'used_url';
      known.left -= 1;
      return known.target;
    },
  };
}
