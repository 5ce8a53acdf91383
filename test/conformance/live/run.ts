/**
 * `npm run test:live`: a part of the conformance suite against a real site, when DESKBRIDGE_LIVE_* names one. It writes
 * only into tickets that it made itself, and takes them away again. docs/live-conformance.md is its guide.
 */
import type { TicketId } from '../../../src/model/ids.ts';
import { connectorRules, runRule } from '../connector.ts';
import { createTrial } from '../trial.ts';
import { createLiveBench } from './bench.ts';
import { createLiveJira } from './jira.ts';
import { createLiveServiceNow } from './servicenow.ts';
import { type LiveSettings, readLiveSettings } from './settings.ts';
import type { LiveSite } from './site.ts';

/** Rules that need no agent, no failure and few tickets. */
const LIVE_RULES = [
  'check names the account that we are let in as',
  'a ticket that does not exist is not found: read, fields, comment, file',
  'a cursor that is none of ours is refused, and nothing throws',
  'a created ticket is found by its marker',
  'agents see who asked, what, why it landed here, and where it came from',
  'a comment is written once, found by its proof, and read back the same',
  'a comment names the person who said it',
  'a part of a long message says which part it is',
  'a revised comment shows the new words, and nothing else is added',
  'a file that we attach is on the ticket with its name and size, and has the same bytes',
  'a file of ours is taken off the ticket, and taking it off again is fine',
  'writing a status twice is harmless',
  'a ticket that is done can be made active again',
];

interface Tally {
  passed: number;
  skipped: number;
  failed: number;
  deleted: number;
  closed: number;
  left: number;
}

/** What was made is taken away: deleted where the account may, else resolved; what neither does is named. */
async function cleanUp(site: LiveSite, made: ReadonlySet<TicketId>, tally: Tally): Promise<void> {
  const { connector, attempt, change } = createTrial(createLiveBench(site, new Set(), 0));
  for (const ticket of made) {
    if (await site.remove(ticket)) {
      tally.deleted += 1;
      continue;
    }
    const closed = await connector.write.send(change(ticket, { status: 'done' }), attempt());
    if (closed.kind === 'ok') tally.closed += 1;
    else {
      tally.left += 1;
      console.error(`LEFT BEHIND in ${site.label}: ticket ${ticket}: ${closed.reason}`);
    }
  }
}

/** An error's own words, without what must never be printed. */
function told(problem: unknown, secrets: readonly string[]): string {
  const words = problem instanceof Error ? problem.message : String(problem);
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), words);
}

async function runSite(site: LiveSite, settleMs: number, tally: Tally): Promise<void> {
  const made = new Set<TicketId>();
  try {
    for (const name of LIVE_RULES) {
      const rule = connectorRules.find((one) => one.name === name);
      if (rule === undefined) throw new Error(`There is no rule "${name}"`);
      try {
        const absent = await runRule(rule, async () => createLiveBench(site, made, settleMs));
        if (absent === null) tally.passed += 1;
        else tally.skipped += 1;
        console.log(
          absent === null ? `passed  ${site.label}: ${name}` : `SKIPPED ${site.label}: ${name}: ${absent}`,
        );
      } catch (problem) {
        tally.failed += 1;
        console.log(`FAILED  ${site.label}: ${name}: ${told(problem, site.secrets)}`);
      }
    }
  } finally {
    await cleanUp(site, made, tally);
  }
}

async function main({ jira, serviceNow, settleMs }: LiveSettings): Promise<void> {
  const tally: Tally = { passed: 0, skipped: 0, failed: 0, deleted: 0, closed: 0, left: 0 };
  if ('notRun' in jira) console.log(`NOT RUN jira: ${jira.notRun}`);
  else await runSite(createLiveJira(jira), settleMs, tally);
  if ('notRun' in serviceNow) console.log(`NOT RUN servicenow: ${serviceNow.notRun}`);
  else await runSite(createLiveServiceNow(serviceNow), settleMs, tally);
  const pairs = Object.entries(tally).map(([key, count]) => `${key}=${count}`);
  console.log(`live ${pairs.join(' ')}`);
  process.exitCode = tally.passed > 0 && tally.failed === 0 && tally.left === 0 ? 0 : 1;
}

await main(readLiveSettings(process.env));
