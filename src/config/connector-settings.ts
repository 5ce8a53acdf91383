import { z } from 'zod';
import { JiraSettings as Jira } from '../connectors/jira/settings.ts';
import { JiraTarget } from '../connectors/jira/targets.ts';
import { MemoryTarget } from '../connectors/memory/schema.ts';
import { ServiceNowSettings as ServiceNow, ServiceNowTarget } from '../connectors/servicenow/schema.ts';

/** The name of an environment variable. The message never repeats the value: people paste the secret itself. */
export const EnvName = z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/, {
  error:
    'must be the NAME of an environment variable in capital letters, such as SLACK_BOT_TOKEN; the secret itself stands in the environment',
});

const hookSecretEnv = EnvName.optional().meta({
  description:
    'Variable with the secret that signs hooks (16 bytes or more). Without it hooks are refused and polling carries the sync.',
});
const pollSeconds = z.int().min(5).max(3600).default(30).meta({
  description: 'Seconds between two polls for changes; hooks make it faster, polls make it complete.',
});

const mapsHelp = {
  description:
    'What the system calls its states, priorities, resolutions and levels, by project key (Jira) or table (ServiceNow); the usual ones without it.',
};

const jira = Jira.shape;
const JiraSettings = Jira.safeExtend({
  base_url: jira.base_url.meta({
    description: 'Address of the site that people open, e.g. https://acme.atlassian.net.',
  }),
  auth: jira.auth.meta({
    description:
      "How Deskbridge signs in: a classic API token (`api-token`), one with scopes (`scoped-token`), one of a service account (`service-account`), or with OAuth (`oauth`), after `deskbridge connect`. See the connector's README.",
  }),
  auth_for: jira.auth_for.meta({
    description: 'Other accounts for some purposes, so that each may do as little as it needs.',
  }),
  oauth_app: jira.oauth_app.meta({
    description:
      'The OAuth 2.0 (3LO) app, so that people can act as themselves; needs `server.public_url`. Its callback URL is <public_url>/oauth/<name>/callback.',
  }),
  cloud_id: jira.cloud_id.meta({
    description:
      "The site's id, needed behind Atlassian's gateway; the part behind /s/ of its address at admin.atlassian.com.",
  }),
  gateway_url: jira.gateway_url.meta({
    description: "Atlassian's gateway; another address only for an emulator.",
  }),
  hook_secret_env: hookSecretEnv,
  poll_seconds: pollSeconds,
  maps: jira.maps.meta(mapsHelp),
});

const serviceNow = ServiceNow.shape;
const ServiceNowSettings = ServiceNow.extend({
  base_url: serviceNow.base_url.meta({
    description: 'Address of the instance, e.g. https://acme.service-now.com.',
  }),
  auth: serviceNow.auth.meta({
    description:
      'How Deskbridge signs in: as an integration user (`basic`), with OAuth by client credentials (`oauth`), by password (`oauth-password`) or by a signed assertion (`oauth-jwt`), or with a key (`api-key`).',
  }),
  auth_for: serviceNow.auth_for.meta({
    description: 'Other accounts for some purposes, so that each may do as little as it needs.',
  }),
  hook_secret_env: hookSecretEnv,
  poll_seconds: pollSeconds,
  maps: serviceNow.maps.meta(mapsHelp),
});

const MemorySettings = z.strictObject({
  system: z.literal('memory'),
  hook_secret_env: hookSecretEnv,
  poll_seconds: pollSeconds,
});

const ModuleSettings = z.strictObject({
  system: z.literal('module'),
  module: z
    .string()
    .regex(/^\S{1,500}$/)
    .meta({
      description:
        'File of the connector, as seen from this file (./connectors/github.ts), or the name of its package. Its code runs with all rights of Deskbridge.',
    }),
  settings: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ description: 'What this connector wants to know; its own README says what.' }),
  secrets: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}_env$/), EnvName)
    .default({})
    .meta({ description: 'Variables with its secrets, by the names that it gives them and `_env`.' }),
  hook_secret_env: hookSecretEnv,
  poll_seconds: pollSeconds,
});

/** One ticket system instance, by its system. */
export const ConnectorSettings = z.discriminatedUnion('system', [
  JiraSettings.meta({ description: 'Jira or Jira Service Management (cloud).' }),
  ServiceNowSettings.meta({ description: 'ServiceNow.' }),
  MemorySettings.meta({ description: 'A desk that lives in memory: for trials, forgotten at the end.' }),
  ModuleSettings.meta({
    description: 'A connector that is no part of Deskbridge, from a file or a package.',
  }),
]);
export type ConnectorSettings = z.infer<typeof ConnectorSettings>;
export type System = ConnectorSettings['system'];

/** What a queue must say about where its tickets land, by the system of its connector; a module says it itself. */
export const TARGETS: Readonly<
  Record<Exclude<System, 'module'>, { readonly title: string; readonly schema: z.ZodType }>
> = {
  jira: { title: 'Jira and Jira Service Management', schema: JiraTarget },
  servicenow: { title: 'ServiceNow', schema: ServiceNowTarget },
  memory: { title: 'memory', schema: MemoryTarget },
};
