import type { Approvals } from '../approvals/settings.ts';
import type { ConnectorModule } from '../connectors/connector-module.ts';
import type { JiraMaps } from '../connectors/jira/maps.ts';
import type { JiraSignIn } from '../connectors/jira/settings.ts';
import type { ServiceNowMaps } from '../connectors/servicenow/maps.ts';
import { ConnectorId, type SlackChannel, type SlackTeam } from '../model/ids.ts';
import type { Role } from '../model/person.ts';
import type { Secret } from '../model/secret.ts';
import type { RedactionRules } from '../privacy/redact.ts';
import type { TextModel } from '../routing/classify/model.ts';
import type { WeekDay } from '../routing/hours.ts';
import type { Classifier } from '../routing/route-request.ts';
import type { RoutingTable } from '../routing/table.ts';
import type { ConfigFile } from './config-file.ts';
import type { ConnectorSettings } from './connector-settings.ts';
import type { Environment } from './environment.ts';
import type { Forms } from './forms.ts';
import type { Keeping } from './policy-signatures.ts';
import {
  type JiraAuthConfig,
  jiraAuth,
  type OAuthAppConfig,
  oauthApp,
  type ServiceNowAuthConfig,
  serviceNowAuth,
} from './sign-ins.ts';
import { type SlackConfig, slackConfig } from './slack-config.ts';

/** Everything that a process is started with: the file, with the secrets that it names. Safe to log: see `Secret`. */
export interface Config {
  /** The file's settings, defaults filled in, without secrets: what is stored and hashed as the active configuration. */
  readonly source: ConfigFile;
  readonly install: { readonly name: string };
  readonly slack: SlackConfig;
  readonly connectors: ReadonlyMap<ConnectorId, ConnectorConfig>;
  readonly queues: ReadonlyMap<string, QueueConfig>;
  readonly routing: RoutingTable;
  /** What people choose from behind the command. */
  readonly forms: Forms;
  /** Who decides about what, and where that is enabled. */
  readonly approvals: Approvals;
  /** What of it all keepers sign, and what they have signed. */
  readonly keeping: Keeping;
  /** What names the kind of a text that no rule knows. */
  readonly classifier: Classifier;
  /** Largest file in bytes; endings of names that are never copied. */
  readonly files: { readonly largest: number; readonly refusedTypes: ReadonlySet<string> };
  readonly network: { readonly privateAddresses: boolean };
  readonly retention: { readonly inboxDays: number };
  readonly server: { readonly host: string; readonly port: number; readonly publicUrl: string | null };
  readonly redaction: RedactionRules;
  /** Groups of the directory that give each role. */
  readonly roles: Readonly<Record<Role, ReadonlySet<string>>>;
  /** When people who want so hear of their news at once. */
  readonly digest: {
    readonly at: string;
    readonly days: readonly WeekDay[];
    readonly zone: string;
  };
  readonly reopenDays: number;
  /** Null: the embedded Postgres in `dataDir`. */
  readonly databaseUrl: Secret | null;
  /** The same database as its owner; null: one role does everything. */
  readonly databaseOwnerUrl: Secret | null;
  /** Null: BullMQ runs on Postgres. */
  readonly redisUrl: Secret | null;
  /** 32 bytes in base64 each. The first seals, all of them open. */
  readonly encryptionKeys: readonly [Secret, ...Secret[]];
  readonly dataDir: string;
  /** Which workspace or organisation a command works on where several are served; null: what they share. */
  readonly workspace: string | null;
  readonly logLevel: Environment['LOG_LEVEL'];
}

interface ConnectorBase {
  readonly id: ConnectorId;
  /** Null: hooks are refused. */
  readonly hookSecret: Secret | null;
  readonly pollSeconds: number;
}

export type ConnectorConfig = ConnectorBase &
  (
    | {
        readonly system: 'jira';
        /** Where people open tickets. */
        readonly baseUrl: string;
        readonly gatewayUrl: string;
        readonly maps: JiraMaps;
        readonly auth: JiraAuthConfig;
        /** Null: `auth`. */
        readonly readingAuth: JiraAuthConfig | null;
        readonly approvalsAuth: JiraAuthConfig | null;
        /** Null: nobody can sign in with OAuth. */
        readonly oauthApp: OAuthAppConfig | null;
      }
    | {
        readonly system: 'servicenow';
        readonly baseUrl: string;
        readonly auth: ServiceNowAuthConfig;
        /** Null: `auth`. */
        readonly readingAuth: ServiceNowAuthConfig | null;
        readonly approvalsAuth: ServiceNowAuthConfig | null;
        /** Where the instance differs from the base system; null: nowhere. */
        readonly maps: ServiceNowMaps | null;
        /** Tables whose approvals demand an e-signature; null: the instance is asked. */
        readonly eSignature: readonly string[] | null;
        /** sys_ids of the knowledge bases that are searched; empty: all. */
        readonly knowledgeBases: readonly string[];
      }
    | { readonly system: 'memory' }
    | {
        readonly system: 'module';
        readonly module: ConnectorModule;
        /** Checked against the module's own schema; it parses them again. */
        readonly settings: unknown;
        readonly secrets: ReadonlyMap<string, Secret>;
      }
  );

export interface QueueConfig {
  readonly name: string;
  readonly title: string;
  readonly connector: ConnectorId;
  /** Checked against the connector's own schema; the connector parses it again. */
  readonly target: unknown;
  /** Where its agents talk among themselves; null: nowhere. */
  readonly internalChannel: SlackChannel | null;
  /** Which has it; null: every workspace that is served. */
  readonly internalWorkspace: SlackTeam | null;
  /** Whether the ticket system's own approvals of its tickets are brought to Slack. */
  readonly nativeApprovals: boolean;
  /** What of a ticket, when somebody sets it there, has to be decided first. */
  readonly askWhen: ConfigFile['queues'][string]['ask_when'];
}

interface Sources {
  readonly settings: ConfigFile;
  readonly environment: Environment;
  /** The secret in a variable. @throws when it was not read before, which is a bug */
  readonly secret: (variable: string) => Secret;
  readonly hide: (value: string) => Secret;
  /** The model that the file names. */
  readonly model: TextModel;
  readonly keeping: Keeping;
  /** The code behind `module`. @throws when it was not checked before, which is a bug */
  readonly module: (specifier: string) => ConnectorModule;
}

/** Joins a checked file with the environment that was checked for it. */
export function assembleConfig(sources: Sources): Config {
  const { settings, environment, hide } = sources;
  const [firstKey = '', ...olderKeys] = environment.DESKBRIDGE_ENCRYPTION_KEY.split(',');
  const connectors = Object.entries(settings.connectors).map(([name, connector]) => {
    const id = ConnectorId.parse(name);
    return [id, connectorConfig(id, connector, sources)] as const;
  });
  const queues = Object.entries(settings.queues).map(
    ([name, { internal_channel: internalChannel, internal_workspace: where, ...queue }]) => {
      const { native_approvals: nativeApprovals, ask_when: askWhen, title, connector, target } = queue;
      const internalWorkspace = where ?? null;
      return [
        name,
        { name, title, connector, target, internalChannel, internalWorkspace, nativeApprovals, askWhen },
      ] as const;
    },
  );
  return {
    source: settings,
    install: settings.install,
    slack: slackConfig(settings.slack, sources.secret),
    connectors: new Map(connectors),
    queues: new Map(queues),
    routing: settings.routing,
    forms: settings.forms,
    approvals: settings.approvals,
    keeping: sources.keeping,
    classifier: { model: sources.model, threshold: settings.routing.classifier.threshold },
    files: {
      largest: settings.files.max_mb * 1_000_000,
      refusedTypes: new Set(settings.files.refuse_types),
    },
    network: { privateAddresses: settings.network.private_addresses },
    retention: { inboxDays: settings.retention.inbox_days },
    server: { host: settings.server.host, port: settings.server.port, publicUrl: settings.server.public_url },
    redaction: settings.redaction,
    roles: {
      responder: new Set(settings.people.roles.responder),
      approver: new Set(settings.people.roles.approver),
      admin: new Set(settings.people.roles.admin),
    },
    digest: settings.digest,
    reopenDays: settings.reopen_days,
    databaseUrl: environment.DATABASE_URL === undefined ? null : hide(environment.DATABASE_URL),
    databaseOwnerUrl:
      environment.DATABASE_OWNER_URL === undefined ? null : hide(environment.DATABASE_OWNER_URL),
    redisUrl: environment.REDIS_URL === undefined ? null : hide(environment.REDIS_URL),
    encryptionKeys: [hide(firstKey), ...olderKeys.map(hide)],
    dataDir: environment.DESKBRIDGE_DATA_DIR,
    workspace: environment.DESKBRIDGE_WORKSPACE ?? null,
    logLevel: environment.LOG_LEVEL,
  };
}

function connectorConfig(
  id: ConnectorId,
  settings: ConnectorSettings,
  { secret, module }: Pick<Sources, 'secret' | 'module'>,
): ConnectorConfig {
  const base = {
    id,
    hookSecret: settings.hook_secret_env === undefined ? null : secret(settings.hook_secret_env),
    pollSeconds: settings.poll_seconds,
  };
  switch (settings.system) {
    case 'jira': {
      const authOf = (signIn: JiraSignIn) => jiraAuth(signIn, settings.cloud_id ?? '', secret);
      const { reading, approvals } = settings.auth_for;
      return {
        ...base,
        system: 'jira',
        baseUrl: settings.base_url,
        gatewayUrl: settings.gateway_url,
        auth: authOf(settings.auth),
        readingAuth: reading === undefined ? null : authOf(reading),
        approvalsAuth: approvals === undefined ? null : authOf(approvals),
        oauthApp: settings.oauth_app === undefined ? null : oauthApp(settings.oauth_app, secret),
        maps: settings.maps,
      };
    }
    case 'servicenow': {
      const { reading, approvals } = settings.auth_for;
      return {
        ...base,
        system: 'servicenow',
        baseUrl: settings.base_url,
        auth: serviceNowAuth(settings.auth, secret),
        readingAuth: reading === undefined ? null : serviceNowAuth(reading, secret),
        approvalsAuth: approvals === undefined ? null : serviceNowAuth(approvals, secret),
        maps: settings.maps ?? null,
        eSignature: settings.approvals?.e_signature ?? null,
        knowledgeBases: settings.knowledge?.bases ?? [],
      };
    }
    case 'memory':
      return { ...base, system: 'memory' };
    case 'module':
      return {
        ...base,
        system: 'module',
        module: module(settings.module),
        settings: settings.settings,
        secrets: new Map(
          Object.entries(settings.secrets).map(([key, name]) => [key.replace(/_env$/, ''), secret(name)]),
        ),
      };
  }
}
