import type { Errand } from '../model/errand.ts';
import type { LinkId, SlackUser } from '../model/ids.ts';
import type { Intake, SlackMessage } from '../model/intake.ts';
import type { StoredDelivery } from '../store/deliveries.ts';
import type { StoreTx } from '../store/store.ts';
import type { World } from './world.ts';

/** Nobody waits longer for a ticket in a workflow. */
const STEP_WAITS_MS = 86_400_000;

/** What became of one delivery; `link` when a link has to be worked on now, `stale` when its ticket has to be read. */
export interface Sorted {
  readonly state: 'sorted' | 'done' | 'ignored' | 'waiting';
  readonly reason: string;
  readonly link: LinkId | null;
  /** More links of which everything has to be looked at. */
  readonly others?: readonly LinkId[];
  readonly stale?: boolean;
  /** Something else has to be done for it, by nobody's link. */
  readonly errand?: Errand;
  /** Whose Home is shown anew at once. */
  readonly home?: SlackUser;
}

/** Opens the link of a thread that becomes a request, or finds the one that it has. */
export async function openThread(
  tx: StoreTx,
  delivery: StoredDelivery,
  message: SlackMessage,
): Promise<Sorted> {
  const place = { team: message.team, channel: message.channel, root: message.root };
  const known = await tx.links.byPlace(place);
  if (known !== null) return attach(tx, delivery, known);
  const opened = await tx.links.open({
    origin: `thread:${place.team}:${place.channel}:${place.root}`,
    team: message.team,
    requester: message.user,
    home: 'thread',
    place,
  });
  if (opened === null) return { state: 'ignored', reason: 'opened-before', link: null };
  const sorted = await attach(tx, delivery, opened, true);
  await tx.deliveries.attachWaiting(delivery.partition, opened);
  return sorted;
}

/** Whoever marks the thread of a request, or a reply that we know, needs nothing more; all else has to be read first. */
export async function openMarked(
  tx: StoreTx,
  delivery: StoredDelivery,
  { team, channel, ts, by, door, execution }: Extract<Intake, { kind: 'open-from-mark' }>,
): Promise<Sorted> {
  const known = await tx.links.byPlace({ team, channel, root: ts });
  if (known !== null) return attach(tx, delivery, known);
  const errand: Errand = { kind: 'open-from-mark', team, channel, ts, by, door, execution };
  return { state: 'done', reason: 'to-be-read', link: null, errand };
}

/** A step of a workflow waits for the ticket of what it opened, or found open. */
export async function withStep(
  world: World,
  execution: string | null | undefined,
  sorted: Sorted,
): Promise<Sorted> {
  if (execution == null || sorted.link === null) return sorted;
  const until = (await world.store.now()).getTime() + STEP_WAITS_MS;
  return {
    ...sorted,
    errand: { kind: 'end-step', execution, link: sorted.link, why: null, until },
  };
}

export async function openForm(
  tx: StoreTx,
  delivery: StoredDelivery,
  form: Extract<Intake, { kind: 'open-from-form' }>,
): Promise<Sorted> {
  const opened = await tx.links.open({
    origin: `form:${form.team}:${form.submission}`,
    team: form.team,
    requester: form.onBehalfOf ?? form.by,
    home: 'dm',
    place: null,
  });
  if (opened === null) return { state: 'ignored', reason: 'opened-before', link: null };
  return attach(tx, delivery, opened, true);
}

export async function attach(
  tx: StoreTx,
  delivery: StoredDelivery,
  link: LinkId,
  opens?: true,
): Promise<Sorted> {
  await tx.deliveries.attach(delivery.id, link, opens);
  return { state: 'sorted', reason: 'attached', link };
}
