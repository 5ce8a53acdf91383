import type { SandboxClock } from '../../src/sandbox/clock.ts';
import type { Fault, FaultPlan, HookFault } from '../../src/sandbox/faults.ts';
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
  readonly baseUrl: string;
  /** The connector as the configuration file names it, at this address; its secrets are in `env`. */
  settings(baseUrl: string): Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** By call; "*" is every call. */
  readonly faults: FaultPlan<Fault>;
  readonly hookFaults: FaultPlan<HookFault>;
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
  /** A journal is never changed: no agent edits, takes back or hides what he wrote. */
  readonly isJournal: boolean;
  /** Its tickets show links, also the one to their thread. */
  readonly hasLinks: boolean;
  start(clock: SandboxClock): Promise<TicketSystem>;
}

async function startJira(clock: SandboxClock): Promise<TicketSystem> {
  const { sandbox, baseUrl, close } = await startSite({ clock, limits: false });
  return {
    people: sandbox.people,
    baseUrl,
    settings(url) {
      // Its answers name its own address, and a file is fetched from nowhere else.
      sandbox.setBaseUrl(url);
      return {
        system: 'jira',
        base_url: url,
        auth: { kind: 'api-token', email: EMAIL, api_token_env: 'DESK_SECRET' },
        hook_secret_env: 'DESK_HOOK_SECRET',
      };
    },
    env: { DESK_SECRET: API_TOKEN, DESK_HOOK_SECRET: JIRA_HOOK_SECRET },
    faults: sandbox.faults,
    hookFaults: sandbox.hookFaults,
    setHookUrl: (url) => sandbox.setHookUrl(url),
    settled: () => sandbox.settled(),
    close,
  };
}

async function startServiceNow(clock: SandboxClock): Promise<TicketSystem> {
  const { sandbox, baseUrl, close } = await startInstance({ clock });
  return {
    people: sandbox.people,
    baseUrl,
    settings: (url) => ({
      system: 'servicenow',
      base_url: url,
      auth: { kind: 'basic', user: USER, password_env: 'DESK_SECRET' },
      hook_secret_env: 'DESK_HOOK_SECRET',
    }),
    env: { DESK_SECRET: PASSWORD, DESK_HOOK_SECRET: SERVICENOW_HOOK_SECRET },
    faults: sandbox.faults,
    hookFaults: sandbox.hookFaults,
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
  isJournal: false,
  hasLinks: true,
  start: startJira,
};

export const serviceDesk: SystemKind = {
  name: 'Jira Service Management',
  target: { service_desk: '1', request_type: '10', project: 'ITSD' },
  states: { active: 'In progress', done: 'Resolved' },
  bridgeName: 'Deskbridge',
  isJournal: false,
  hasLinks: true,
  start: startJira,
};

export const serviceNow: SystemKind = {
  name: 'ServiceNow',
  target: { table: 'incident', assignment_group: 'Endpoint Support' },
  states: { active: 'In Progress', done: 'Resolved' },
  bridgeName: 'Deskbridge Integration',
  isJournal: true,
  hasLinks: false,
  start: startServiceNow,
};
