import { Hono } from 'hono';
import { z } from 'zod';
import type { Log } from '../../model/log.ts';
import type { SandboxClock } from '../clock.ts';
import { createFaultPlan, type Fault, type FaultPlan, type HookFault } from '../faults.ts';
import type { SandboxPerson, TicketPeople } from '../worlds.ts';
import { createAccess } from './access.ts';
import { type AdminActs, createAdminActs } from './admin.ts';
import { createAppApi } from './app-api.ts';
import { createApprovals } from './approvals.ts';
import { createAttachmentApi } from './attachment-api.ts';
import { createAttachments } from './attachments.ts';
import { createCatalogApi } from './catalog-api.ts';
import { CATALOG, type CatalogItem } from './catalog-items.ts';
import { type Actor, createDesk, type DeskEvent, OPEN_POLICY, type ServiceNowPolicy } from './desk.ts';
import { createEntrance, type ServiceNowCall } from './entrance.ts';
import { createFaultGate, type SandboxEnv } from './gate.ts';
import { createHookSender, type HookSender } from './hooks.ts';
import { createKnowledgeApi, noResource } from './knowledge-api.ts';
import { createDeskPeople, personIn } from './people.ts';
import { createPresenter } from './present.ts';
import { createRows, type Rows } from './rows.ts';
import { agentIds, callerIds, seed, seededId } from './seed.ts';
import { createTableApi } from './table-api.ts';
import type { OAuthApplication } from './tokens.ts';
import { utcText } from './wall-time.ts';

export interface ServiceNowSandboxOptions {
  readonly clock: SandboxClock;
  /** The integration user; its password must begin with "sandbox-" so that nobody types a real one in here. */
  readonly user: string;
  readonly password: string;
  readonly hookSecret: string;
  readonly hookUrl?: string | null;
  /** Lets the grants of OAuth in; the secret must begin with "sandbox-" too. */
  readonly oauth?: OAuthApplication;
  /** Lets the header x-sn-apikey in; it must begin with "sandbox-" too. */
  readonly apiKey?: string;
  /** One rate limit rule for all calls; without it none applies, as on a new instance. */
  readonly limits?: { readonly perHour: number } | false;
  /** What can be ordered; the list may change while it is in use, as an administrator changes items. */
  readonly catalog?: readonly CatalogItem[];
  /** Zone of the integration user, in which its queries are read. Default GMT. */
  readonly timeZone?: string;
  readonly log?: Log;
}

/**
 * A simulated ServiceNow instance.
 * Faults are planned by "METHOD /api/now/table/<name>" for lists and inserts, "METHOD /api/now/table/<name>/{sys_id}"
 * for single records, each also with the literal `{table}` for any name, by "METHOD /api/now/attachment", ".../file",
 * ".../{sys_id}" and ".../{sys_id}/file" for files, "GET /api/sn_sc/servicecatalog/items/{sys_id}" and "POST …/order_now",
 * "GET /api/sn_km_api/knowledge/articles", by `read` (any GET) or `write` (any other), or by "*". Hook faults are
 * planned by event: `inserted`, `updated`, `commented`, `attached`, `detached`, or "*".
 */
export interface ServiceNowSandbox extends AdminActs {
  readonly people: TicketPeople;
  /** People who raise tickets; they may comment through `people` too. */
  callers(): readonly SandboxPerson[];
  readonly routes: Hono<SandboxEnv>;
  readonly faults: FaultPlan<Fault>;
  readonly hookFaults: FaultPlan<HookFault>;
  calls(): readonly ServiceNowCall[];
  setHookUrl(url: string | null): void;
  setPolicy(change: Partial<ServiceNowPolicy>): void;
  settled(): Promise<void>;
  /** All records as JSON. */
  snapshot(): unknown;
  restore(saved: unknown): void;
  /** Calls the listener after every change; answers a function that ends it. */
  onChange(listener: () => void): () => void;
  stop(): void;
}

/** Calls that are remembered; a demo may run for days. */
const CALLS_KEPT = 2000;
const Saved = z.object({ v: z.literal(1), rows: z.unknown() });

function refuseReal(secret: string, what: string): void {
  if (secret.startsWith('sandbox-')) return;
  throw new Error(
    `The simulated ServiceNow takes only a ${what} that begins with "sandbox-": never a real one.`,
  );
}

function createCallLog(clock: SandboxClock) {
  const calls: ServiceNowCall[] = [];
  return {
    calls: () => [...calls],
    record(call: Omit<ServiceNowCall, 'at'>) {
      calls.push({ ...call, at: clock.now().toISOString() });
      if (calls.length > CALLS_KEPT) calls.shift();
    },
  };
}

function createListeners() {
  const listeners = new Set<() => void>();
  return {
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed() {
      for (const listener of listeners) listener();
    },
  };
}

interface HttpParts {
  readonly options: ServiceNowSandboxOptions;
  readonly rows: Rows;
  readonly faults: FaultPlan<Fault>;
  readonly stopping: AbortSignal;
  readonly policy: () => ServiceNowPolicy;
  readonly onWrite: (event: DeskEvent) => void;
  readonly record: (call: Omit<ServiceNowCall, 'at'>) => void;
}

function createInstance(parts: HttpParts) {
  const { options, rows, policy, onWrite } = parts;
  const { clock, user, password } = options;
  const desk = createDesk({ clock, rows, policy, onWrite });
  const attachments = createAttachments({ clock, rows, policy, onWrite });
  const approvals = createApprovals({ clock, rows, onWrite });
  const perHour = options.limits === undefined || options.limits === false ? null : options.limits.perHour;
  const botId = seededId(`user:${user}`);
  const integration: Actor = { sysId: botId, userName: user, api: true, agent: true };
  const person = (userName: string) => userNamed(rows, userName);
  const access = createAccess({
    ...{ clock, user, password, oauth: options.oauth ?? null, apiKey: options.apiKey ?? null },
    ...{ policy, perHour, integration, person },
    personByEmail: (email) => personWithEmail(rows, email, integration),
  });
  const gate = createFaultGate({ clock, faults: parts.faults, stopping: parts.stopping });
  const shared = {
    rows,
    policy,
    presenter: createPresenter(rows),
    enter: createEntrance({ access, gate, record: parts.record }),
    zone: (actor: Actor) => rows.get('sys_user', actor.sysId)?.['time_zone'] || 'US/Pacific',
  };
  const routes = new Hono<SandboxEnv>();
  routes.route('/', access.routes);
  const hasRole = (actor: Actor, role: string) => holdsRole(rows, actor.sysId, role);
  const isIntegration = (actor: Actor) => actor.sysId === botId || hasRole(actor, 'x_deskbridge.integration');
  routes.route('/', createTableApi({ ...shared, desk, approvals, hasRole }));
  routes.route('/', createAttachmentApi({ ...shared, attachments }));
  routes.route('/', createCatalogApi({ ...shared, desk, catalog: options.catalog ?? CATALOG }));
  routes.route('/', createKnowledgeApi(shared));
  routes.route('/', createAppApi({ ...shared, isIntegration }));
  routes.all('/api/*', (c) => c.json(noResource, 400));
  return { desk, attachments, approvals, access, routes };
}

/** An active user as he calls the API himself. */
function userNamed(rows: Rows, userName: string): Actor | null {
  const user = rows.list('sys_user').find((row) => row['user_name'] === userName && row['active'] === 'true');
  const sysId = user?.['sys_id'];
  if (sysId === undefined) return null;
  return { sysId, userName, api: true, agent: agentIds().includes(sysId) || holdsRole(rows, sysId, 'itil') };
}

function holdsRole(rows: Rows, user: string, name: string): boolean {
  return rows
    .list('sys_user_has_role')
    .some((row) => row['user'] === user && row['role'] === seededId(`role:${name}`));
}

/** The one active user with this address. */
function personWithEmail(rows: Rows, email: string, integration: Actor): Actor | null {
  const found = rows.list('sys_user').filter((row) => row['email'] === email && row['active'] === 'true');
  const userName = found.length === 1 ? found[0]?.['user_name'] : undefined;
  if (email === '' || userName === undefined) return null;
  return userName === integration.userName ? integration : userNamed(rows, userName);
}

export function createServiceNowSandbox(options: ServiceNowSandboxOptions): ServiceNowSandbox {
  refuseReal(options.password, 'password');
  if (options.oauth !== undefined) refuseReal(options.oauth.clientSecret, 'client secret');
  if (options.apiKey !== undefined) refuseReal(options.apiKey, 'key');
  const { clock } = options;
  const faults = createFaultPlan<Fault>();
  const hookFaults = createFaultPlan<HookFault>();
  const hooks: HookSender = createHookSender({ clock, secret: options.hookSecret, faults: hookFaults });
  const listeners = createListeners();
  const callLog = createCallLog(clock);
  const stopping = new AbortController();
  const rows = createRows(clock);
  let policy = OPEN_POLICY;

  seed(rows, { user: options.user, timeZone: options.timeZone ?? 'GMT', now: utcText(clock.now()) });
  hooks.setUrl(options.hookUrl ?? null);
  const { desk, attachments, approvals, access, routes } = createInstance({
    options,
    rows,
    faults,
    stopping: stopping.signal,
    policy: () => policy,
    record: callLog.record,
    onWrite(event) {
      options.log?.info({ table: event.table, event: event.event }, 'simulated ServiceNow: record written');
      hooks.send(event);
      listeners.changed();
    },
  });

  return {
    people: createDeskPeople({ rows, desk, attachments, agentIds: agentIds() }),
    callers: () => callerIds().flatMap((id) => personIn(rows, id)),
    routes,
    faults,
    hookFaults,
    calls: callLog.calls,
    setHookUrl: hooks.setUrl,
    setPolicy(change) {
      policy = { ...policy, ...change };
    },
    ...createAdminActs({ clock, rows, access, approvals }),
    settled: hooks.settled,
    snapshot: () => ({ v: 1, rows: rows.save() }),
    restore(saved) {
      rows.load(Saved.parse(saved).rows);
      listeners.changed();
    },
    onChange: listeners.onChange,
    stop() {
      stopping.abort();
      hooks.stop();
    },
  };
}
