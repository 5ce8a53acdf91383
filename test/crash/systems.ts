import type { SandboxClock } from '../../src/sandbox/clock.ts';
import type { TicketPeople } from '../../src/sandbox/worlds.ts';
import { API_TOKEN, EMAIL, HOOK_SECRET as JIRA_HOOK_SECRET, startSite } from '../sandbox/jira/site.ts';
import {
  PASSWORD,
  HOOK_SECRET as SERVICENOW_HOOK_SECRET,
  startInstance,
  USER,
} from '../sandbox/servicenow/instance.ts';

/** A simulated ticket system behind a port of its own, as the crash tests need it. */
export interface TicketSystem {
  readonly people: TicketPeople;
  /** The connector as the configuration file names it; its secrets are in `env`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  setHookUrl(url: string): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What differs between the systems for a person who works there. */
export interface SystemKind {
  readonly name: string;
  readonly target: unknown;
  /** The states that an agent sets: work goes on, and it is solved. */
  readonly states: { readonly active: string; readonly done: string };
  /** The account under which the bridge writes. */
  readonly bridgeName: string;
  start(clock: SandboxClock): Promise<TicketSystem>;
}

async function startJira(clock: SandboxClock): Promise<TicketSystem> {
  const { sandbox, baseUrl, close } = await startSite({ clock, limits: false });
  return {
    people: sandbox.people,
    settings: {
      system: 'jira',
      base_url: baseUrl,
      email: EMAIL,
      api_token_env: 'DESK_SECRET',
      hook_secret_env: 'DESK_HOOK_SECRET',
    },
    env: { DESK_SECRET: API_TOKEN, DESK_HOOK_SECRET: JIRA_HOOK_SECRET },
    setHookUrl: (url) => sandbox.setHookUrl(url),
    settled: () => sandbox.settled(),
    close,
  };
}

async function startServiceNow(clock: SandboxClock): Promise<TicketSystem> {
  const { sandbox, baseUrl, close } = await startInstance({ clock });
  return {
    people: sandbox.people,
    settings: {
      system: 'servicenow',
      base_url: baseUrl,
      auth: { kind: 'basic', user: USER, password_env: 'DESK_SECRET' },
      hook_secret_env: 'DESK_HOOK_SECRET',
    },
    env: { DESK_SECRET: PASSWORD, DESK_HOOK_SECRET: SERVICENOW_HOOK_SECRET },
    setHookUrl: (url) => sandbox.setHookUrl(url),
    settled: () => sandbox.settled(),
    close,
  };
}

export const jira: SystemKind = {
  name: 'Jira',
  target: { project: 'IAM', issue_type: 'Task' },
  states: { active: 'In Progress', done: 'Done' },
  bridgeName: 'Deskbridge',
  start: startJira,
};

export const serviceDesk: SystemKind = {
  name: 'Jira Service Management',
  target: { service_desk: '1', request_type: '10', project: 'ITSD' },
  states: { active: 'In progress', done: 'Resolved' },
  bridgeName: 'Deskbridge',
  start: startJira,
};

export const serviceNow: SystemKind = {
  name: 'ServiceNow',
  target: { table: 'incident', assignment_group: 'Endpoint Support' },
  states: { active: 'In Progress', done: 'Resolved' },
  bridgeName: 'Deskbridge Integration',
  start: startServiceNow,
};
