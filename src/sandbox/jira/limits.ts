/** Windows that Jira counts writes to one issue in: [writes, milliseconds]. */
const PER_ISSUE = [
  [20, 2_000],
  [100, 30_000],
] as const;
/** Calls per second and endpoint. */
const BURST = { GET: 100, POST: 100, PUT: 50, DELETE: 50 } as const;
/** Endpoints with a limit of their own. */
const OWN_BURST: Readonly<Record<string, number>> = {
  'GET /rest/api/3/issue/{issueIdOrKey}': 150,
  'GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/customer': 5,
};

/** Less than this part of a limit is left, and answers say so. */
const NEAR = 0.2;

export interface LimitHit {
  readonly reason: 'jira-per-issue-on-write' | 'jira-burst-based';
  readonly limit: number;
  readonly retryAfterS: number;
}

export interface JiraLimits {
  /** Counts this call; answers what it ran into, in which case it is not counted. */
  count(call: LimitedCall): LimitHit | null;
  /** What an answer says of its endpoint's limit. */
  headers(call: LimitedCall): Readonly<Record<string, string>>;
}

interface LimitedCall {
  readonly method: keyof typeof BURST;
  readonly path: string;
  /** The issue that is written; null for reads and for calls without one. */
  readonly issueId: string | null;
}

interface Window {
  readonly key: string;
  readonly limit: number;
  readonly ms: number;
  readonly reason: LimitHit['reason'];
}

/** Sliding windows on the sandbox's clock. */
export function createJiraLimits(now: () => number): JiraLimits {
  const times = new Map<string, number[]>();

  function hit(window: Window): LimitHit | null {
    const recent = (times.get(window.key) ?? []).filter((at) => at > now() - window.ms);
    times.set(window.key, recent);
    const oldest = recent[0];
    if (recent.length < window.limit || oldest === undefined) return null;
    const retryAfterS = Math.max(1, Math.ceil((oldest + window.ms - now()) / 1000));
    return { reason: window.reason, limit: window.limit, retryAfterS };
  }

  const burstOf = ({ method, path }: LimitedCall): Window => ({
    key: `${method} ${path}`,
    limit: OWN_BURST[`${method} ${path}`] ?? BURST[method],
    ms: 1000,
    reason: 'jira-burst-based',
  });

  return {
    headers(call) {
      const { key, limit, ms } = burstOf(call);
      const recent = (times.get(key) ?? []).filter((at) => at > now() - ms);
      const left = Math.max(0, limit - recent.length);
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(left),
        'x-ratelimit-reset': new Date((recent[0] ?? now()) + ms).toISOString(),
        ...(left / limit < NEAR ? { 'x-ratelimit-nearlimit': 'true' } : {}),
      };
    },
    count(call) {
      const { issueId } = call;
      const windows: Window[] = [burstOf(call)];
      for (const [limit, ms] of issueId === null ? [] : PER_ISSUE) {
        windows.push({ key: `${issueId} ${ms}`, limit, ms, reason: 'jira-per-issue-on-write' });
      }
      const blocked = windows.map(hit).find((one) => one !== null);
      if (blocked !== undefined) return blocked;
      for (const { key } of windows) times.get(key)?.push(now());
      return null;
    },
  };
}
