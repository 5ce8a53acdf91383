import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Atlassian } from './atlassian.ts';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { refuse, whole } from './endpoint.ts';
import { isDeliverable, isLoopback, matches } from './hook-address.ts';
import type { HookTarget, JiraHook } from './hooks.ts';
import { type JqlClause, JqlProblem, readJql } from './jql-parse.ts';

/** Webhooks that an OAuth app registered itself: one address, thirty days, no secret of their own. */
export interface AppWebhooks {
  /** Where this event goes: once for each app, whatever the number of its webhooks that match. */
  targetsOf(hook: JiraHook): readonly HookTarget[];
  endpoints(world: JiraWorld): readonly JiraEndpoint[];
}

const PATH = '/rest/api/3/webhook';
const LIFE_MS = 30 * 86_400_000;
/** For OAuth apps: five for each user of an app on a site. */
const MOST = 5;
/** How long the token of a delivery is good; the vendor names no time. */
const TOKEN_S = 180;
const EVENTS = [
  'jira:issue_created',
  'jira:issue_updated',
  'jira:issue_deleted',
  'comment_created',
  'comment_updated',
  'comment_deleted',
  'issue_property_set',
  'issue_property_deleted',
] as const;
const FIELDS = /^(issuekey|project|issuetype|status|assignee|reporter|issue\.property.*|cf\[\d+\])$/i;
const OPERATORS = new Set(['=', '!=', 'in', 'not in']);

const Details = z.strictObject({
  events: z.array(z.enum(EVENTS)).min(1),
  jqlFilter: z.string(),
  fieldIdsFilter: z.array(z.string()).optional(),
  issuePropertyKeysFilter: z.array(z.string()).optional(),
});
const Registration = z.strictObject({
  url: z.string().refine(isDeliverable, 'Only https:// addresses, and not port 80.'),
  webhooks: z.array(Details).min(1),
});
const Ids = z.strictObject({ webhookIds: z.array(z.int()) });

interface Stored extends z.infer<typeof Details> {
  readonly id: number;
  readonly app: string;
  readonly by: string;
  readonly url: string;
  readonly until: number;
}

/** The clauses that a filter may not have, in Jira's words; empty when it is fine. */
function unsupported(jql: string): readonly string[] {
  const clauses = (clause: JqlClause | null): readonly string[] => {
    if (clause === null) return ['The filter is empty'];
    if ('clauses' in clause) return clause.clauses.flatMap(clauses);
    if (!FIELDS.test(clause.field.name)) return [`The clause ${clause.field.name} is unsupported`];
    const fine = OPERATORS.has(clause.operator.toLowerCase());
    return fine ? [] : [`The operator ${clause.operator} is unsupported`];
  };
  try {
    return clauses(readJql(jql).where);
  } catch (error) {
    if (error instanceof JqlProblem) return [error.message];
    throw error;
  }
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token of a delivery: the claims that were seen; the vendor documents the signature alone. */
function bearer(
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  by: string,
  at: number,
) {
  const iat = Math.floor(at / 1000);
  const claims = { iss: clientId, sub: by, iat, exp: iat + TOKEN_S, jti: randomUUID(), context: {} };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `Bearer ${signed}.${createHmac('sha256', clientSecret).update(signed).digest('base64url')}`;
}

function bodyOf<T>(schema: z.ZodType<T>, { body }: JiraCall): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw refuse(
    400,
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
  );
}

function appOf({ app }: JiraCall): string {
  if (app === null) throw refuse(403, ['Only Connect and OAuth 2.0 apps can use this operation.']);
  return app;
}

export function createAppWebhooks(now: () => number, registration: Atlassian['app']): AppWebhooks {
  let stored: readonly Stored[] = [];
  let last = 0;
  /** What has expired is gone: it is not told of, not listed, and cannot be prolonged. */
  const alive = () => stored.filter(({ until }) => until > now());
  const of = (app: string) => alive().filter((each) => each.app === app);

  function register(call: JiraCall, url: string, details: z.infer<typeof Details>) {
    const app = appOf(call);
    const other = of(app).find((each) => each.url !== url);
    const errors =
      other !== undefined
        ? [`Only a single URL per app is allowed to be registered. Currently used URL: ${other.url}`]
        : of(app).filter(({ by }) => by === call.me.accountId).length >= MOST
          ? [`No more than ${MOST} webhooks per user can be registered`]
          : unsupported(details.jqlFilter);
    if (errors.length > 0) return { errors };
    last += 1;
    const made = { ...details, id: last, app, by: call.me.accountId, url, until: now() + LIFE_MS };
    stored = [...stored, made];
    return { createdWebhookId: made.id };
  }

  const view = ({ app: _app, by: _by, until, ...webhook }: Stored) => ({ ...webhook, expirationDate: until });

  return {
    targetsOf(hook) {
      const app = registration();
      const told = of(app.clientId).filter(
        ({ events, jqlFilter, url, by }) =>
          events.some((event) => event === hook.webhookEvent) &&
          isLoopback(url) &&
          matches(jqlFilter, hook) &&
          (app.owner === undefined || app.owner === by),
      );
      const [first] = told;
      if (first === undefined) return [];
      const authorize = () => ({ authorization: bearer(registration(), first.by, now()) });
      return [{ url: first.url, authorize, matchedWebhookIds: told.map(({ id }) => id) }];
    },
    endpoints: () => [
      {
        method: 'GET',
        path: PATH,
        handle(call) {
          const all = of(appOf(call)).map(view);
          const startAt = whole(call, 'startAt', 0);
          const maxResults = whole(call, 'maxResults', 100);
          const values = all.slice(startAt, startAt + maxResults);
          const isLast = startAt + values.length >= all.length;
          return { status: 200, body: { startAt, maxResults, total: all.length, isLast, values } };
        },
      },
      {
        method: 'POST',
        path: PATH,
        handle(call) {
          appOf(call);
          const { url, webhooks } = bodyOf(Registration, call);
          const results = webhooks.map((details) => register(call, url, details));
          return { status: 200, body: { webhookRegistrationResult: results } };
        },
      },
      {
        method: 'DELETE',
        path: PATH,
        handle(call) {
          const app = appOf(call);
          const { webhookIds } = bodyOf(Ids, call);
          stored = stored.filter((each) => each.app !== app || !webhookIds.includes(each.id));
          return { status: 202 };
        },
      },
      {
        method: 'PUT',
        path: `${PATH}/refresh`,
        handle(call) {
          const app = appOf(call);
          const { webhookIds } = bodyOf(Ids, call);
          const until = now() + LIFE_MS;
          // Ids of others, and of what has expired, are ignored: the answer is the same.
          stored = alive().map((each) =>
            each.app === app && webhookIds.includes(each.id) ? { ...each, until } : each,
          );
          return { status: 200, body: { expirationDate: until } };
        },
      },
    ],
  };
}
