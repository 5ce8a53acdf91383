import type { Intake } from '../model/intake.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import type { Lease } from '../store/leases.ts';
import type { Observed } from '../sync/observed.ts';
import { readRoot } from './read-root.ts';
import { markedBody } from './take-in.ts';
import type { World } from './world.ts';

/** The reading budget of all processes is used up for the moment. */
const BUDGET_PAUSE_MS = 2_000;

type Opening = Observed['deliveries'][number];

/**
 * Whoever opens a request from a reply asks for its thread: it is about what the thread begins with, and belongs to whoever
 * wrote that; the reply follows as one. Where the first message is gone, or may not be read, the reply stands for it.
 */
export async function openWholeThread(
  world: World,
  lease: Lease,
  { link, opening }: { readonly link: Link; readonly opening: Opening },
): Promise<Outcome<{ readonly link: Link; readonly opening: Opening }>> {
  const { intake } = opening;
  if (intake.kind !== 'open-from-message' || intake.message.ts === intake.message.root)
    return ok({ link, opening });
  const root = await rootOf(world, intake);
  if (root.kind !== 'ok') return root;
  if (root.value === null) return ok({ link, opening });
  const { user: requester } = root.value.message;
  if (requester !== link.requester)
    await world.store.fenced(lease, (tx) => tx.links.setRequester(link.id, requester));
  return ok({ link: { ...link, requester }, opening: { ...opening, intake: root.value } });
}

type OpenFromMessage = Extract<Intake, { kind: 'open-from-message' }>;

async function rootOf(world: World, asked: OpenFromMessage): Promise<Outcome<OpenFromMessage | null>> {
  const { message, by, door, execution, human } = asked;
  const { team, channel } = message;
  const read = await readRoot(world, { team, channel, ts: message.root });
  if (read.kind === 'wait') return retryLater('Slack allows no more reads now', 'turn', BUDGET_PAUSE_MS);
  if (read.kind === 'retry') return read;
  if (read.kind === 'rejected') {
    world.log.warn(
      { channel, reason: read.reason },
      'The first message of a thread cannot be read; the request says what the reply says',
    );
    return ok(null);
  }
  if (read.value === null) return ok(null);
  const mark = { team, channel, by, ...(human === undefined ? {} : { human }) };
  const intake = await world.interpret(markedBody({ ...mark, door, execution }, read.value));
  return ok(intake.kind === 'open-from-message' ? intake : null);
}
