import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { connectorsOf, oauthAppsOf } from '../connect.ts';
import { createIo } from '../connectors/io.ts';
import { createTokenKeeper } from '../flows/keep-tokens.ts';
import { type Census, takeCensus } from '../flows/take-census.ts';
import type { World } from '../flows/world.ts';
import { createLog } from '../log.ts';
import { noMetrics } from '../model/metrics.ts';
import { openWorld } from '../open-world.ts';
import { createSlackOut } from '../slack/out/slack-out.ts';
import { botTokenOf } from './bot-tokens.ts';
import { CONFIG_OPTION, count, type FileOption, type Hand, oneLine, told, withStore } from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

interface CensusCommandOptions extends FileOption {
  readonly remote?: boolean;
}

/** The census could not look. */
const COULD_NOT_LOOK = 2;

/** Adds `census`: do the promises hold for what is really there? 0: yes; 1: one is broken; 2: it could not look. */
export function censusCommand(program: Command, terminal: Terminal): void {
  program
    .command('census')
    .description('check the promises on live data; exit code 1 when one is broken, 2 when it could not look')
    .option('--remote', 'read Slack and the ticket systems as well, slowly, and compare both sides')
    .option(...CONFIG_OPTION)
    .action((options: CensusCommandOptions) =>
      told(
        terminal,
        () => withStore(options, terminal, (hand) => census(hand, options.remote === true)),
        COULD_NOT_LOOK,
      ),
    );
}

async function census(hand: Hand, remote: boolean): Promise<void> {
  const { terminal } = hand;
  const world = await worldOf(hand);
  const taken = await takeCensus(world, { remote, wait: (ms) => pause(ms) });
  report(terminal, taken, remote);
  if (taken.violations.length > 0) terminal.exit(1);
  else if (taken.unseen.length > 0) terminal.exit(COULD_NOT_LOOK);
}

function report(terminal: Terminal, { links, violations, takenAway, unseen }: Census, remote: boolean): void {
  const rows = violations.map(({ invariant, link, what }) => [invariant, link ?? '-', oneLine(what)]);
  if (rows.length > 0) terminal.out(aligned([['promise', 'link', 'what'], ...rows]));
  for (const { link, what } of takenAway)
    terminal.out(`Taken away by somebody, link ${link}: ${oneLine(what)}`);
  for (const why of unseen) terminal.err(`Could not look: ${oneLine(why)}`);
  const where = remote ? 'the database, Slack and the ticket systems' : 'the database';
  terminal.out(
    `Looked at ${count(links, 'link')} in ${where}: ${count(violations.length, 'broken promise')}, ${unseen.length} not seen.`,
  );
}

/** What flows touch, without doors and without work. Before the first start nobody knows who we are in Slack. */
async function worldOf({ store, home, grants, config }: Hand): Promise<World> {
  const us = await store.configurations.us();
  if (us === null) {
    throw new Error(
      'This installation was never started, so there is nothing to look at. Run "deskbridge start" first.',
    );
  }
  const log = createLog('silent');
  const io = createIo({ metrics: noMetrics, ...config.network });
  const token = await botTokenOf(config, grants, store.install);
  const botToken = () => token.reveal();
  const slack = createSlackOut({ token: botToken, apiUrl: config.slack.apiUrl, io });
  const tokenOf = createTokenKeeper({
    store: home,
    apps: oauthAppsOf(config)(io),
    io,
    metrics: noMetrics,
    log,
  });
  const connectors = connectorsOf(config, log)(io, tokenOf, home.budgets);
  const parts = {
    config,
    store,
    io,
    slack,
    us,
    botToken,
    connectors,
    tokenOf,
    ring() {},
    metrics: noMetrics,
    log,
  };
  return openWorld(parts).world;
}
