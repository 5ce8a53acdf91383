import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { LinkId } from '../model/ids.ts';
import {
  CONFIG_OPTION,
  count,
  type FileOption,
  type Hand,
  oneLine,
  operator,
  told,
  withStore,
} from './operate.ts';
import type { Terminal } from './terminal.ts';

interface RepairOptions extends FileOption {
  /** Seconds. */
  readonly wait: number;
}

const LOOK_EVERY_MS = 500;
const MOST = 100_000;

/** Adds `repair`: reads threads and tickets again now, and says what had been missed. */
export function repairCommand(program: Command, terminal: Terminal): void {
  program
    .command('repair [link-or-key]')
    .description(
      'read one request again on both sides, or all open ones, and say what was missed and repaired',
    )
    .option('-w, --wait <seconds>', 'how long to wait for the outcome', readSeconds, 120)
    .option(...CONFIG_OPTION)
    .action((which: string | undefined, options: RepairOptions) =>
      told(terminal, () => withStore(options, terminal, (hand) => repair(hand, which ?? null, options.wait))),
    );
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('Give whole seconds, at most 86400.');
}

async function repair(hand: Hand, which: string | null, waitSeconds: number): Promise<void> {
  const { store, terminal } = hand;
  const chosen = (await store.receipts.find(which, MOST)).map(({ id }) => id);
  if (chosen.length === 0) {
    if (which === null) return terminal.out('There is no open request. Nothing to repair.');
    throw new Error(`No request has the id or ticket "${oneLine(which).slice(0, 80)}".`);
  }
  const since = await store.now();
  for (const link of chosen) await ask(hand, link);
  terminal.out(`${count(chosen.length, 'request')} will be read again on both sides.`);

  const end = performance.now() + waitSeconds * 1000;
  let left = await store.receipts.unread(chosen);
  while (left > 0 && performance.now() < end) {
    await pause(LOOK_EVERY_MS);
    left = await store.receipts.unread(chosen);
  }
  const { messages, edits, deletions, comments } = await store.receipts.repaired(chosen, since);
  terminal.out(
    `Missed and repaired: ${count(messages, 'message')}, ${count(edits, 'edit')}, ${count(deletions, 'deletion')} from Slack; ` +
      `${count(comments, 'comment')} and files from tickets.`,
  );
  if (left === 0) return;
  terminal.err(
    `${count(left, 'request')} could not be read within ${waitSeconds} s. They stay marked and are read as soon as a worker ` +
      'runs and the systems answer; Slack allows about 36 threads a minute. "deskbridge links" shows what waits.',
  );
  terminal.exit(2);
}

async function ask({ store }: Hand, link: LinkId): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.threads.ask(link);
    await tx.links.wake(link, true);
    await tx.audit.record({ kind: 'link.repair', actor: operator(), link, data: {} });
  });
}
