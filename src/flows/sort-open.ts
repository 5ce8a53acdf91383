import type { Errand } from '../model/errand.ts';
import type { LinkId, SlackUser } from '../model/ids.ts';
import type { Intake, SlackMessage } from '../model/intake.ts';
import type { StoredDelivery } from '../store/deliveries.ts';
import type { StoreTx } from '../store/store.ts';
import { notARequest, nothingToHandOver } from '../texts/alarms.ts';
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

/** In the thread of a request it is said to those who answer; anywhere else the request is opened for a person to take. */
export async function handToHuman(
  tx: StoreTx,
  delivery: StoredDelivery,
  { team, channel, ts, root, by, ours }: Extract<Intake, { kind: 'want-human' }>,
): Promise<Sorted> {
  const known = await tx.links.byPlace({ team, channel, root });
  if (known !== null) return attach(tx, delivery, known);
  if (ours) return said('nothing-asked', { channel, user: by, text: nothingToHandOver });
  const door = 'message-shortcut' as const;
  const errand: Errand = {
    ...{ kind: 'open-from-mark', team, channel, ts, by, door },
    ...{ execution: null, human: true },
  };
  return { state: 'done', reason: 'to-be-read', link: null, errand };
}

export async function escalate(
  tx: StoreTx,
  delivery: StoredDelivery,
  { team, by, at, channel }: Extract<Intake, { kind: 'escalate' }>,
): Promise<Sorted> {
  const known =
    'link' in at ? ((await tx.links.get(at.link))?.id ?? null) : await tx.links.byPlace({ team, ...at });
  if (known !== null) return attach(tx, delivery, known);
  if (channel === null) return { state: 'ignored', reason: 'unknown-link', link: null };
  return said('no-request', { channel, user: by, text: notARequest });
}

function said(
  reason: string,
  words: Pick<Extract<Errand, { kind: 'say' }>, 'channel' | 'user' | 'text'>,
): Sorted {
  const errand: Errand = { kind: 'say', root: null, button: null, ...words };
  return { state: 'done', reason, link: null, errand };
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
  if (form.again !== undefined) {
    const corrected = await tx.links.get(form.again);
    if (corrected === null) return { state: 'ignored', reason: 'unknown-link', link: null };
    return attach(tx, delivery, corrected.id);
  }
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
  const isThere = await tx.deliveries.attach(delivery.id, link, opens);
  if (!isThere) return { state: 'ignored', reason: 'unknown-link', link: null };
  return { state: 'sorted', reason: 'attached', link };
}
