import { randomBytes, randomInt } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';

/** A trigger may be exchanged for a view within 3 s, once. */
const TRIGGER_MS = 3_000;

export interface Trigger {
  readonly userId: string;
  /** The view in which the person acted; views.push puts the new one on top of it. */
  readonly viewId: string | null;
}

export interface Triggers {
  issue(trigger: Trigger): string;
  /** Uses the trigger up; answers Slack's error code when that is not possible. */
  exchange(id: string): Trigger | 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';
}

export function createTriggers(clock: SandboxClock): Triggers {
  const issued = new Map<string, Trigger & { readonly until: number; used: boolean }>();
  return {
    issue(trigger) {
      const id = `${randomInt(1e12)}.${randomInt(1e12)}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { ...trigger, until: clock.now().getTime() + TRIGGER_MS, used: false });
      return id;
    },
    exchange(id) {
      const trigger = issued.get(id);
      if (trigger === undefined) return 'invalid_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      if (clock.now().getTime() > trigger.until) return 'expired_trigger_id';
      trigger.used = true;
      return trigger;
    },
  };
}
