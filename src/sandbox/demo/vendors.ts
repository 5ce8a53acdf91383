import { z } from 'zod';
import { createClock } from '../clock.ts';
import { createJiraSandbox, type JiraSandbox } from '../jira/jira-sandbox.ts';
import { type Listening, listen, type RequestHandler } from '../listen.ts';
import { createServiceNowSandbox, type ServiceNowSandbox } from '../servicenow/sandbox.ts';
import { createSlackSandbox, type SlackSandbox } from '../slack/slack-sandbox.ts';
import { CHANNELS, JIRA_AGENTS, JIRA_EMAIL, PEOPLE, REQUESTERS, SERVICENOW_USER, TEAM } from './company.ts';
import type { SavedVendors } from './state-file.ts';

export interface VendorSecrets {
  readonly slackBotToken: string;
  readonly slackAppToken: string;
  readonly slackSigningSecret: string;
  readonly jiraToken: string;
  readonly jiraHookSecret: string;
  readonly serviceNowPassword: string;
  readonly serviceNowHookSecret: string;
}

/** TCP ports of the last start. Links in old messages name them, so they are kept while they are free. */
export const VendorPorts = z.object({ slack: z.number(), jira: z.number(), servicenow: z.number() });
export type VendorPorts = z.infer<typeof VendorPorts>;

/** Where the bridge takes what the vendors send. */
export interface BridgeDoors {
  readonly slackEvents: string;
  readonly jiraHooks: string;
  readonly serviceNowHooks: string;
}

/** The simulated Slack, Jira and ServiceNow of the demo, each on a port of its own, as the bridge reaches them. */
export interface DemoVendors {
  readonly slack: SlackSandbox;
  readonly jira: JiraSandbox;
  readonly servicenow: ServiceNowSandbox;
  readonly ports: VendorPorts;
  /** Rejects when the bridge does not pass Slack's check of its address. */
  connect(doors: BridgeDoors): Promise<void>;
  snapshot(): SavedVendors;
  onChange(listener: () => void): void;
  stop(): Promise<void>;
}

export interface VendorOptions {
  readonly secrets: VendorSecrets;
  /** Null at the first start. */
  readonly ports: VendorPorts | null;
  readonly saved: SavedVendors | null;
}

const FIRST_PORTS: VendorPorts = { slack: 4401, jira: 4402, servicenow: 4403 };

const isTaken = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Listens on the wanted port, or on a free one when somebody else has it. */
async function listenNear(routes: RequestHandler, port: number): Promise<Listening> {
  try {
    return await listen(routes, port);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return listen(routes, 0);
  }
}

function createSandboxes(secrets: VendorSecrets, clock: ReturnType<typeof createClock>) {
  const slack = createSlackSandbox({
    clock,
    team: TEAM,
    people: PEOPLE,
    channels: CHANNELS,
    signingSecret: secrets.slackSigningSecret,
    botToken: secrets.slackBotToken,
    appToken: secrets.slackAppToken,
  });
  const jira = createJiraSandbox({
    clock,
    agents: JIRA_AGENTS,
    email: JIRA_EMAIL,
    apiToken: secrets.jiraToken,
    hookSecret: secrets.jiraHookSecret,
  });
  const servicenow = createServiceNowSandbox({
    clock,
    user: SERVICENOW_USER,
    password: secrets.serviceNowPassword,
    hookSecret: secrets.serviceNowHookSecret,
  });
  for (const { name, email } of REQUESTERS) {
    const userName = email?.split('@')[0];
    if (email !== null && userName !== undefined) {
      servicenow.addUser({ userName, name, email, active: true });
    }
  }
  return { slack, jira, servicenow };
}

export async function startVendors(options: VendorOptions): Promise<DemoVendors> {
  const clock = createClock();
  const { slack, jira, servicenow } = createSandboxes(options.secrets, clock);
  if (options.saved !== null) {
    slack.restore(options.saved.slack);
    jira.restore(options.saved.jira);
    servicenow.restore(options.saved.servicenow);
  }
  const wanted = options.ports ?? FIRST_PORTS;
  const servers = {
    slack: await listenNear(slack.routes, wanted.slack),
    jira: await listenNear(jira.routes, wanted.jira),
    servicenow: await listenNear(servicenow.routes, wanted.servicenow),
  };
  slack.attach(servers.slack.server);
  jira.setBaseUrl(servers.jira.url);

  return {
    slack,
    jira,
    servicenow,
    ports: { slack: servers.slack.port, jira: servers.jira.port, servicenow: servers.servicenow.port },
    async connect(doors) {
      await slack.setEventsUrl(doors.slackEvents);
      jira.setHookUrl(doors.jiraHooks);
      servicenow.setHookUrl(doors.serviceNowHooks);
    },
    snapshot: () => ({
      v: 1,
      slack: slack.snapshot(),
      jira: jira.snapshot(),
      servicenow: servicenow.snapshot(),
    }),
    onChange(listener) {
      for (const vendor of [slack, jira, servicenow]) vendor.onChange(listener);
    },
    async stop() {
      for (const vendor of [slack, jira, servicenow]) vendor.stop();
      await Promise.all(Object.values(servers).map((server) => server.close()));
      clock.stop();
    },
  };
}
