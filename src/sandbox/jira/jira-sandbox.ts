import { Hono } from 'hono';
import type { SandboxClock } from '../clock.ts';
import type { Fault, FaultPlan, HookFault } from '../faults.ts';
import { createFaultPlan } from '../faults.ts';
import type { TicketPeople } from '../worlds.ts';
import { createJiraActs, type JiraActs } from './acts.ts';
import { createAdminWebhooks } from './admin-webhooks.ts';
import { createAppWebhooks } from './app-webhooks.ts';
import { type Atlassian, createAtlassian } from './atlassian.ts';
import { commentEndpoints } from './comment-endpoints.ts';
import { deskEndpoints } from './desk-endpoints.ts';
import { createDeskPeople } from './desk-people.ts';
import { type JiraArticle, SEED_ARTICLES, SEED_CUSTOMERS } from './desk-seed.ts';
import { editEndpoints } from './edit-endpoints.ts';
import type { JiraWorld } from './endpoint.ts';
import { fieldEndpoints } from './field-endpoints.ts';
import { fileEndpoints, mediaAnswer } from './file-endpoints.ts';
import type { JiraRoutes, ReceivedCall } from './gate.ts';
import { createJiraRoutes } from './gate.ts';
import type { NewApproval } from './home-acts.ts';
import { createJiraHooks, type JiraHooks, type JiraHooksOptions } from './hooks.ts';
import { issueEndpoints } from './issue-endpoints.ts';
import { createJiraLimits } from './limits.ts';
import { peopleEndpoints } from './people-endpoints.ts';
import { grantsOf, type JiraStanding, permissionEndpoints } from './permission-endpoints.ts';
import { requestEndpoints } from './request-endpoints.ts';
import { searchEndpoints } from './search-endpoints.ts';
import type { JiraProject, JiraUser } from './seed.ts';
import { SEED_AGENTS, SEED_PROJECTS } from './seed.ts';
import { serviceEndpoints } from './service-endpoints.ts';
import {
  basic,
  createSignIns,
  type JiraDoor,
  type JiraSignInActs,
  refuseRealToken,
  signInActs,
} from './sign-ins.ts';
import { createJiraState, type JiraIssue, type JiraState } from './state.ts';
import { temporaryFileEndpoints } from './temporary-file-endpoints.ts';
import { createJiraViews } from './views.ts';
import { createJiraWeather, type JiraWeather } from './weather.ts';
import { workflowEndpoints } from './workflow-endpoints.ts';

export interface JiraSandboxOptions extends JiraStanding {
  readonly clock: SandboxClock;
  /** Where the routes are reachable; may be set later with `setBaseUrl`. */
  readonly baseUrl?: string;
  readonly email: string;
  /** Must begin with `sandbox-`: a real token has no business here. */
  readonly apiToken: string;
  readonly hookSecret: string;
  readonly hookUrl?: string | null;
  readonly projects?: readonly JiraProject[];
  readonly agents?: readonly JiraUser[];
  /** What the knowledge base holds. */
  readonly articles?: readonly JiraArticle[];
  /** False switches the vendor's rate limits off. */
  readonly limits?: boolean;
  /** How long the search index lags behind, in milliseconds of sandbox time; 2 s when not given. */
  readonly indexLagMs?: number;
  /** How long a hook waits for its answer, in real milliseconds; 10 s when not given. */
  readonly hookTimeoutMs?: number;
  /** Largest attachment, in bytes; 10 MB when not given. */
  readonly uploadLimit?: number;
  readonly log?: (line: string) => void;
}

/** A simulated Jira Cloud site with one service desk. */
export interface JiraSandbox extends JiraWeather, JiraSignInActs {
  readonly people: TicketPeople;
  readonly routes: JiraRoutes;
  /** Atlassian's gateway with the site below `/ex/jira/{cloudId}`, and its authorization server, at one address. */
  readonly gateway: JiraRoutes;
  readonly cloudId: string;
  /** Who consents, and what becomes of it; its routes are part of `gateway`. */
  readonly atlassian: Atlassian;
  /** By call, e.g. "POST /rest/api/3/issue/{issueIdOrKey}/comment"; "*" is every call. */
  readonly faults: FaultPlan<Fault>;
  /** By webhookEvent, e.g. "comment_created"; "*" is every event. */
  readonly hookFaults: FaultPlan<HookFault>;
  calls(): readonly ReceivedCall[];
  setHookUrl(url: string | null): void;
  setBaseUrl(url: string): void;
  /** Only people with this security level see the issue; null takes it off. */
  setSecurity(ticketId: string, level: string | null): void;
  /** Somebody moves an issue to another project; answers its new key. */
  move(agentId: string, ticketId: string, projectKey: string): string;
  /** Somebody clones an issue; answers the id of the copy. */
  clone(agentId: string, ticketId: string): string;
  /** Somebody deletes an issue. */
  remove(agentId: string, ticketId: string): void;
  /** The workflow asks these accounts; answers the id of the approval. */
  askApproval(ticketId: string, approval: NewApproval): string;
  /** Resolves when no hook is on its way or due within the next second. */
  settled(): Promise<void>;
  /** All issues as JSON. Hooks that were not delivered yet are not part of it. */
  snapshot(): unknown;
  restore(saved: unknown): void;
  onChange(listener: () => void): () => void;
  stop(): void;
}

const FAMILIES = [
  issueEndpoints,
  editEndpoints,
  commentEndpoints,
  fileEndpoints,
  workflowEndpoints,
  searchEndpoints,
  peopleEndpoints,
  deskEndpoints,
  requestEndpoints,
  serviceEndpoints,
  fieldEndpoints,
  temporaryFileEndpoints,
  permissionEndpoints,
];

const CLOUD_ID = '1f2e3d4c-0a1b-4c2d-8e3f-5a6b7c8d9e0f';
/** The account that the bridge's credential belongs to. */
/** The account that is signed in from the beginning: of an app, not of a person. */
export const BRIDGE_ACCOUNT = '712020:b0000001';
/** Enough to look at afterwards without growing for ever. */
const REMEMBERED_CALLS = 5000;

function hooksOf(
  { clock, hookSecret, hookUrl = null, hookTimeoutMs = 10_000, log = () => {} }: JiraSandboxOptions,
  faults: FaultPlan<HookFault>,
  targetsOf: JiraHooksOptions['targetsOf'],
): JiraHooks {
  return createJiraHooks({
    clock,
    secret: hookSecret,
    url: hookUrl,
    targetsOf,
    timeoutMs: hookTimeoutMs,
    faults,
    log,
  });
}

/** What people do to an issue beside the desk; an unknown issue or person is a mistake of the test. */
function createIssueEvents(state: JiraState, acts: JiraActs, me: JiraUser) {
  function known(ticketId: string): JiraIssue {
    const issue = state.issue(ticketId, null);
    if (issue === null) throw new Error(`There is no ticket ${ticketId} in this Jira`);
    return issue;
  }
  function someone(accountId: string): JiraUser {
    const user = state.user(accountId);
    if (user === null) throw new Error(`There is nobody ${accountId} in this Jira`);
    return user;
  }

  return {
    known,
    setSecurity(ticketId, level) {
      acts.edit(me, known(ticketId), { security: level });
    },
    move(agentId, ticketId, projectKey) {
      const to = state.project(projectKey);
      if (to === null) throw new Error(`There is no project ${projectKey} in this Jira`);
      return acts.move(someone(agentId), known(ticketId), to).key;
    },
    clone: (agentId, ticketId) => acts.clone(someone(agentId), known(ticketId)).id,
    remove: (agentId, ticketId) => acts.remove(someone(agentId), known(ticketId)),
    askApproval: (ticketId, approval) => acts.askApproval(known(ticketId), approval).id,
  } satisfies Partial<JiraSandbox> & { known: unknown };
}

export function createJiraSandbox(options: JiraSandboxOptions): JiraSandbox {
  refuseRealToken(options.apiToken);
  const { clock, email } = options;
  let baseUrl = options.baseUrl ?? 'http://127.0.0.1';
  const calls: ReceivedCall[] = [];
  const faults = createFaultPlan<Fault>();
  const hookFaults = createFaultPlan<HookFault>();
  const stopped = new AbortController();
  const me: JiraUser = {
    accountId: BRIDGE_ACCOUNT,
    displayName: 'Deskbridge',
    email,
    accountType: 'app',
    agent: false,
    admin: options.permissions?.['ADMINISTER'] ?? false,
  };
  const state = createJiraState({
    clock,
    projects: options.projects ?? SEED_PROJECTS,
    users: [...(options.agents ?? SEED_AGENTS), ...SEED_CUSTOMERS, me],
  });
  const views = createJiraViews(state, () => baseUrl);
  const atlassian = createAtlassian({
    clock,
    cloudId: CLOUD_ID,
    siteUrl: () => baseUrl,
    user: state.user,
  });
  const adminWebhooks = createAdminWebhooks();
  const appWebhooks = createAppWebhooks(state.now, atlassian.app);
  const hooks = hooksOf(options, hookFaults, (hook) => [
    ...adminWebhooks.targetsOf(hook),
    ...appWebhooks.targetsOf(hook),
  ]);
  const acts = createJiraActs(state, views, hooks);
  const indexLagMs = options.indexLagMs ?? 2000;
  const uploadLimit = options.uploadLimit ?? 10 * 1024 * 1024;
  const weather = createJiraWeather();
  const world: JiraWorld = {
    state,
    views,
    acts,
    articles: options.articles ?? SEED_ARTICLES,
    baseUrl: () => baseUrl,
    granted: grantsOf(BRIDGE_ACCOUNT, options),
    indexLagMs,
    uploadLimit,
    isBusy: weather.isBusy,
  };
  const signIns = createSignIns();
  signIns.add(basic(email, options.apiToken), { user: me, door: 'site', scopes: null });
  const endpoints = [...FAMILIES, adminWebhooks.endpoints, appWebhooks.endpoints].flatMap((family) =>
    family(world),
  );
  const limits = options.limits === false ? null : createJiraLimits(state.now);
  const routesOf = (door: JiraDoor) =>
    createJiraRoutes({
      endpoints,
      door,
      whose: (authorization, endpoint) => signIns.whose(authorization, door, endpoint, atlassian.granted),
      media: (call) => mediaAnswer(world, call),
      faults,
      limits,
      now: state.now,
      issueId: (idOrKey) => state.issue(idOrKey, null)?.id ?? null,
      onCall(call) {
        calls.push(call);
        if (calls.length > REMEMBERED_CALLS) calls.shift();
      },
      isTerse: weather.isTerse,
      nearLimit: options.nearLimit ?? false,
      cloudId: CLOUD_ID,
      stopped: stopped.signal,
    });
  const gateway: JiraRoutes = new Hono();
  gateway.route(`/ex/jira/${CLOUD_ID}`, routesOf('gateway'));
  gateway.route('/', atlassian.routes);

  const issueEvents = createIssueEvents(state, acts, me);
  const administrator = state.users.find(({ agent }) => agent) ?? me;

  return {
    people: createDeskPeople(state, views, acts),
    routes: routesOf('site'),
    gateway,
    cloudId: CLOUD_ID,
    atlassian,
    faults,
    hookFaults,
    calls: () => [...calls],
    setHookUrl: hooks.setUrl,
    setBaseUrl(url) {
      baseUrl = url.replace(/\/+$/, '');
    },
    ...signInActs(state, signIns, me),
    ...issueEvents,
    ...weather.acts({ acts, hooks, administrator, known: issueEvents.known }),
    settled: hooks.settled,
    snapshot: state.snapshot,
    restore: state.restore,
    onChange: state.onChange,
    stop() {
      stopped.abort();
      hooks.stop();
    },
  };
}
