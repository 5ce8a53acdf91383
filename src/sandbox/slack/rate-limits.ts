import type { SandboxClock } from '../clock.ts';

/** One message per second and channel, with a short burst. */
const CHANNEL_BURST = 3;

interface Bucket {
  tokens: number;
  at: number;
}

export interface RateLimits {
  /** Takes one request; answers 0, or after how many whole seconds to come back. */
  take(method: string, perMinute: number): number;
  /** Takes one post to a channel. */
  takePost(channel: string): number;
}

export function createRateLimits(clock: SandboxClock): RateLimits {
  const buckets = new Map<string, Bucket>();

  function takeFrom(key: string, capacity: number, perSecond: number): number {
    const now = clock.now().getTime();
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    buckets.set(key, bucket);
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= 1;
    return 0;
  }

  return {
    take: (method, perMinute) => takeFrom(method, perMinute, perMinute / 60),
    takePost: (channel) => takeFrom(`post to ${channel}`, CHANNEL_BURST, 1),
  };
}
