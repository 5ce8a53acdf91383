/**
 * `npm run test:vendors`: the simulators keep the vendors' rules, and whatever passes between us and a simulated Jira is
 * held against Atlassian's own description. Runs the suites that speak with a simulator while every call is written
 * down, then judges the calls. Ends with one line of key=value pairs; red when a count is 0 or anything is unexplained.
 */
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectorRules } from '../conformance/connector.ts';
import { accountOf } from './account.ts';
import { EXPLAINED } from './explained.ts';
import { jiraRules } from './jira-rules.ts';
import { createJudge, type Verdict } from './judge.ts';
import { readRecording } from './recording.ts';
import { serviceNowRules } from './servicenow-rules.ts';
import { slackRules } from './slack-rules.ts';
import { loadSpecifications, specificationsMissing } from './specifications.ts';
import { runSuites } from './suite-run.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Everything that speaks with a simulator, or proves one of its rules. */
const SUITES = [
  'test/vendors/*.test.ts',
  'test/sandbox/{slack,jira,servicenow}/**/*.test.ts',
  'test/conformance/*.{test,wide}.ts',
  'test/connectors/{jira,servicenow}/**/*.test.ts',
  'test/stories/*.{test,wide}.ts',
  'test/doctor/*.{test,wide}.ts',
];

const NOTHING: Verdict = {
  ...{ requestsValidated: 0, responsesValidated: 0, adfValidated: 0, planned: 0 },
  ...{ unexplained: [], unused: [] },
};
/** Tests of the simulators ask by hand, also for what is wrong; everybody else speaks through a connector. */
const BY_HAND = /^test\/(sandbox|vendors)\//;

async function judged(folder: string): Promise<Verdict> {
  if (specificationsMissing !== null) {
    console.error(`NOT RUN: ${specificationsMissing}, so no call was held against them`);
    return NOTHING;
  }
  const judge = createJudge(await loadSpecifications(), EXPLAINED);
  for (const name of readdirSync(folder)) {
    const recording = readFileSync(path.join(folder, name), 'utf8');
    for (const { program, exchange } of readRecording(recording)) judge.hear(exchange, BY_HAND.test(program));
  }
  return judge.verdict();
}

const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-exchanges-'));
try {
  const run = await runSuites({
    root,
    // Some files for looking closer: such a run proves too little and is red.
    files: globSync(process.argv.length > 2 ? process.argv.slice(2) : SUITES, { cwd: root }).sort(),
    env: { DESKBRIDGE_EXCHANGES: folder },
    preload: ['test/support/loopback-only.ts', 'test/vendors/recorder.ts'],
  });
  await import('../support/stop-database.ts');
  const verdict = await judged(folder);
  const { line, skips, problems } = accountOf(run, verdict, {
    books: [slackRules, jiraRules, serviceNowRules],
    contract: new Set(connectorRules.map(({ name }) => name)),
  });
  for (const skip of skips) console.log(skip);
  console.log(`${verdict.planned} answers were planned by a test and are not the simulator's own`);
  for (const problem of problems) console.error(`RED: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
  process.stdout.write(`${line}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
