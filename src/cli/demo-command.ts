import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config.ts';
import { launch, openConfiguredDatabase } from '../launch.ts';
import { type BuiltPage, buildPage } from '../sandbox/demo/page-build.ts';
import { servePage, startKeptVendors } from '../sandbox/demo/start-demo.ts';
import type { DemoVendors } from '../sandbox/demo/vendors.ts';
import { demoConfiguration } from './demo/configuration.ts';
import { type DataFolder, openDataFolder, resetDataFolder } from './demo/data-folder.ts';
import { createFileLog, type FileLog } from './demo/file-log.ts';
import { environmentOf, keepSecrets } from './demo/secrets.ts';
import { listenForStop, type StopSignal } from './demo/stop-signal.ts';
import { processTerminal, type Terminal } from './terminal.ts';

interface DemoOptions {
  readonly reset?: boolean;
  readonly port: number;
  readonly data: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEFAULT_PORT = 4400;
const DEFAULT_DATA = '.deskbridge/demo';

/** Adds `demo`: everything on this machine, without an account anywhere. */
export function demoCommand(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('demo')
    .description(
      'try it: simulated Slack, Jira and ServiceNow, the real bridge between them, and a page to use them',
    )
    .option('--reset', 'begin anew: removes what was in the demo')
    .option('--port <port>', 'port of the page; 0 takes a free one', readPort, DEFAULT_PORT)
    .option('--data <folder>', 'where the demo keeps its data', DEFAULT_DATA)
    .action((options: DemoOptions) => runDemo(options, terminal));
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Choose a number from 0 to 65535.');
}

/** Ends what was started, the last first. */
interface Ends {
  push(name: string, end: () => Promise<void>): void;
  run(): Promise<readonly string[]>;
}

function createEnds(): Ends {
  const steps: { readonly name: string; readonly end: () => Promise<void> }[] = [];
  return {
    push(name, end) {
      steps.push({ name, end });
    },
    async run() {
      const failures: string[] = [];
      for (const { name, end } of steps.splice(0).reverse()) {
        await end().catch((error: unknown) => failures.push(`${name}: ${messageOf(error)}`));
      }
      return failures;
    },
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A stop that was asked for while the demo was starting. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

async function runDemo(options: DemoOptions, terminal: Terminal): Promise<void> {
  const signal = listenForStop(() =>
    terminal.out('Stopping: finishing what is under way. Press Ctrl-C again to stop at once.'),
  );
  const data = openDataFolder(path.resolve(options.data));
  const ends = createEnds();
  try {
    terminal.out('Starting the Deskbridge demo. Everything runs on this machine; no account is needed.');
    const { log, troubles } = createFileLog(data.log);
    const { url } = await start({ options, data, terminal, signal, ends, log });
    terminal.out(
      [
        '',
        `  Open  ${url}`,
        '',
        `Ctrl-C stops everything. Your data stays in ${path.relative('', data.path) || '.'}; --reset clears it.`,
      ].join('\n'),
    );
    await signal.asked;
    if (troubles() > 0) terminal.out(`${troubles()} warnings of the bridge are in ${data.log}`);
  } catch (error) {
    if (!(error instanceof Stopped)) {
      terminal.err(`The demo could not start. ${messageOf(error)}`);
      terminal.err(`The bridge's log: ${data.log}`);
      terminal.exit(1);
    }
  }
  const failures = await ends.run();
  for (const failure of failures) terminal.err(`Could not be stopped: ${failure}`);
  if (failures.length > 0) terminal.exit(1);
  else if (signal.isAsked()) terminal.out('Stopped. Nothing is left running.');
  // What libraries keep open (sockets of HTTP pools, Vite's workers) must not hold the terminal.
  process.exit();
}

interface Start {
  readonly options: DemoOptions;
  readonly data: DataFolder;
  readonly terminal: Terminal;
  readonly signal: StopSignal;
  readonly ends: Ends;
  readonly log: FileLog['log'];
}

async function start(parts: Start): Promise<{ url: string }> {
  const { options, data, terminal, signal, ends, log } = parts;
  const step = stepsOn(terminal);
  const goOn = () => {
    if (signal.isAsked()) throw new Stopped('stopped');
  };
  if (options.reset === true) {
    await step(
      () => resetDataFolder(data),
      () => 'Data of earlier demos is removed',
    );
  }
  const page = step(preparePage, ({ fresh }) => `Page ${fresh ? 'is built' : 'was built before'}`);
  // Its failure is met below, when Postgres has an end to be called.
  page.catch(() => {});
  const database = await step(
    () => openConfiguredDatabase({ databaseUrl: null, dataDir: data.path }, 'all', log),
    () => 'Postgres answers',
  );
  ends.push('Postgres', () => database.stop());
  goOn();
  const secrets = keepSecrets(data.secrets);
  const { vendors, stop } = await step(
    () => startKeptVendors(data, secrets),
    () => 'Simulated Slack, Jira and ServiceNow listen',
  );
  ends.push('the simulated vendors', stop);
  writeFileSync(data.configuration, demoConfiguration(vendors.ports));
  goOn();
  const env = { ...environmentOf(secrets, data.path), DATABASE_URL: database.url };
  await step(
    () => startBridge(parts, vendors, env),
    () => 'Deskbridge works between them',
  );
  goOn();
  const server = await servePage(vendors, await page, options.port);
  ends.push('the page', () => server.close());
  goOn();
  return { url: server.url };
}

/** One line per step, with the time that it took. */
function stepsOn(terminal: Terminal) {
  return async function step<T>(work: () => Promise<T>, told: (value: T) => string): Promise<T> {
    const begin = performance.now();
    const value = await work();
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    terminal.out(`  ${told(value).padEnd(46)} ${seconds.padStart(5)} s`);
    return value;
  };
}

/** The real bridge, as `deskbridge start` runs it; the vendors are told where it listens. */
async function startBridge(
  { data, ends, log }: Start,
  vendors: DemoVendors,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const config = loadConfig({ file: data.configuration, env });
  const launched = await launch({ config, role: 'all', log, activate: true });
  ends.push('the bridge', () => launched.stop());
  const bridge = `http://127.0.0.1:${launched.bridge.address?.port ?? 0}`;
  await vendors.connect({
    slackEvents: `${bridge}/slack/events`,
    jiraHooks: `${bridge}/hooks/jira-it`,
    serviceNowHooks: `${bridge}/hooks/snow`,
  });
}

async function preparePage(): Promise<BuiltPage> {
  try {
    return await buildPage({
      source: path.join(ROOT, 'src/sandbox/page'),
      alsoFrom: ['src/sandbox/demo', 'src/sandbox/mrkdwn.ts', 'src/model', 'package-lock.json'].map((place) =>
        path.join(ROOT, place),
      ),
      cache: path.join(ROOT, 'node_modules/.cache/deskbridge-demo-page'),
    });
  } catch (error) {
    throw new Error(
      `The page could not be built: ${messageOf(error)} The demo needs the development packages; run "npm install".`,
    );
  }
}
