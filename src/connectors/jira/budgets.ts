import { setTimeout as delay } from 'node:timers/promises';
import type { Budget, Limit } from '../../model/budget.ts';
import type { ConnectorId } from '../../model/ids.ts';
import { type Retry, retryLater } from '../../model/outcome.ts';
import { BELOW_RATE_LIMIT, NEAR_RATE_LIMIT } from '../../texts/jira.ts';

/**
 * Jira's limits (developer.atlassian.com/cloud/jira/platform/rate-limiting), each kept a little below: a bucket lets
 * through its burst and what flows in meanwhile, so burst + perSecond × window stays under the limit of the window.
 */
const PER_ISSUE = [
  /** 20 writes in 2 s. */
  { name: '2s', burst: 8, perSecond: 5 },
  /** 100 writes in 30 s. */
  { name: '30s', burst: 36, perSecond: 2 },
] as const;
/** Of 100, 100, 50 and 50 calls a second. */
const PER_ENDPOINT: Readonly<Record<string, Omit<Limit, 'destination'>>> = {
  GET: { burst: 45, perSecond: 50 },
  POST: { burst: 45, perSecond: 50 },
  PUT: { burst: 20, perSecond: 25 },
  DELETE: { burst: 20, perSecond: 25 },
};
const USUAL = { burst: 20, perSecond: 25 };
/** Endpoints with a limit of their own. */
const OWN: Readonly<Record<string, Omit<Limit, 'destination'>>> = {
  /** 150 a second. */
  'GET /rest/api/3/issue/*': { burst: 65, perSecond: 75 },
  /** 5 a second. */
  'GET /rest/servicedeskapi/servicedesk/*/customer': { burst: 2, perSecond: 2 },
};
/** OAuth apps have 65 000 points an hour; calls with API tokens cost none. */
const POINTS = { burst: 5_000, perSecond: 16 };

/** Waiting longer than this is the flow's business: it gives the link back meanwhile. */
const PATIENCE_MS = 2_000;
/** A pause when Jira says that we are near a limit and not for how long. */
const NEAR_MS = 1_000;
const LONGEST_NEAR_MS = 60_000;
/** Left of a limit, as a part of it, below which we count as near it. */
const NEAR = 0.2;

/** Behind these comes an id or a key, whatever it looks like. */
const NAMES = new Set(['createmeta', 'issuetypes', 'project', 'properties', 'servicedesk', 'requesttype']);

/** Path without what differs from call to call: Jira counts by endpoint. */
export function endpointOf(method: string, path: string): string {
  const [, rest = '', api = '', version = '', ...segments] = path.split('/');
  const isVersioned = api === 'api' || api === 'webhooks';
  const named = isVersioned ? segments : [version, ...segments];
  const shown = named.map((one, at) => (/\d/.test(one) || NAMES.has(named[at - 1] ?? '') ? '*' : one));
  return `${method} /${[rest, api, ...(isVersioned ? [version] : []), ...shown].join('/')}`;
}

const WRITTEN = /^\/rest\/(?:api\/3\/issue|servicedeskapi\/request)\/((?:[A-Z][A-Z0-9_]*-)?\d+)(?:\/|$)/;

/** Something that leaves for Jira. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
}

export interface JiraBudget {
  /** Null when it may go now, after a short wait if need be; else when to come again. */
  admit(outgoing: Outgoing): Promise<Retry | null>;
  /** Reads what an answer says of limits, so that all processes slow down before they are refused. */
  heed(outgoing: Outgoing, answer: { readonly headers: Headers; readonly body: unknown }): Promise<void>;
}

export function createJiraBudget(options: {
  readonly id: ConnectorId;
  readonly budget: Budget;
  /** Calls of an OAuth app cost points. */
  readonly isApp: boolean;
}): JiraBudget {
  const { id, budget, isApp } = options;
  const points = { destination: `${id}:points`, ...POINTS };

  function endpoint({ method, path }: Outgoing): Limit {
    const name = endpointOf(method, path);
    const rate = OWN[name] ?? PER_ENDPOINT[method] ?? USUAL;
    return { destination: `${id}:${name}`, ...rate };
  }

  function limitsOf(outgoing: Outgoing): readonly Limit[] {
    const issue = outgoing.method === 'GET' ? undefined : WRITTEN.exec(outgoing.path)?.[1];
    const perIssue = issue === undefined ? [] : PER_ISSUE;
    return [
      endpoint(outgoing),
      ...perIssue.map(({ name, ...rate }) => ({ destination: `${id}:issue:${issue}:${name}`, ...rate })),
      ...(isApp ? [points] : []),
    ];
  }

  return {
    async admit(outgoing) {
      const limits = limitsOf(outgoing);
      let waited = 0;
      for (;;) {
        const waitMs = await budget.take(limits);
        if (waitMs === 0) return null;
        if (waited + waitMs > PATIENCE_MS) return retryLater(BELOW_RATE_LIMIT, 'turn', waitMs);
        waited += waitMs;
        await delay(waitMs);
      }
    },
    async heed(outgoing, { headers, body }) {
      const cost = isApp && outgoing.method === 'GET' ? objectsIn(body) : 0;
      if (cost > 0) await budget.spend(points, cost);
      const nearMs = nearFor(headers);
      if (nearMs === null) return;
      const isQuota = headers.get('ratelimit-reason')?.startsWith('jira-quota') === true;
      const { destination } = isQuota ? points : endpoint(outgoing);
      await budget.pause(destination, NEAR_RATE_LIMIT, nearMs);
    },
  };
}

/** Things in an answer: what a read costs beside its base of one point. */
function objectsIn(body: unknown): number {
  if (Array.isArray(body)) return body.length;
  if (typeof body !== 'object' || body === null) return 0;
  const lists = Object.values(body).filter((one) => Array.isArray(one));
  return lists.length === 0 ? 1 : lists.reduce((sum, list) => sum + list.length, 0);
}

/** For how long an answer advises to slow down, in milliseconds; null when it says nothing of the kind. */
export function nearFor(headers: Headers, now = Date.now()): number | null {
  const left = numberIn(headers.get('x-ratelimit-remaining')) ?? partOf(headers.get('ratelimit'), 'r');
  const all = numberIn(headers.get('x-ratelimit-limit')) ?? partOf(headers.get('ratelimit-policy'), 'q');
  const isLow = left !== null && all !== null && all > 0 && left / all <= NEAR;
  if (headers.get('x-ratelimit-nearlimit') !== 'true' && !isLow) return null;
  const seconds = partOf(headers.get('ratelimit'), 't');
  const until = Date.parse(headers.get('x-ratelimit-reset') ?? '') - now;
  const ms = seconds === null ? until : seconds * 1000;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_NEAR_MS) : NEAR_MS;
}

const numberIn = (text: string | null): number | null =>
  text !== null && /^\d+$/.test(text.trim()) ? Number(text) : null;

/** A parameter of a structured header: `"jira-burst-based";r=12;t=1`. */
function partOf(header: string | null, name: string): number | null {
  const found = new RegExp(`;\\s*${name}=(\\d+)`).exec(header ?? '');
  return found === null ? null : Number(found[1]);
}
