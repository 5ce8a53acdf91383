/** Makes docs/simulators.md from the rules and the manifest: node test/vendors/simulators-page.ts --write */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type Endpoints,
  JIRA_ENDPOINTS,
  JIRA_PLACES,
  SERVICENOW_ENDPOINTS,
  SLACK_API,
  SLACK_METHODS,
  SLACK_PLACES,
} from './endpoints.ts';
import { EXPLAINED } from './explained.ts';
import { jiraRules } from './jira-rules.ts';
import { isProvenBy, type VendorRule } from './rule-book.ts';
import { serviceNowRules } from './servicenow-rules.ts';
import { slackRules } from './slack-rules.ts';

const PAGE = new URL('../../docs/simulators.md', import.meta.url);

const HEAD = `# The simulated vendors

Made by \`test/vendors/simulators-page.ts\`; a test fails when this page and the code differ.

Deskbridge is developed, shown and tested against simulators of Slack, Jira (with Jira Service Management) and ServiceNow,
which speak the vendors' HTTP on this machine. How far they can be trusted is written down here: which rules of the vendors
they keep, which endpoints they answer, and where they differ from what Atlassian publishes about its API.

\`npm test\` proves the rules. \`npm run test:vendors\` also runs the conformance suites, the stories and the tests of the
connectors while every call to the simulated Jira is written down, and then holds each request, each answer and each
document against Atlassian's own OpenAPI files and document schema. It ends with one line of counts, and it is red when a
count is zero, when a difference is not explained below, or when an explanation is no longer needed. The OpenAPI files are
not part of this project; without them \`npm run test:vendors\` says so and is red.

An answer that a test planned, such as a failure after the deed, is counted apart: it is not what the simulator says by
itself. A multipart form is held against the description as an empty list, because the description calls it one.

What a real site does can be tried with [the live conformance run](live-conformance.md).
`;

const cell = (text: string) => text.replaceAll('|', '\\|');
const link = (source: string) => (/^https:\S+$/.test(source) ? `[page](${source})` : cell(source));

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function rulesTable<World>(rules: readonly VendorRule<World>[], vendor: string): string {
  return rows(
    ['rule', 'what the vendor does', 'source', 'proven by'],
    rules.map(({ id, sentence, source, prove }) => [
      `\`${id}\``,
      cell(sentence),
      link(source),
      `\`${isProvenBy(prove) ? prove.file : `test/vendors/${vendor}-rules.test.ts`}\``,
    ]),
  );
}

const endpointsTable = (endpoints: Endpoints, head: string) =>
  rows(
    ['endpoint', head],
    Object.entries(endpoints).map(([call, reference]) => [
      `\`${call}\``,
      /^https:/.test(reference) ? link(reference) : `\`${reference}\``,
    ]),
  );

/** The whole page. */
function simulatorsPage(): string {
  const methods = SLACK_API.map((name) => [`\`${name}\``, link(`${SLACK_METHODS}${name}`)]);
  const explained = EXPLAINED.map(({ operation, side, status, why, source }) => [
    `\`${operation}\``,
    `${side}${status === null ? '' : ` ${status}`}`,
    cell(why),
    link(source),
  ]);
  return [
    HEAD,
    '## Rules of Slack\n',
    rulesTable(slackRules.rules, 'slack'),
    '\n## Rules of Jira and Jira Service Management\n',
    rulesTable(jiraRules.rules, 'jira'),
    '\n## Rules of ServiceNow\n',
    rulesTable(serviceNowRules.rules, 'servicenow'),
    '\n## Endpoints of Slack\n',
    rows(['method', 'documented'], methods),
    '\nBeside its methods:\n',
    endpointsTable(SLACK_PLACES, 'documented'),
    '\n## Endpoints of Jira and Jira Service Management\n',
    endpointsTable(JIRA_ENDPOINTS, 'operation'),
    '\nBeside its operations:\n',
    endpointsTable(JIRA_PLACES, 'documented'),
    '\n## Endpoints of ServiceNow\n',
    endpointsTable(SERVICENOW_ENDPOINTS, 'documented'),
    "\n## Differences from Atlassian's description that are right\n",
    rows(['operation', 'where', 'why', 'source'], explained),
    '',
  ].join('\n');
}

/** What is wrong with the page on disk; null when it is fresh. */
export function stalePage(): string | null {
  if (readFileSync(PAGE, 'utf8') === simulatorsPage()) return null;
  return 'docs/simulators.md is stale; run: node test/vendors/simulators-page.ts --write';
}

function main(flags: readonly string[]): void {
  if (flags.includes('--write')) writeFileSync(PAGE, simulatorsPage());
  const stale = stalePage();
  if (stale === null) return;
  console.error(stale);
  process.exitCode = 1;
}

if (import.meta.main) main(process.argv.slice(2));
