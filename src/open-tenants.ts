import { createApprovalTokens } from './approvals/token.ts';
import type { Config } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import type { OAuthApp } from './connectors/oauth-app.ts';
import { approvalPageUrl } from './flows/approval-page.ts';
import { createConnecting } from './flows/connect-account.ts';
import type { FormShelf } from './flows/form-shelf.ts';
import { keepGrant } from './flows/keep-grants.ts';
import { createTokenKeeper } from './flows/keep-tokens.ts';
import type { World } from './flows/world.ts';
import type { ApprovalId } from './model/approval.ts';
import type { Budget } from './model/budget.ts';
import type { ConnectorId, InstallId, SlackTeam, SlackUser } from './model/ids.ts';
import type { Io } from './model/io.ts';
import type { Log } from './model/log.ts';
import type { Metrics } from './model/metrics.ts';
import type { Secret } from './model/secret.ts';
import { ownTeam, type SlackAddress } from './model/slack-grant.ts';
import type { TokenOf } from './model/token.ts';
import { openWorld } from './open-world.ts';
import { addressOf } from './slack/in/address.ts';
import type { SlackBody } from './slack/in/body.ts';
import type { SlackIn } from './slack/in/slack-in.ts';
import type { SlackApp } from './slack/out/slack-app.ts';
import { createSlackOut } from './slack/out/slack-out.ts';
import type { Db } from './store/database.ts';
import type { Envelope } from './store/envelope.ts';
import type { Grants, KnownGrant } from './store/grants.ts';
import { createStore, type Store } from './store/store.ts';

/** One install while it is served: everything of it, and nothing of any other. */
export interface Tenant {
  readonly install: InstallId;
  readonly us: { readonly teamId: SlackTeam; readonly botUserId: SlackUser };
  readonly world: World;
  readonly slackIn: SlackIn;
  /** Runs when it is served no longer. */
  onEnd(work: () => Promise<void>): void;
}

/** The installs that this process serves. */
export interface Tenants {
  all(): readonly Tenant[];
  /** Null for one that is not served: its grant has ended, or it is of another Deskbridge. */
  find(install: InstallId): Promise<Tenant | null>;
  /** For whom this call of Slack is; null for a workspace that gave us nothing. */
  addressed(body: SlackBody): Promise<Tenant | null>;
  /** Looks for what was granted and what has ended. */
  refresh(): Promise<void>;
  onChange(listener: () => void): void;
  stop(): Promise<void>;
}

export interface TenantParts {
  readonly config: Config;
  readonly db: Db;
  readonly envelope: Envelope;
  /** Of the install whose configuration this is: what all share, such as the bridge's own sign-ins, lies there. */
  readonly home: Store;
  readonly io: Io;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ring: (install: InstallId, shard: number) => void;
  readonly apps: ReadonlyMap<ConnectorId, OAuthApp>;
  /** Forms are the same for all workspaces. */
  readonly shelf: FormShelf;
  readonly connectors: (io: Io, tokenOf: TokenOf, budget: Budget) => ReadonlyMap<ConnectorId, Connector>;
}

interface Identity {
  readonly install: InstallId;
  readonly us: Tenant['us'];
  readonly botToken: () => string;
  readonly grantChanged?: () => void;
}

function openTenant(parts: TenantParts, { install, us, botToken, grantChanged }: Identity) {
  const { config, home, io, metrics, log, apps } = parts;
  const store = install === home.install ? home : createStore(parts.db, install, parts.envelope);
  const shared = createTokenKeeper({ store: home, apps, io, metrics, log });
  const own = createTokenKeeper({ store, apps, io, metrics, log });
  const tokenOf: TokenOf = (connector, holder) => (holder === 'bridge' ? shared : own)(connector, holder);
  const { world, slackIn } = openWorld({
    config,
    store,
    io,
    slack: createSlackOut({ token: botToken, apiUrl: config.slack.apiUrl, io }),
    us,
    botToken,
    // What a vendor allows it allows to all workspaces together.
    connectors: parts.connectors(io, tokenOf, home.budgets),
    tokenOf,
    ...connectingIn(parts, store),
    shelf: parts.shelf,
    ...approvalsIn(parts, install, us.teamId),
    ring: (shard) => parts.ring(install, shard),
    ...(grantChanged === undefined ? {} : { grantChanged }),
    metrics,
    log,
  });
  const ends: (() => Promise<void>)[] = [];
  const tenant: Tenant = { install, us, world, slackIn, onEnd: (work) => void ends.push(work) };
  const end = async () => {
    for (const work of ends.splice(0).reverse()) await work();
  };
  return { tenant, end };
}

/** Where people sign in themselves, and how they are sent there. */
function connectingIn({ config, apps, io }: TenantParts, store: Store): Pick<World, 'connecting'> {
  const { publicUrl } = config.server;
  if (publicUrl === null || apps.size === 0) return {};
  const { invite } = createConnecting({ store, apps, io, publicUrl });
  return { connecting: { systems: new Set(apps.keys()), invite } };
}

/** Tokens of one install are worth nothing in another one: each has keys of its own. */
function approvalsIn({ config }: TenantParts, install: InstallId, own: SlackTeam): Pick<World, 'approvals'> {
  const { approvals: settings, routing, encryptionKeys } = config;
  const { queues } = config;
  const isNative = [...queues.values()].some(({ nativeApprovals }) => nativeApprovals);
  // What was asked before the owner switched it off is still looked after; nothing new is asked.
  if (settings.rules.length === 0 && !isNative) return {};
  const [first, ...older] = encryptionKeys;
  const bytes = (key: Secret) => Buffer.from(key.reveal(), 'base64');
  const tokens = createApprovalTokens([bytes(first), ...older.map(bytes)], install);
  const { hours } = settings.reminders;
  const reminderHours = hours === null ? null : (routing.hours[hours] ?? null);
  // The private channel of another workspace is none here: people are asked in direct messages.
  const { channel, workspace } = settings.cards;
  const cards = { ...settings.cards, channel: workspace === undefined || workspace === own ? channel : null };
  const { publicUrl } = config.server;
  const hasPages = publicUrl !== null && config.slack.signIn !== null;
  const pageOf = hasPages ? (id: ApprovalId) => approvalPageUrl(publicUrl, id) : null;
  return { approvals: { rules: { ...settings, cards }, reminderHours, tokens, pageOf } };
}

/** One workspace, with a token that does not change while we run. Whose call it is no question: the doors check it. */
export function oneTenant(parts: TenantParts, us: Tenant['us'], botToken: Secret): Tenants {
  const install = parts.home.install;
  const { tenant, end } = openTenant(parts, { install, us, botToken: () => botToken.reveal() });
  return {
    all: () => [tenant],
    find: async (wanted) => (wanted === install ? tenant : null),
    addressed: async () => tenant,
    refresh: async () => {},
    onChange() {},
    stop: end,
  };
}

/** How often grants are looked at, in milliseconds: what another process was given, renewed or lost. */
const LOOK_EVERY_MS = 2_000;
/** A workspace that nobody knows makes us look at most so often, in milliseconds. */
const LOOK_AGAIN_MS = 1_000;

interface Served {
  readonly tenant: Tenant;
  readonly end: () => Promise<void>;
  generation: number;
  token: Secret;
}

export interface GrantedParts extends TenantParts {
  readonly grants: Grants;
  readonly app: SlackApp;
}

/** Every workspace and organisation that installed the app. */
export async function grantedTenants(parts: GrantedParts): Promise<Tenants> {
  const { grants, log, metrics } = parts;
  const served = new Map<InstallId, Served>();
  let byPlace = new Map<string, Tenant>();
  const listeners: (() => void)[] = [];
  let lookedAt = 0;
  let looking: Promise<void> = Promise.resolve();
  const ending = new Set<Promise<void>>();

  function changed(install: InstallId): void {
    keepGrant(parts, install)
      .then(refresh)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'Grants could not be looked at'));
  }

  /** Nothing that is wrong with one grant keeps another from being served. */
  async function serve(grant: KnownGrant): Promise<boolean> {
    const { install, generation } = grant;
    const known = served.get(install);
    if (known?.generation === generation) return false;
    try {
      const opened = await grants.open(install);
      if (opened === null) return false;
      if (known !== undefined && known.tenant.us.botUserId === grant.botUserId) {
        known.generation = generation;
        known.token = opened.token;
        return false;
      }
      if (known !== undefined) drop(install, known);
      const us = { teamId: ownTeam(grant), botUserId: grant.botUserId };
      const botToken = () => one.token.reveal();
      const identity = { install, us, botToken, grantChanged: () => changed(install) };
      const one: Served = { ...openTenant(parts, identity), generation, token: opened.token };
      served.set(install, one);
      return true;
    } catch (error) {
      metrics.count('deskbridge_slack_grants_unreadable');
      log.error(
        { place: ownTeam(grant), error: String(error) },
        'A grant of Slack cannot be read; it is not served',
      );
      return false;
    }
  }

  function drop(install: InstallId, { end }: Served): void {
    served.delete(install);
    const ended = end().finally(() => ending.delete(ended));
    ending.add(ended);
  }

  async function look(): Promise<void> {
    const standing = (await grants.all()).filter(({ revoked }) => revoked === null);
    let isOther = false;
    for (const [install, one] of served) {
      if (standing.some((grant) => grant.install === install)) continue;
      drop(install, one);
      isOther = true;
    }
    for (const grant of standing) isOther = (await serve(grant)) || isOther;
    byPlace = new Map(
      standing.flatMap((grant) => {
        const one = served.get(grant.install);
        return one === undefined ? [] : [[placeKey(addressOfGrant(grant)), one.tenant] as const];
      }),
    );
    lookedAt = performance.now();
    if (isOther) for (const listener of listeners) listener();
  }

  /** One look at a time; who asks while one is under way gets one that began after his question. */
  function refresh(): Promise<void> {
    const next = looking.then(look);
    looking = next.catch(() => {});
    return next;
  }

  await refresh();
  const timer = setInterval(
    () =>
      void refresh().catch((error: unknown) =>
        log.warn({ error: String(error) }, 'Grants could not be looked at'),
      ),
    LOOK_EVERY_MS,
  );

  return {
    all: () => [...served.values()].map(({ tenant }) => tenant),
    async find(install) {
      if (!served.has(install)) await refresh();
      return served.get(install)?.tenant ?? null;
    },
    async addressed(body) {
      const address = addressOf(body);
      if (address === null) return null;
      const key = placeKey(address);
      if (!byPlace.has(key) && performance.now() - lookedAt > LOOK_AGAIN_MS) await refresh();
      return byPlace.get(key) ?? null;
    },
    refresh,
    onChange: (listener) => void listeners.push(listener),
    async stop() {
      clearInterval(timer);
      await looking;
      await Promise.all([...[...served.values()].map(({ end }) => end()), ...ending]);
    },
  };
}

const placeKey = ({ kind, id }: SlackAddress) => `${kind}:${id}`;

function addressOfGrant({ team, enterprise }: KnownGrant): SlackAddress {
  if (team !== null) return { kind: 'team', id: team.id };
  return { kind: 'enterprise', id: enterprise?.id ?? '' };
}

/** What a part of the process keeps for each tenant; made when it is first needed. */
export function perTenant<T>(make: (tenant: Tenant) => T): (tenant: Tenant) => T {
  const made = new WeakMap<Tenant, T>();
  return (tenant) => {
    const known = made.get(tenant);
    if (known !== undefined) return known;
    const fresh = make(tenant);
    made.set(tenant, fresh);
    return fresh;
  };
}
