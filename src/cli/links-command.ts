import type { Command } from 'commander';
import type { LinkId } from '../model/ids.ts';
import type { Receipt } from '../sync/receipt.ts';
import { receiptOf } from '../sync/receipt.ts';
import { CONFIG_OPTION, type FileOption, type Hand, oneLine, told, withStore } from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

const MOST = 500;

/** Adds `links`: the receipt of one request, or of all that are open. */
export function linksCommand(program: Command, terminal: Terminal): void {
  program
    .command('links [link-or-key]')
    .description('does each thread agree with its ticket: in sync, lagging, or apart, and why')
    .option(...CONFIG_OPTION)
    .action((which: string | undefined, options: FileOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => list(hand, which ?? null))),
    );
}

async function list({ store, terminal }: Hand, which: string | null): Promise<void> {
  const found = await store.receipts.find(which, MOST);
  if (found.length === 0) {
    if (which === null) return terminal.out('There is no open request.');
    throw new Error(`No request has the id or ticket "${oneLine(which).slice(0, 80)}".`);
  }
  const rows: string[][] = [];
  for (const { id, key } of found) {
    const receipt = await receiptNow(store, id);
    if (receipt !== null) rows.push([id, key ?? '(no ticket yet)', receipt.state, words(receipt)]);
  }
  terminal.out(aligned([['link', 'ticket', 'state', 'why'], ...rows.map((row) => row.map(oneLine))]));
  if (found.length === MOST) terminal.err(`Only the latest ${MOST} are shown.`);
}

async function receiptNow(store: Hand['store'], id: LinkId): Promise<Receipt | null> {
  const link = await store.links.get(id);
  if (link === null) return null;
  const items = await store.items.of(id);
  return receiptOf({ link, items, open: [], outlook: await store.receipts.outlook(id) });
}

function words(receipt: Receipt): string {
  if (receipt.state === 'in-sync') return `${receipt.carried} messages and files carried over`;
  return receipt.why.join(' ');
}
