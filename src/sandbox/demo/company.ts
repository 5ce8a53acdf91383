import type { JiraUser } from '../jira/seed.ts';
import type { ChannelOption } from '../slack/default-workspace.ts';
import type { SlackTeamInfo } from '../slack/world.ts';
import type { SandboxPerson } from '../worlds.ts';

/** The company in which the demo plays. Its addresses end in `.example`, which nobody can own (RFC 2606). */
export const TEAM: SlackTeamInfo = { id: 'T0NORTHWIND', name: 'Northwind', domain: 'northwind-sandbox' };

export const HELP_CHANNEL = 'C0ITHELP01';
const GENERAL_CHANNEL = 'C0GENERAL1';

/** Deskbridge was invited to both; only the first is in its configuration. */
export const CHANNELS: readonly ChannelOption[] = [
  { id: HELP_CHANNEL, name: 'it-help' },
  { id: GENERAL_CHANNEL, name: 'general' },
];

const person = (id: string, name: string, account: string): SandboxPerson => ({
  id,
  name,
  email: `${account}@northwind.example`,
});

/** The one who answers in Slack, too; the same Iris works in the ticket systems. */
export const RESPONDER = person('U0IRIS0001', 'Iris Novak', 'iris.novak');

export const REQUESTERS: readonly SandboxPerson[] = [
  person('U0MARA0001', 'Mara Lindgren', 'mara.lindgren'),
  person('U0TOMAS001', 'Tomás Rivera', 'tomas.rivera'),
  person('U0PRIYA001', 'Priya Nair', 'priya.nair'),
];

export const PEOPLE: readonly SandboxPerson[] = [...REQUESTERS, RESPONDER];

const agent = (accountId: string, displayName: string, email: string): JiraUser => ({
  accountId,
  displayName,
  email,
  accountType: 'atlassian',
  agent: true,
});

/** They carry the names of the agents that the simulated ServiceNow knows, so one person is the same in all systems. */
export const JIRA_AGENTS: readonly JiraUser[] = [
  agent('712020:a0000001', 'Iris Novak', 'iris.novak@northwind.example'),
  agent('712020:a0000002', 'Samuel Okafor', 'samuel.okafor@northwind.example'),
  agent('712020:a0000003', 'Beth Anglin', 'beth.anglin@northwind.example'),
];

/** The account of the bridge at Jira. */
export const JIRA_EMAIL = 'deskbridge@northwind.example';
/** The integration user at ServiceNow. */
export const SERVICENOW_USER = 'deskbridge';

export interface DemoQueue {
  readonly product: string;
  readonly title: string;
  /** As `TicketView.queue` names it. */
  readonly queue: string;
}

/** The queues of the demo's configuration as agents find them, in the order of the page. */
export const QUEUES: readonly DemoQueue[] = [
  { product: 'Jira', title: 'Identity & Access', queue: 'Identity & Access / Task' },
  { product: 'Jira', title: 'Security', queue: 'Security / Task' },
  {
    product: 'Jira Service Management',
    title: 'Devices & Software',
    queue: 'IT Service Desk / Device problem',
  },
  { product: 'Jira Service Management', title: 'IT Help Desk', queue: 'IT Service Desk / Get IT help' },
  { product: 'ServiceNow', title: 'Major Incidents', queue: 'incident · Major Incident' },
];

/** First messages that a newcomer can send without typing; each goes to another queue. */
export const SUGGESTIONS: readonly string[] = [
  'I am locked out of my account',
  'My laptop screen flickers',
  'I need an exception to the USB policy',
  'The VPN is down for everybody in Lisbon',
];
