import type { Outcome } from '../model/outcome.ts';
import type { MessagePage, PageWanted } from '../slack/out/slack-out.ts';
import type { World } from './world.ts';

const TIMEOUT_MS = 20_000;
/** Slack allows about fifty calls a minute to each method for the whole app; the proofs need some of them. */
const BURST = 6;
const PER_SECOND = 0.6;

/** `wait`: the budget of this method is used up, or Slack does not answer: the next run goes on. */
export type PageRead = Outcome<MessagePage | 'gone'> | { readonly kind: 'wait' };

/** One page for repair, within the budget that all processes share. */
export async function readPage(world: World, wanted: PageWanted): Promise<PageRead> {
  const destination = `slack:read:${wanted.root === null ? 'history' : 'replies'}`;
  const waitMs = await world.store.budgets.take([
    { destination: 'slack', burst: 50, perSecond: 20 },
    { destination, burst: BURST, perSecond: PER_SECOND },
  ]);
  if (waitMs > 0) return { kind: 'wait' };
  const read = await world.io.run('slack.read', { timeoutMs: TIMEOUT_MS }, () => world.slack.page(wanted));
  if (read.kind === 'ok') return read;
  world.metrics.count('deskbridge_repairs_failed', { why: read.kind });
  if (read.kind === 'rejected') return read;
  if (read.scope !== 'destination') return read;
  await world.store.budgets.pause(destination, read.reason, read.afterMs ?? null);
  return { kind: 'wait' };
}
