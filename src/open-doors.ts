import type { Config } from './config.ts';
import type { OAuthApp } from './connectors/oauth-app.ts';
import { createApprovalPages } from './flows/approval-page.ts';
import { connectingAmong, createConnecting } from './flows/connect-account.ts';
import type { FormShelf } from './flows/form-shelf.ts';
import { createInstalling } from './flows/install-slack.ts';
import type { Home } from './flows/keep-hooks.ts';
import { type Accept, StoreUnavailable, shardOf } from './model/delivery.ts';
import type { ConnectorId, SlackTeam } from './model/ids.ts';
import type { DoorPoint } from './model/io.ts';
import type { Log } from './model/log.ts';
import { perTenant, type Tenant, type Tenants } from './open-tenants.ts';
import { parseSlackBody } from './slack/in/body.ts';
import { typeName } from './slack/in/call-name.ts';
import { createReceive, type Receive } from './slack/in/receive.ts';
import { createSlackSocket, type SlackSocket } from './slack/in/socket.ts';
import { createSlackSignIn } from './slack/out/sign-in.ts';
import type { SlackApp } from './slack/out/slack-app.ts';
import { featuresOf, needsOf } from './slack/scopes.ts';
import { type Db, isDatabaseAway, openDatabase } from './store/database.ts';
import { createEnvelope, type Envelope, keyId } from './store/envelope.ts';
import { createGrants, type Grants } from './store/grants.ts';
import { createStore, type Store } from './store/store.ts';
import { NOT_HERE } from './texts/slack-install.ts';
import { createAccept } from './web/accept.ts';
import { createApprovalDoor } from './web/approval-door.ts';
import { createConnectDoor } from './web/connect-door.ts';
import { createHookDoor, type HookDoorDeps } from './web/hook-door.ts';
import { createSealing } from './web/sealed-cookie.ts';
import { createWebServer, type WebServerDeps } from './web/server.ts';
import { createSlackDoor } from './web/slack-door.ts';
import { createSlackInstallDoor } from './web/slack-install-door.ts';

/** A form changes rarely; one that was refused is read again at once. */
const FORMS_EVERY_MS = 5 * 60_000;

/** How workspaces give us what they grant. */
export interface Granting {
  readonly grants: Grants;
  readonly app: SlackApp;
}

export interface DoorParts {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly home: Home;
  readonly shelf: FormShelf;
  /** How often the questions of forms are read, in milliseconds; five minutes when left out. */
  readonly formsEveryMs?: number;
  readonly tenants: Tenants;
  /** Null where one workspace is served with a token from the environment. */
  readonly granting: Granting | null;
  /** Where people can sign in with OAuth. */
  readonly apps: ReadonlyMap<ConnectorId, OAuthApp>;
  readonly metricsText: () => Promise<string>;
  readonly mount?: NonNullable<WebServerDeps['mount']>;
  readonly now?: () => Date;
  /** Tests end the process at these points. */
  readonly crashPoint?: (name: string) => void;
  /** What has to be stopped later is added here. */
  readonly stops: (() => Promise<void>)[];
}

/** Opens the doors: HTTP always, Socket Mode when Slack comes in that way. */
export async function openDoors(parts: DoorParts): Promise<{ readonly host: string; readonly port: number }> {
  const { config, home, tenants, stops, log } = parts;
  const { metrics } = home;
  const now = parts.now ?? (() => new Date());
  // A pool of its own, with a limit to every query: a sender waits for the answer.
  const db = openDatabase(parts.databaseUrl, { max: 4, queryTimeoutMs: 1_900 });
  stops.push(() => db.destroy());
  stops.push(parts.shelf.start(parts.formsEveryMs ?? FORMS_EVERY_MS));
  const doorOf = perTenant((tenant) => openTenantDoor(parts, db, tenant));
  const receive: Receive = async (call) => {
    const tenant = await orUnavailable(() => tenants.addressed(call.body));
    if (tenant !== null) return doorOf(tenant).receive(call);
    const type = typeName(call.body);
    metrics.count('deskbridge_slack_calls_total', { type, result: 'unknown-install' });
    return { status: 200, body: type === 'command' ? NOT_HERE : null };
  };
  const socket = openSocket(parts, receive);
  const { transport } = config.slack;
  const calls = { parse: parseSlackBody, receive };
  const server = createWebServer({
    slack:
      transport.mode === 'http'
        ? createSlackDoor({ signingSecret: transport.signingSecret.reveal(), calls, now, metrics })
        : null,
    hooks: createHookDoor({
      readHook: (connector, hook) => home.connectors.get(connector)?.readHook(hook) ?? null,
      accept: hookAccept(parts, db, (tenant) => doorOf(tenant).accept),
      now,
      metrics,
    }),
    ...peoplesDoors(parts),
    readiness: () => readiness(createStore(db, home.store.install, envelopeOf(config)), socket),
    metricsText: parts.metricsText,
    ...(parts.mount === undefined ? {} : { mount: parts.mount }),
    metrics,
    log,
  });
  const address = await server.listen(config.server.host, config.server.port);
  stops.push(() => server.stop());
  if (socket !== null) {
    socket.start();
    stops.push(() => socket.stop());
  }
  return address;
}

/** What one install takes in: into its own inbox, by its own rules. */
function openTenantDoor({ config, crashPoint = () => {} }: DoorParts, db: Db, tenant: Tenant) {
  const { world, slackIn, us } = tenant;
  const { metrics } = world;
  const at: (name: DoorPoint) => void = crashPoint;
  const store = createStore(db, tenant.install, envelopeOf(config));
  const accept: Accept = createAccept({
    insert: async (batch) => {
      at('inbox.insert:before');
      const verdicts = await orUnavailable(() => store.deliveries.insert(batch));
      at('inbox.insert:after');
      return verdicts;
    },
    ring: (delivery) => world.ring(shardOf(delivery.partition)),
    metrics,
  });
  const receive = createReceive({
    answer: slackIn.answer,
    accept,
    knowsChannel: async (team, channel) =>
      world.rules.channels.has(channel) || (await orUnavailable(() => store.links.hasPlaceIn(team, channel))),
    us,
    marks: config.slack.emoji,
    metrics,
  });
  return { accept, receive };
}

/**
 * A ticket system knows nothing of workspaces: a hook goes to the install that has its ticket. Where several are served, one
 * that nobody has is not kept; what it would have told of our own new ticket is read after the ticket was made anyway.
 */
function hookAccept(
  { tenants, granting, home, config }: DoorParts,
  db: Db,
  acceptOf: (tenant: Tenant) => Accept,
): HookDoorDeps['accept'] {
  const grants =
    granting === null
      ? null
      : createGrants({ db, install: home.store.install, envelope: envelopeOf(config) });
  return async (delivery) => {
    const served = tenants.all();
    const [, connector = '', ticket = ''] = delivery.partition.split(':');
    const having =
      grants === null ? null : new Set(await orUnavailable(() => grants.havingTicket(connector, ticket)));
    const owners = served.filter(({ install }) => having === null || having.has(install));
    const verdicts = await Promise.all(owners.map((tenant) => acceptOf(tenant)(delivery)));
    return verdicts.find((verdict) => verdict === 'stored') ?? verdicts[0] ?? 'no-install';
  };
}

/** Where people connect their own accounts, and give us their Slack. */
function peoplesDoors({ config, home, tenants, granting, apps, now = () => new Date() }: DoorParts) {
  const { publicUrl } = config.server;
  if (publicUrl === null) return {};
  const { io } = home;
  const installing =
    granting === null
      ? null
      : createInstalling({
          store: home.store,
          ...granting,
          scopes: needsOf(featuresOf(config.source)).scopes,
          io,
          publicUrl,
          installed: () => tenants.refresh(),
        });
  const stores = () => new Set([home.store, ...tenants.all().map(({ world }) => world.store)]);
  const connecting = () => [...stores()].map((store) => createConnecting({ store, apps, io, publicUrl }));
  return {
    ...approvalsDoor({ config, home, tenants }, publicUrl, now),
    ...(apps.size === 0 ? {} : { connect: createConnectDoor(connectingAmong(connecting), publicUrl) }),
    ...(installing === null ? {} : { install: createSlackInstallDoor(installing, publicUrl) }),
  };
}

/** Where approvers decide in a browser, signed in with Slack. */
function approvalsDoor(
  { config, home, tenants }: Pick<DoorParts, 'config' | 'home' | 'tenants'>,
  publicUrl: string,
  now: () => Date,
): Pick<WebServerDeps, 'approvals'> {
  const { signIn: registered, apiUrl } = config.slack;
  if (registered === null) return {};
  const { io } = home;
  const signIn = createSlackSignIn({ ...registered, apiUrl, io });
  const worldOf = (team: SlackTeam) => tenants.all().find(({ us }) => us.teamId === team)?.world ?? null;
  const [first, ...older] = config.encryptionKeys;
  const bytes = (key: typeof first) => Buffer.from(key.reveal(), 'base64');
  const sealing = createSealing([bytes(first), ...older.map(bytes)], 'approvals.v1');
  const pages = createApprovalPages({ worldOf, signIn, publicUrl, io, now });
  return { approvals: createApprovalDoor(pages, sealing, publicUrl) };
}

function openSocket({ config, home, log }: DoorParts, receive: Receive): SlackSocket | null {
  const { transport, apiUrl } = config.slack;
  if (transport.mode !== 'socket') return null;
  return createSlackSocket({
    appToken: transport.appToken.reveal(),
    apiUrl,
    fetch,
    receive,
    metrics: home.metrics,
    log,
  });
}

async function readiness(store: Store, socket: SlackSocket | null) {
  const database = await orUnavailable(() => store.ping()).then(
    () => 'ok',
    () => 'The database does not answer.',
  );
  const slack =
    socket === null || socket.connected() > 0 ? 'ok' : 'There is no Socket Mode connection to Slack.';
  return { ready: database === 'ok' && slack === 'ok', checks: { database, slack } };
}

/** The ids of the configured keys, the one that seals first: what `keys status` shows. */
export function keyIdsOf(config: Pick<Config, 'encryptionKeys'>): readonly string[] {
  return config.encryptionKeys.map((key) => keyId(Buffer.from(key.reveal(), 'base64')).toString('hex'));
}

/** The envelope of the configured keys: the first seals, all of them open. */
export function envelopeOf(config: Pick<Config, 'encryptionKeys'>): Envelope {
  const [first, ...older] = config.encryptionKeys;
  const bytes = (key: typeof first) => Buffer.from(key.reveal(), 'base64');
  return createEnvelope([bytes(first), ...older.map(bytes)]);
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDatabaseAway(error)) throw new StoreUnavailable('The database did not answer in time');
    throw error;
  }
}
