import { type Command, InvalidArgumentError } from 'commander';
import { configuredModel } from '../config/routing-model.ts';
import { DEFAULT_CONFIG_FILE } from '../config.ts';
import { textOf } from '../flows/route-request.ts';
import type { LinkId } from '../model/ids.ts';
import { type PastRequest, type Replayed, replay } from '../routing/backtest.ts';
import { lint } from '../routing/lint.ts';
import type { Classifier } from '../routing/route-request.ts';
import type { RoutingTable } from '../routing/table.ts';
import type { Store } from '../store/store.ts';
import { readSettings } from './config-commands.ts';
import { CONFIG_OPTION, type FileOption, type Hand, oneLine, told, withStore } from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

/** Exit codes of `check` and `backtest`: 0 nothing to say; these; everything else is not done. */
const SOMETHING = 1;
const NOT_DONE = 2;
const DAYS_OPTION = ['--days <number>', 'how many days back', wholeDays, 30] as const;

interface DaysOption extends FileOption {
  readonly days: number;
}

/** Adds `routes check`, `routes backtest` and `routes report`. */
export function routesHistory(routes: Command, terminal: Terminal): void {
  routes
    .command('check')
    .description(
      'look for rules that cannot be meant; exit code 0: none, 1: some, 2: the file cannot be used (unknown queues, examples that go elsewhere)',
    )
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .action((options: FileOption) => told(terminal, async () => check(options, terminal), NOT_DONE));
  routes
    .command('backtest')
    .description(
      'replay past requests on a changed file: what would move, and which approvals would come or go; exit code 0: nothing, 1: something, 2: not done',
    )
    .argument('<changed>', 'configuration file with the changed table')
    .option(...CONFIG_OPTION)
    .option(...DAYS_OPTION)
    .action((changed: string, options: DaysOption) =>
      told(
        terminal,
        async () => {
          const { routing } = readSettings(changed);
          const classifier = classifierOf(changed, routing);
          await withStore(options, terminal, (hand) => backtest(hand, { routing, classifier, ...options }));
        },
        NOT_DONE,
      ),
    );
  routes
    .command('report')
    .description('the share of requests that fell to the default queue, and of those that were moved later')
    .option(...CONFIG_OPTION)
    .option(...DAYS_OPTION)
    .action((options: DaysOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => report(hand, options.days))),
    );
}

function check({ config }: FileOption, terminal: Terminal): void {
  const { routing } = readSettings(config);
  const { model } = classifierOf(config, routing);
  const doubts = lint(routing, model.kinds);
  for (const { rule, code, text } of doubts) terminal.out(`${rule}: ${code}: ${text}`);
  terminal.out(`rules=${routing.rules.length} doubts=${doubts.length}`);
  if (doubts.length > 0) terminal.exit(SOMETHING);
}

function classifierOf(file: string, routing: RoutingTable): Classifier {
  const model = configuredModel(file, routing);
  if (typeof model === 'string') throw new Error(model);
  return { model, threshold: routing.classifier.threshold };
}

interface Backtest {
  readonly routing: RoutingTable;
  readonly classifier: Classifier;
  readonly days: number;
}

async function backtest({ store, terminal }: Hand, asked: Backtest): Promise<void> {
  const past: PastRequest[] = [];
  let unreadable = 0;
  for (const id of await store.routing.since(asked.days)) {
    const one = await pastRequest(store, id);
    if (one === null) unreadable += 1;
    else past.push(one);
  }
  const all = replay(asked.routing, asked.classifier, past);
  const changed = all.filter(isChanged);
  if (changed.length > 0)
    terminal.out(aligned([['ticket', 'queue', 'rule', 'changes'], ...changed.map(lineOf)]));
  const count = (what: (one: Replayed) => boolean) => all.filter(what).length;
  terminal.out(
    `requests=${all.length} moved=${count(({ isMoved }) => isMoved)} approvals_gained=${count(({ gained }) => gained.length > 0)} approvals_lost=${count(({ lost }) => lost.length > 0)} opened=${count(({ isOpened }) => isOpened)} unreadable=${unreadable}`,
  );
  if (changed.length > 0) terminal.exit(SOMETHING);
}

const isChanged = ({ isMoved, isOpened, gained, lost }: Replayed) =>
  isMoved || isOpened || gained.length > 0 || lost.length > 0;

function lineOf({ name, was, now, isMoved, isOpened, gained, lost }: Replayed): string[] {
  const arrow = (from: string, to: string) => (from === to ? from : `${from} -> ${to}`);
  const changes = [
    ...(isMoved ? ['moves'] : []),
    ...gained.map((policy) => `gains approval ${policy}`),
    ...lost.map((policy) => `loses approval ${policy}`),
    ...(isOpened ? ['is private no more'] : []),
  ];
  return [name, arrow(was.queue, now.queue), arrow(was.rule, now.rule), changes.join(', ')].map(oneLine);
}

/** Null for one that an earlier version routed: what it had looked at was not kept then. */
async function pastRequest(store: Store, id: LinkId): Promise<PastRequest | null> {
  const link = await store.links.get(id);
  const facts = await store.links.factsOf(id);
  if (link === null || facts === null || link.route === null || link.request === null) return null;
  return {
    name: link.ticket?.key ?? id,
    request: { ...facts, text: textOf(link.request) },
    was: link.route,
  };
}

async function report({ store, terminal }: Hand, days: number): Promise<void> {
  const { requests, defaulted, picked, moved } = await store.routing.shares(days);
  const share = (part: number) => (requests === 0 ? '-' : `${((part / requests) * 100).toFixed(1)} %`);
  terminal.out(
    aligned([
      [`requests of the last ${days} days`, String(requests), ''],
      ['fell to the default queue', String(defaulted), share(defaulted)],
      ['told apart by the person', String(picked), share(picked)],
      ['moved later by an agent', String(moved), share(moved)],
    ]),
  );
}

/** Texts of past requests with the kind that they turned out to be: a correction counts more than the table. */
export async function labelledTickets(
  store: Store,
  days: number,
): Promise<readonly { readonly text: string; readonly kind: string }[]> {
  const rows: { readonly text: string; readonly kind: string }[] = [];
  for (const id of await store.routing.since(days)) {
    const link = await store.links.get(id);
    if (link === null || link.route === null || link.request === null) continue;
    const corrections = await store.routing.corrections(id);
    // An agent who moves it knows more than the person who asked.
    const moved = corrections.find(({ how }) => how === 'moved');
    const corrected = moved ?? corrections.find(({ how }) => how === 'picked');
    const { rule, kind: routed } = link.route;
    const kind = corrected === undefined ? (rule === 'default' ? null : routed) : corrected.kind;
    if (kind !== null) rows.push({ text: textOf(link.request), kind });
  }
  return rows;
}

export function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days;
  throw new InvalidArgumentError('It must be a whole number of days, 1 to 3650.');
}
