import { z } from 'zod';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { param, refuse } from './endpoint.ts';
import { isDeliverable, isLoopback, matches } from './hook-address.ts';
import { type HookTarget, type JiraHook, signedWith } from './hooks.ts';

/** Webhooks that administrators of the site made: of their own kind, with a secret, for ever. */
export interface AdminWebhooks {
  /** Where this event goes. */
  targetsOf(hook: JiraHook): readonly HookTarget[];
  endpoints(world: JiraWorld): readonly JiraEndpoint[];
}

const PATH = '/rest/webhooks/1.0/webhook';
const FILTER = 'issue-related-events-section';
/** The list of the vendor's documentation, as far as an issue has to do with it. */
const EVENTS = [
  'jira:issue_created',
  'jira:issue_updated',
  'jira:issue_deleted',
  'comment_created',
  'comment_updated',
  'comment_deleted',
  'attachment_created',
  'attachment_deleted',
  'issuelink_created',
  'issuelink_deleted',
  'worklog_created',
  'worklog_updated',
  'worklog_deleted',
  'issue_property_set',
  'issue_property_deleted',
] as const;

const Body = z.object({
  name: z.string().min(1).max(255),
  url: z.string().refine(isDeliverable, 'Only https:// addresses, and not port 80.'),
  events: z.array(z.enum(EVENTS)).min(1),
  filters: z.object({ [FILTER]: z.string().default('') }).default({ [FILTER]: '' }),
  excludeBody: z.boolean().default(false),
  enabled: z.boolean().default(true),
  secret: z.string().optional(),
});

interface Stored extends z.infer<typeof Body> {
  readonly id: number;
  readonly by: string;
  readonly at: number;
}

export function createAdminWebhooks(): AdminWebhooks {
  const stored = new Map<number, Stored>();
  let last = 0;

  const view = (world: JiraWorld, { id, by, at, secret, ...webhook }: Stored) => ({
    ...webhook,
    self: `${world.baseUrl()}${PATH}/${id}`,
    isSigned: secret !== undefined && secret !== '',
    lastUpdated: at,
    lastUpdatedUser: by,
    lastUpdatedDisplayName: world.state.user(by)?.displayName ?? '',
  });

  function onlyAdmins({ me }: JiraCall): void {
    if (me.admin !== true) throw refuse(403, ['You do not have permission to manage webhooks.']);
  }
  function bodyOf({ body }: JiraCall) {
    const parsed = Body.safeParse(body);
    if (parsed.success) return parsed.data;
    throw refuse(
      400,
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  }
  function known(call: JiraCall): Stored {
    const found = stored.get(Number(param(call, 'id')));
    if (found === undefined) throw refuse(404, ['No such webhook.']);
    return found;
  }
  function keep(world: JiraWorld, call: JiraCall, id: number): Stored {
    const old = stored.get(id);
    const body = bodyOf(call);
    // A secret that is not named again stays.
    const secret = body.secret ?? old?.secret;
    const next = {
      ...body,
      ...(secret === undefined ? {} : { secret }),
      id,
      by: call.me.accountId,
      at: world.state.now(),
    };
    stored.set(id, next);
    return next;
  }

  return {
    targetsOf: (hook) =>
      [...stored.values()]
        .filter(({ enabled, events }) => enabled && events.some((event) => event === hook.webhookEvent))
        .filter(({ filters, url }) => isLoopback(url) && matches(filters[FILTER], hook))
        .map(({ url, secret }) => ({
          url,
          authorize: secret === undefined ? () => ({}) : signedWith(secret),
        })),
    endpoints: (world) => [
      {
        method: 'GET',
        path: PATH,
        handle(call) {
          onlyAdmins(call);
          return { status: 200, body: [...stored.values()].map((each) => view(world, each)) };
        },
      },
      {
        method: 'POST',
        path: PATH,
        handle(call) {
          onlyAdmins(call);
          last += 1;
          return { status: 201, body: view(world, keep(world, call, last)) };
        },
      },
      {
        method: 'PUT',
        path: `${PATH}/{id}`,
        handle(call) {
          onlyAdmins(call);
          return { status: 200, body: view(world, keep(world, call, known(call).id)) };
        },
      },
      {
        method: 'DELETE',
        path: `${PATH}/{id}`,
        handle(call) {
          onlyAdmins(call);
          stored.delete(known(call).id);
          return { status: 204 };
        },
      },
    ],
  };
}
