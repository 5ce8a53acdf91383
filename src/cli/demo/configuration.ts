import { readFileSync } from 'node:fs';
import {
  CHANNELS,
  HELP_CHANNEL,
  JIRA_EMAIL,
  RESPONDER,
  SERVICENOW_USER,
} from '../../sandbox/demo/company.ts';
import { COMMAND } from '../../sandbox/demo/read-state.ts';
import type { VendorPorts } from '../../sandbox/demo/vendors.ts';

const EXAMPLE = new URL('../../../deskbridge.example.yaml', import.meta.url);

const local = (port: number) => `http://127.0.0.1:${port}`;

/** The top-level sections in which the demo differs from the example. */
function sectionsFor(ports: VendorPorts): Readonly<Record<string, string>> {
  const help = CHANNELS.find(({ id }) => id === HELP_CHANNEL)?.name ?? HELP_CHANNEL;
  return {
    install: 'install:\n  name: demo\n',
    slack: `slack:
  mode: http
  # The simulated Slack; a real installation leaves this out.
  api_url: ${local(ports.slack)}/api/
  command: ${COMMAND}
  # A message in one of these channels opens a request.
  channels:
    - { id: ${HELP_CHANNEL}, name: ${help} }
  # ${RESPONDER.name} answers requests, so what is written by that person in a channel opens none.
  responders: [${RESPONDER.id}]
`,
    connectors: `connectors:
  jira-it:
    system: jira
    base_url: ${local(ports.jira)}
    auth: { kind: api-token, email: ${JIRA_EMAIL}, api_token_env: JIRA_API_TOKEN }
    hook_secret_env: JIRA_HOOK_SECRET
    poll_seconds: 30
    # Which fields hold what, and what their values mean; the rest goes by its usual name.
    maps:
      ITSD:
        fields: { impact: customfield_10004, urgency: customfield_10048, group: customfield_10060 }
        impacts: { high: Extensive / Widespread, medium: Significant / Large, low: Minor / Localized }
        urgencies: { high: High, medium: Medium, low: Low }
      SEC:
        fields: { group: customfield_10060 }
  snow:
    system: servicenow
    base_url: ${local(ports.servicenow)}
    auth: { kind: basic, user: ${SERVICENOW_USER}, password_env: SNOW_PASSWORD }
    hook_secret_env: SNOW_HOOK_SECRET
    poll_seconds: 30
`,
    server: 'server:\n  host: 127.0.0.1\n  # 0 takes a free one.\n  port: 0\n  public_url: null\n',
  };
}

const HEADER = `# The configuration of the demo. "deskbridge demo" writes this file at every start, because the simulated Slack, Jira and
# ServiceNow may listen elsewhere then. Everything but their addresses is deskbridge.example.yaml, routing included.
`;

/** The demo's configuration file: the example with the sandbox's addresses. Throws when the example lacks a section. */
export function demoConfiguration(ports: VendorPorts, example = readFileSync(EXAMPLE, 'utf8')): string {
  const start = example.search(/^version:/m);
  let text = example.slice(Math.max(start, 0));
  for (const [name, section] of Object.entries(sectionsFor(ports))) {
    // A section ends where the next line begins in the first column.
    const pattern = new RegExp(`^${name}:.*\\n(?:(?:[ \\t].*)?\\n)*`, 'm');
    if (!pattern.test(text)) throw new Error(`deskbridge.example.yaml has no section "${name}"`);
    text = text.replace(pattern, () => `${section}\n`);
  }
  return `${HEADER}${text.trimEnd()}\n`;
}
